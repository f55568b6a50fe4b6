"""Trial mails ("test mail" on screen) to the administrator's own address: any recipient's mail, with example links, or
one that only says that mail works."""

from dataclasses import replace

import sqlalchemy as sa
from flask import Flask
from flask_babel import gettext as _

from app.extensions import db
from app.invitations import links, mails, roster
from app.invitations.models import Invitation
from app.languages import LANGUAGES, force_locale
from app.mailing import kinds, outbox
from app.mailing.letter import Letter, NotWanted, Text
from app.mailing.models import Message
from app.placements.models import Placement, Trainer

HELLO = "hello"
KINDS = {
    (what, language): f"test_{what}_{language}" for what in ("trainer", "student", HELLO) for language in LANGUAGES
}


def send(what: str, recipient_id: int, language: str, address: str) -> Message:
    """Queue the mail a trainer or student would get to `address` instead; with HELLO, one that mail works."""
    return outbox.enqueue(KINDS[what, language], recipient_id, to=address)


def _render(message: Message) -> Letter:
    _test, what, language = message.kind.split("_")
    letter_of = {"trainer": _trainers, "student": mails.preview_student, HELLO: _hello}[what]
    letter = letter_of(message.subject_id, language)
    if not message.to:
        raise NotWanted("no_address")
    return replace(letter, to=message.to, subject=f"[TEST] {letter.subject}")


def _trainers(trainer_id: int, language: str) -> Letter:
    trainer = db.session.get_one(Trainer, trainer_id)
    seats = sa.select(Invitation.placement_id).join(Placement).where(Placement.trainer_id == trainer.id)
    ids = list(db.session.scalars(seats.distinct()))
    return mails.trainer_letter(trainer, roster.seats_of(ids), links.example_url("t"), language)


def _hello(_account_id: int, language: str) -> Letter:
    with force_locale(language):
        return Letter("", language, _("Mail from the BPV Monitor works"), (Text(_("You asked for this at the desk.")),))


def init_app(app: Flask) -> None:
    for name in KINDS.values():
        kinds.register_each(app, name, _render, opt_out=False)
