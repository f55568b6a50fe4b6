"""Addresses that want no more mail: a keyed hash each, and signed links that need no look in the database."""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from flask import Flask, current_app
from itsdangerous import BadSignature, Signer

from app import clock
from app.database import insert_into
from app.extensions import db
from app.hashing import address_hash
from app.mailing.models import OptOut


@dataclass(frozen=True)
class Registered:
    """What features know of opting out, by address hash.

    `address_of` returns whose mails stop, `consequences` what that means beyond them, each None where there is nothing;
    `follow` is called whenever somebody opted out or came back, in the same transaction.
    """

    address_of: Callable[[str], str | None]
    consequences: Callable[[str], str | None]
    follow: Callable[[str], None]


def register(app: Flask, registered: Registered) -> None:
    app.extensions["opt_outs"] = registered


def registered() -> Registered:
    found: Registered = current_app.extensions["opt_outs"]
    return found


def masked(hashed: str) -> str | None:
    """Return as much of an address as its owner knows it by: the first letter and what follows the at sign."""
    name, at, domain = (registered().address_of(hashed) or "").partition("@")
    return f"{name[:1]}…{at}{domain}" if at else None


def opt_out(hashed: str, until: dt.date | None = None) -> None:
    """Remember that the address with this hash wants no mail up to and including `until`, or never again.

    What was said last holds, but for mail programs that say the same twice.
    """
    row = insert_into(OptOut).values(address_hash=hashed, at=clock.now(), until=until)
    said = {"until": until, "at": clock.now()}
    another = OptOut.until.is_distinct_from(until)
    db.session.execute(row.on_conflict_do_update(index_elements=["address_hash"], set_=said, where=another))
    registered().follow(hashed)


def undo(hashed: str) -> None:
    """Forget that an address wanted no mail."""
    db.session.execute(sa.delete(OptOut).where(OptOut.address_hash == hashed))
    registered().follow(hashed)


def held(hashed: str) -> OptOut | None:
    """Return the opt-out of an address that wants no mail today."""
    return db.session.scalar(sa.select(OptOut).where(OptOut.address_hash == hashed, OptOut.holds_on(clock.today())))


def pause_until() -> dt.date | None:
    """Return the last day of what is going on now, which who opts out may choose to sit out."""
    day = current_app.extensions.get("opt_out_pause")
    return day() if day else None


def among(addresses: Iterable[str]) -> set[str]:
    """Return those of `addresses` that want no more mail."""
    hashes = {address: address_hash(address) for address in addresses}
    held = (OptOut.address_hash.in_(hashes.values()), OptOut.holds_on(clock.today()))
    found = set(db.session.scalars(sa.select(OptOut.address_hash).where(*held)))
    return {address for address, hashed in hashes.items() if hashed in found}


def opt_out_url(address: str) -> str:
    """Return the link with which this address, and only this one, opts out."""
    token = _signer().sign(address_hash(address)).decode()
    return f"{current_app.config['PUBLIC_URL']}/opt-out/{token}"


def hash_in(token: str) -> str | None:
    """Return the address hash a link carries, or None when the link is not ours."""
    try:
        return _signer().unsign(token).decode()
    except BadSignature:
        return None


def _signer() -> Signer:
    keys = current_app.config["LINK_KEYS"][::-1]  # itsdangerous wants the newest last
    return Signer(keys, salt="opt-out", key_derivation="hmac", digest_method=hashlib.sha256)
