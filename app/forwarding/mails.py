"""Registers the mails that carry a link on, or hand a student over."""

from flask import Flask
from flask_babel import gettext as _

from app.extensions import db
from app.forwarding import exits, passing, wording
from app.forwarding.kinds import FORWARDABLE, HANDED_OVER, TAKEN_OVER, TO_STUDENT
from app.invitations import facts, links
from app.invitations import mails as invited
from app.invitations.links import Channel
from app.invitations.models import Invitation
from app.invitations.roster import Entry
from app.languages import force_locale
from app.mailing import kinds
from app.mailing.letter import Block, Bullets, Button, Letter, NotWanted, Small, Text
from app.mailing.models import Message
from app.placements.models import Trainer


def render_forwardable(message: Message) -> Letter:
    seat = open_seat(message)
    trainer = seat.placement.trainer
    if trainer is None or not trainer.address:
        raise NotWanted("no_address")
    return wording.forwardable_letter(seat, trainer.address, links.seat_url(seat, Channel.OWN_MAIL))


def render_via_us(message: Message) -> Letter:
    seat = open_seat(message)
    if not message.to:
        raise NotWanted("no_address")
    return wording.letter_via_us(seat, message.to, links.seat_url(seat, Channel.VIA_US))


def render_handed_over(message: Message) -> Letter:
    trainer = db.session.get_one(Trainer, message.subject_id)
    if not trainer.address:
        raise NotWanted("no_address")
    with force_locale(trainer.language):
        entry = exits.handed_over_with(message)
        if entry is None:
            raise NotWanted("replaced")
        blocks: tuple[Block, ...] = (
            Text(_("Dear trainer,")),
            Text(_asks(entry)),
            Bullets((f"{entry.name}: {entry.about}",)),
            Button(_("Open my page"), links.trainer_url(trainer)),
            Small(_("Is a student not yours, or is something else not right? Tell us on the same page, in one tap.")),
            Small(_("The page behind these buttons is yours: please do not forward this mail itself.")),
        )
        return Letter(trainer.address, trainer.language, _("A colleague handed a student over to you"), blocks)


def _asks(entry: Entry) -> str:
    """Return what is left to do for a student who was handed over."""
    if not entry.of_trainer.may_be_asked:
        return _("A colleague says you guide a student. On your own page you can pass the link on.")
    if not entry.passes_on:
        return _("A colleague says you guide a student. On your own page you give your view.")
    return _("A colleague says you guide a student. On your own page you pass the link on and give your view.")


def open_seat(message: Message) -> Invitation:
    """Return the seat a mail is about, while it takes answers; raises NotWanted."""
    seat = db.session.get_one(Invitation, message.subject_id)
    if seat.sent:
        raise NotWanted("answered")
    if not facts.one(seat.id).may_be_asked:
        raise NotWanted("closed")
    return seat


def init_app(app: Flask) -> None:
    kinds.register_each(app, FORWARDABLE, render_forwardable, opt_out=False)
    follows = {"on_sent": invited.record_invited, "on_bounce": invited.trainer_bounced}
    for name in (HANDED_OVER, TAKEN_OVER):
        kinds.register_each(app, name, render_handed_over, opt_out=name == HANDED_OVER, **follows)
    kinds.register_each(app, TO_STUDENT, render_via_us, on_bounce=lambda mail: passing.take_back(mail.subject_id))
