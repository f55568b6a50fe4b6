"""What placements tell and ask whoever listens, since they know nothing of rounds or seats."""

from blinker import signal

# Sent before what a file says is written: who counts placements as they were counts them now.
placements_changing = signal("placements-changing")

# Sent with `ids` (placements written just now), `other_trainer` (those of them whose trainer changed), `at` (when) and
# `undone` (when the load was that is undone by this, else None).
placements_loaded = signal("placements-loaded")

# Sent with `ids`: placements about to be deleted; what hangs on them goes first.
placements_leaving = signal("placements-leaving")

# Sent with `ids`: asks for those of them whose time is over: contacts that they lost do not come back.
placements_over = signal("placements-over")

# Sent with `ids`: asks for {id: text} of those of which somebody was told; the text changes when more happens.
placements_known = signal("placements-known")
