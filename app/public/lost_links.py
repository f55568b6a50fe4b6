"""Lost links: whoever types an address that we know gets its links by mail; whoever types another is told the same.

Who it is is looked up when the mail is made, by the worker: the page does the same work for any address, and takes as
long.
"""

import sqlalchemy as sa
from flask import Flask
from flask_babel import gettext as _
from flask_limiter import RateLimitExceeded

from app import clock
from app.agreements import register
from app.agreements.models import Category
from app.extensions import db, limiter
from app.forwarding.wording import language_of
from app.hashing import address_hash
from app.invitations import facts, handing_over, links, roster
from app.invitations.links import Channel
from app.invitations.models import Invitation, Role
from app.languages import DEFAULT, force_locale
from app.mailing import kinds, outbox
from app.mailing.letter import Button, Letter, NotWanted, Small, Text
from app.mailing.models import Message
from app.placements.models import Placement, StudentContact, Trainer
from app.placements.values import address_of
from app.responses.models import Draft

LOST_LINK = "lost_link"
PER_ADDRESS = "3 per day"
Found = list[tuple[str, str]]


def ask(address: str) -> bool:
    """Queue the mail with the links of an address, at most three a day; False when it is no address."""
    usable = address_of(address.strip())
    if usable is None:
        return False
    try:
        with limiter.limit(PER_ADDRESS, key_func=lambda: f"lost {address_hash(usable)}"):
            outbox.enqueue(LOST_LINK, 0, to=usable)
    except RateLimitExceeded:  # said nothing of: the page must not tell how often somebody asked
        pass
    return True


def render(message: Message) -> Letter:
    """Return the mail with what belongs to its address. Raises NotWanted where nothing does."""
    address = message.to or ""
    if not handing_over.may_be_asked(address):
        raise NotWanted("opted_out")
    language, found = _of_trainer(address)
    if not found:
        language, found = _of_student(address)
    if not found:
        raise NotWanted("unknown_address")
    with force_locale(language):
        blocks = (
            Text(_("Hello,")),
            Text(_("Somebody asked us for the links that belong to this address. Here they are.")),
            *(block for about, url in found for block in (Text(about), Button(_("Open my page"), url))),
            Small(_("Was it not you? Then you need not do anything: the links came to you alone.")),
        )
        return Letter(address, language, _("Your link to the BPV Monitor"), blocks)


def _of_trainer(address: str) -> tuple[str, Found]:
    trainer = db.session.scalar(sa.select(Trainer).where(Trainer.address_hash == address_hash(address)))
    if trainer is None or trainer.address is None:
        return DEFAULT, []
    with force_locale(trainer.language):
        students = [f"{entry.name}: {entry.about}" for entry in roster.of_trainer(trainer)]
    return trainer.language, [("\n".join(students), links.trainer_url(trainer))] if students else []


def _of_student(address: str) -> tuple[str, Found]:
    """Return the open seats of a student whose address the school shared, or who left it."""
    today = clock.today()
    left = sa.select(Invitation, Draft.nonce).join(
        Draft, sa.and_(Draft.invitation_id == Invitation.id, Draft.version == Invitation.version)
    )
    shared = (
        sa.select(Invitation, sa.null())
        .join(StudentContact, StudentContact.placement_id == Invitation.placement_id)
        .join(Placement, Placement.id == Invitation.placement_id)
        .where(Placement.brin.in_(register.sharing_on(today, Category.ADDRESS)))
    )
    found: dict[int, tuple[Invitation, str]] = {}
    for wanted in (
        left.where(Draft.address == address),
        shared.where(StudentContact.address_hash == address_hash(address)),
    ):
        rows = db.session.execute(wanted.where(Invitation.role == Role.STUDENT)).all()
        known = facts.of([seat.id for seat, _nonce in rows])
        for seat, nonce in rows:
            if known[seat.id].may_be_asked:
                url = links.seat_url(seat, *((Channel.REMINDER, nonce) if nonce else (Channel.DIRECT,)))
                found.setdefault(seat.id, (seat, url))
    seats = [(f"{seat.placement.programme.name}, {seat.placement.company.name}", url) for seat, url in found.values()]
    return next((language_of(seat) for seat, _url in found.values()), DEFAULT), seats


def init_app(app: Flask) -> None:
    kinds.register_each(app, LOST_LINK, render, opt_out=False)
