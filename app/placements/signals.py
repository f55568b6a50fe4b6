"""What placements tell whoever listens, since they know nothing of rounds or seats."""

from blinker import signal

# Sent with `ids` (placements written just now) and `other_trainer` (those of them whose trainer changed).
placements_loaded = signal("placements-loaded")
