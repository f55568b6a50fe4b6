"""The names of the two mails that carry a link on."""

FORWARDABLE = "forwardable"  # to the trainer, who forwards it; holds the student's link only
TO_STUDENT = "via_us"  # to the address the trainer typed, used once
