"""The names of the steps a seat is mailed in, and of the kinds of mail that announce them."""

INVITE = "invite"
SWITCH = "switch"  # the student is mailed after all, where the trainer was before
INVITE_TRAINER = "invite_trainer"
INVITE_STUDENT = "invite_student"
