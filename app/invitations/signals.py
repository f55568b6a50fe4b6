"""What invitations tell whoever listens, since they know nothing of answers."""

from blinker import signal

# Sent with `ids`: seats that got a new version; what hung on the old one goes.
seats_replaced = signal("seats-replaced")
