"""Personal links: an id, a version and a channel, signed. Nothing secret is stored, nothing forged reaches a query."""

import enum
import functools
import hashlib
import hmac
from dataclasses import dataclass

from flask import current_app
from itsdangerous import Signer

from app import rate_limits
from app.hashing import keyed_hash
from app.invitations.models import Invitation
from app.placements.models import Trainer
from app.refusing import Refused


class LinkEnded(Refused):
    """A link that opens nothing: `fault` is unknown, replaced, withdrawn, sent or closed."""


class Channel(enum.StrEnum):
    """How a link got to the person who opens it; the value stands in the link and in the answers."""

    DIRECT = "direct"
    VIA_US = "via-us"
    OWN_MAIL = "own-mail"
    WHATSAPP = "whatsapp"
    COPY = "copy"
    QR = "qr"
    SHEET = "sheet"
    HERE = "here"
    HELPDESK = "helpdesk"
    REMINDER = "reminder"
    PART = "part"


@dataclass(frozen=True)
class SeatLink:
    """What a link to `/s/` says.

    `whose` is, in a reminder, the nonce of the draft that asked for it; in a direct link its reader: a short keyed hash
    of the address it was mailed to. So each opens one draft and no other (drafts.py).
    """

    invitation_id: int
    version: int
    channel: Channel
    whose: str = ""


@dataclass(frozen=True)
class TrainerLink:
    """What a link to `/t/` says."""

    trainer_id: int
    version: int


def seat_token(seat: Invitation, channel: Channel, *whose: str) -> str:
    """Return a seat's link; a direct one is for the reader of the address that is known now."""
    whose = whose or (_reader(seat) if channel is Channel.DIRECT else ())
    return _sign("seat", str(seat.id), str(seat.version), channel.value, *whose)


def trainer_token(trainer: Trainer) -> str:
    return _sign("trainer", str(trainer.id), str(trainer.version))


def seat_url(seat: Invitation, channel: Channel, *whose: str) -> str:
    """Return the address as recipients reach it."""
    return f"{current_app.config['PUBLIC_URL']}/s/{seat_token(seat, channel, *whose)}"


def trainer_url(trainer: Trainer) -> str:
    return f"{current_app.config['PUBLIC_URL']}/t/{trainer_token(trainer)}"


def example_url(kind: str) -> str:
    """Return what stands for a personal link in previews and test mails; it opens nothing."""
    return f"{current_app.config['PUBLIC_URL']}/{kind}/voorbeeld"


def read_seat_token(token: str) -> SeatLink | None:
    """Return what a token says, or None when it is not ours."""
    parts = _unsign("seat", token)
    return SeatLink(int(parts[0]), int(parts[1]), Channel(parts[2]), *parts[3:]) if parts else None


def read_trainer_token(token: str) -> TrainerLink | None:
    parts = _unsign("trainer", token)
    return TrainerLink(int(parts[0]), int(parts[1])) if parts else None


def unknown_link() -> LinkEnded:
    """Count a link that is not ours against who asks, and return the error that says so."""
    rate_limits.count_unknown_link()
    return LinkEnded("unknown")


def sign_value(purpose: str, value: str) -> str:
    """Sign a value that a browser keeps for us."""
    return _sign(purpose, value)


def read_value(purpose: str, token: str | None) -> str | None:
    """Return a value that sign_value signed, or None."""
    parts = _unsign(purpose, token or "")
    return ".".join(parts) if parts else None


def _reader(seat: Invitation) -> tuple[str, ...]:
    """Return the reader of the student's address, if one is known."""
    contact = seat.placement and seat.placement.student
    known = contact.address_hash if contact else None
    return (keyed_hash("reader", str(seat.id), known)[:12],) if known else ()


@functools.cache
def _signer(purpose: str, key: str) -> Signer:
    return Signer(key, salt=f"link-{purpose}", key_derivation="hmac", digest_method=hashlib.sha256)


def _sign(purpose: str, *parts: str) -> str:
    newest = current_app.config["LINK_KEYS"][0]
    return _signer(purpose, newest).sign(".".join(parts)).decode()


def _unsign(purpose: str, token: str) -> list[str] | None:
    """Return what was signed with any of the keys.

    The signature is compared as text: decoding it first would skip stray characters and spare bits, and take a
    mistyped link for a good one.
    """
    value, _dot, signature = token.rpartition(".")
    given = signature.encode(errors="replace")
    for key in current_app.config["LINK_KEYS"]:
        if hmac.compare_digest(_signer(purpose, key).get_signature(value.encode(errors="replace")), given):
            return value.split(".")
    return None
