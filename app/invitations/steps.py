"""The names of the steps a seat is mailed in, and of the kinds of mail that announce them."""

INVITE = "invite"  # by a mail to the trainer
DIRECT = "direct"  # by a mail to the student
INVITE_TRAINER = "invite_trainer"
INVITE_STUDENT = "invite_student"
