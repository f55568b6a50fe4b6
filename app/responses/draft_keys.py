"""The draft key: what a browser holds to go on with a draft, and the four-digit code that gives another browser one.

A trainer could open a student's forwarded link too, so the link alone does not open a draft that has begun.
"""

import datetime as dt
import functools
import secrets
from dataclasses import dataclass

from app import clock
from app.hashing import keyed_hash
from app.invitations import links
from app.responses.asked import AskedSeat

PURPOSE, HERE = "draft", "here"
IDLE = dt.timedelta(minutes=30)


@dataclass(frozen=True)
class DraftKey:
    """Names a draft of a seat's version; `replaces` is the draft it may take the place of, when beginning again."""

    invitation_id: int
    version: int
    nonce: str
    replaces: str = ""

    @functools.cached_property
    def token(self) -> str:
        parts = (str(self.invitation_id), str(self.version), self.nonce, self.replaces)
        return links.sign_value(PURPOSE, ".".join(parts))

    @property
    def here_token(self) -> str:
        """Return what the trainer's device keeps of this key while a student has it."""
        return links.sign_value(HERE, f"{int(clock.machine_now().timestamp())}.{self.token}")

    @property
    def code(self) -> str:
        """Return the four digits with which another device gets this key."""
        hashed = keyed_hash("draft-code", str(self.invitation_id), str(self.version), self.nonce)
        return f"{int(hashed, 16) % 10_000:04d}"


def new_key(seat: AskedSeat, replaces: str = "") -> DraftKey:
    return DraftKey(seat.id, seat.version, new_nonce(), replaces)


def new_nonce() -> str:
    return secrets.token_urlsafe(12)


def key_for(seat: AskedSeat, nonce: str) -> DraftKey:
    """Return the key of a draft that exists."""
    return DraftKey(seat.id, seat.version, nonce)


def read_key(seat: AskedSeat, token: str | None) -> DraftKey | None:
    """Return the key in `token` if it is ours and for this version of this seat."""
    value = links.read_value(PURPOSE, token)
    if value is None:
        return None
    invitation_id, version, nonce, replaces = value.split(".")
    if (int(invitation_id), int(version)) != (seat.id, seat.version):
        return None
    return DraftKey(seat.id, seat.version, nonce, replaces)


def read_any(seat: AskedSeat, *tokens: str | None) -> DraftKey | None:
    """Return the first key of this seat among `tokens`."""
    return next((key for token in tokens if token and (key := read_key(seat, token))), None)


def read_here(cookie: str | None) -> str | None:
    """Return the key's token that a `here_token` holds, unless the device was idle for too long since."""
    used_at, _dot, token = (links.read_value(HERE, cookie) or "0.").partition(".")
    return token if clock.machine_now().timestamp() - int(used_at) < IDLE.total_seconds() else None


def cookie_name(seat: AskedSeat, *, here: bool = False) -> str:
    return f"here-{seat.id}" if here else f"draft-{seat.id}"
