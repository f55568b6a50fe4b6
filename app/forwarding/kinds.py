"""The names of the mails that carry a link on, or hand a student over."""

FORWARDABLE = "forwardable"  # to the trainer, who forwards it; holds the student's link only
TO_STUDENT = "via_us"  # to the address the trainer typed, used once
HANDED_OVER = "handed_over"  # to a colleague, whose address the trainer typed
TAKEN_OVER = "taken_over"  # to a colleague who typed it themselves
