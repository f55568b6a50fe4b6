"""Test mails: any recipient's mail, with example links, to the administrator's own address."""

from dataclasses import replace

import sqlalchemy as sa
from flask import Flask

from app.extensions import db
from app.invitations import links, mails
from app.invitations.models import Invitation
from app.mailing import kinds, outbox
from app.mailing.kinds import Kind
from app.mailing.letter import Letter, NotWanted
from app.mailing.models import Message
from app.placements.models import Placement, Trainer

KINDS = {(role, language): f"test_{role}_{language}" for role in ("trainer", "student") for language in ("nl", "en")}


def send(role: str, recipient_id: int, language: str, address: str) -> Message:
    """Queue the mail a recipient would get, to `address` instead."""
    return outbox.enqueue(KINDS[role, language], recipient_id, to=address)


def _render(message: Message) -> Letter:
    _test, role, language = message.kind.split("_")
    letter = _trainers(message, language) if role == "trainer" else _students(message, language)
    if not message.to:
        raise NotWanted("no_address")
    return replace(letter, to=message.to, subject=f"[TEST] {letter.subject}")


def _trainers(message: Message, language: str) -> Letter:
    trainer = db.session.get_one(Trainer, message.subject_id)
    seats = sa.select(Invitation.placement_id).join(Placement).where(Placement.trainer_id == trainer.id)
    ids = list(db.session.scalars(seats.distinct()))
    return mails.trainer_letter(trainer, ids, links.example_url("t"), language)


def _students(message: Message, language: str) -> Letter:
    seat = db.session.get_one(Invitation, message.subject_id)
    return mails.student_letter(seat, links.example_url("s"), language)


def init_app(app: Flask) -> None:
    for name in KINDS.values():
        kinds.register(app, Kind(name, _render, opt_out=False))
