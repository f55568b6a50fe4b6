"""The names of the mails to accounts."""

INVITED = "account_invited"
FORGOTTEN = "password_forgotten"
CHANGED = "password_changed"
