"""The trainer's page: from the link to the students, and what opening it records."""

from dataclasses import dataclass

import sqlalchemy as sa

from app import clock, languages
from app.extensions import db, limiter
from app.invitations import links, roster, seats
from app.invitations.links import Channel
from app.invitations.models import Invitation, Route
from app.invitations.roster import Entry
from app.placements.models import Trainer

UNKNOWN_LINKS = "60 per 5 minutes"


class TrainerLinkEnded(Exception):
    """A trainer's link that opens nothing: unknown or replaced."""

    def __init__(self, state: str):
        super().__init__(state)
        self.state = state


@dataclass(frozen=True)
class Card:
    """What the page shows of one student: lights, the own part, and whether we mailed the student ourselves."""

    entry: Entry
    lights: tuple[bool, bool, bool, bool]
    own_part: str | None
    own_part_sent: bool
    can_pass_on: bool
    is_mailed: bool


def open_link(token: str) -> Trainer:
    """Return the trainer of a link; raises TrainerLinkEnded."""
    link = links.read_trainer_token(token)
    if link is None:
        with limiter.limit(UNKNOWN_LINKS):
            raise TrainerLinkEnded("unknown")
    trainer = db.session.get(Trainer, link.trainer_id)
    if trainer is None:
        raise TrainerLinkEnded("unknown")
    languages.reads(trainer.language)
    if trainer.version != link.version:
        raise TrainerLinkEnded("replaced")
    return trainer


def enter(trainer: Trainer, entries: list[Entry], language: str) -> None:
    """Record that the trainer came in: this opens the trainer's seats, and keeps the language they read."""
    trainer.language = language
    ids = [entry.trainer.id for entry in entries if entry.trainer.opened_at is None]
    if not ids:
        return
    opened = sa.update(Invitation).where(Invitation.id.in_(ids), Invitation.opened_at.is_(None))
    db.session.execute(opened.values(opened_at=clock.now(), channel=Channel.PART.value))
    seats.record_events(ids, "opened", Channel.PART.value)


def cards(trainer: Trainer) -> list[Card]:
    """Return what the page shows, students who still have something to do first."""
    shown = [_card(entry) for entry in roster.of_trainer(trainer)]
    return sorted(shown, key=lambda card: card.lights[3] and card.own_part_sent)


def card_of(trainer: Trainer, invitation_id: str) -> Card | None:
    """Return the card of a student's seat, if that student is this trainer's."""
    return next((card for card in cards(trainer) if str(card.entry.student.id) == invitation_id), None)


def _card(entry: Entry) -> Card:
    student, trainer = entry.student, entry.trainer
    today = clock.today()
    own_part = None if trainer.sent or trainer.is_closed(today) else links.seat_token(trainer, Channel.PART)
    lights = (
        student.passed_on_at is not None or student.route == Route.DIRECT,
        student.opened_at is not None,
        student.started_at is not None,
        student.sent,
    )
    return Card(
        entry=entry,
        lights=lights,
        own_part=own_part,
        own_part_sent=trainer.sent,
        can_pass_on=not student.sent and not student.is_closed(today),
        is_mailed=student.route == Route.DIRECT,
    )
