"""Registers the two mails that carry a link on."""

from functools import partial

from flask import Flask

from app import clock
from app.extensions import db
from app.forwarding import passing, wording
from app.forwarding.kinds import FORWARDABLE, TO_STUDENT
from app.invitations import links
from app.invitations.links import Channel
from app.invitations.models import Invitation
from app.mailing import kinds
from app.mailing.kinds import Kind, each
from app.mailing.letter import Letter, NotWanted
from app.mailing.models import Message


def render_forwardable(message: Message) -> Letter:
    seat = _open_seat(message)
    trainer = seat.placement.trainer
    if trainer is None or not trainer.address:
        raise NotWanted("no_address")
    return wording.forwardable_letter(seat, trainer.address, links.seat_url(seat, Channel.OWN_MAIL))


def render_via_us(message: Message) -> Letter:
    seat = _open_seat(message)
    if not message.to:
        raise NotWanted("no_address")
    return wording.letter_via_us(seat, message.to, links.seat_url(seat, Channel.VIA_US))


def _open_seat(message: Message) -> Invitation:
    seat = db.session.get_one(Invitation, message.subject_id)
    if seat.sent:
        raise NotWanted("answered")
    if seat.withdrawn_at or seat.is_closed(clock.today()):
        raise NotWanted("closed")
    return seat


def _take_back(message: Message) -> None:
    passing.take_back(message.subject_id)


def init_app(app: Flask) -> None:
    kinds.register(app, Kind(FORWARDABLE, partial(each, render_forwardable), opt_out=False))
    kinds.register(app, Kind(TO_STUDENT, partial(each, render_via_us), on_bounce=_take_back))
