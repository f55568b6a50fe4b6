"""The trainer's page: from the link to the students, and what opening it records."""

from dataclasses import dataclass

import sqlalchemy as sa

from app import clock, languages
from app.extensions import db
from app.forwarding import exits
from app.forwarding.models import STOPPING, Report
from app.invitations import links, roster, rounds, seats
from app.invitations.links import Channel, LinkEnded
from app.invitations.models import Event, Invitation
from app.invitations.roster import Entry
from app.placements.models import Trainer


@dataclass(frozen=True)
class Card:
    """What the page shows of one student: lights, the own part, and what was said of it.

    `is_told`: whether a mail of ours announced one of the two seats.
    """

    entry: Entry
    lights: tuple[bool, bool, bool, bool]
    own_part: str | None
    can_pass_on: bool
    is_told: bool
    did_not_arrive: bool
    report: Report | None

    @property
    def needs_link(self) -> bool:
        """Tell whether the student's link is still to be opened, and nothing the trainer said stands in its way."""
        return self.can_pass_on and not self.lights[1] and (self.report is None or self.report.kind not in STOPPING)


@dataclass(frozen=True)
class HandedOver:
    """A student who went to a colleague, and whether that can still be undone."""

    entry: Entry
    report_id: int
    may_come_back: bool


def open_link(token: str) -> Trainer:
    """Return the trainer of a link; raises LinkEnded: unknown, replaced, or withdrawn where no address is left."""
    link = links.read_trainer_token(token)
    if link is None:
        raise links.unknown_link()
    trainer = db.session.get(Trainer, link.trainer_id)
    if trainer is None:
        raise LinkEnded("unknown")
    languages.reads(trainer.language)
    if trainer.version != link.version:
        raise LinkEnded("replaced" if trainer.address else "withdrawn")
    return trainer


def offered(token: str) -> Invitation:
    """Return the trainer's seat that may be taken over with this token; raises LinkEnded."""
    seat = exits.offered(token)
    if seat is None:
        raise links.unknown_link()
    return seat


def about(seat: Invitation) -> str:
    """Return what tells a placement from others, and no name: programme, school, period."""
    (entry,) = roster.of_placements([seat.placement_id])
    programme = entry.placement.programme.name
    return entry.about if entry.about.startswith(programme) else f"{programme}, {entry.about}"


def enter(trainer: Trainer, entries: list[Entry], language: str) -> None:
    """Record that the trainer came in: this opens the trainer's seats, and keeps the language they read."""
    trainer.language = language
    ids = [entry.trainer.id for entry in entries if entry.of_trainer.may_be_asked and not entry.of_trainer.opened]
    if not ids:
        return
    for round_id in {entry.trainer.round_id for entry in entries}:
        rounds.bind_by_id(round_id)
    opened = sa.update(Invitation).where(Invitation.id.in_(ids), Invitation.opened_at.is_(None))
    db.session.execute(opened.values(opened_at=clock.now(), channel=Channel.PART.value))
    seats.record_events(ids, "opened", Channel.PART.value)


def cards(trainer: Trainer) -> list[Card]:
    """Return what the page shows, most urgent first: unopened links, then own parts, the soonest to close first."""
    entries = roster.of_trainer(trainer)
    lost = _did_not_arrive([entry.student.id for entry in entries])
    reports = exits.said_of(trainer, (entry.placement.id for entry in entries))
    shown = [_card(entry, entry.student.id in lost, reports.get(entry.placement.id)) for entry in entries]
    today = clock.today()
    return sorted(shown, key=lambda card: (not card.needs_link, not card.own_part, card.entry.student.closes_on(today)))


def chosen(trainer: Trainer, invitation_id: str, *, all_at_once: bool = False) -> list[Card]:
    """Return the card of this student's seat, if that student is this trainer's; of "all", those that need a link."""
    found = cards(trainer)
    if invitation_id == "all" and all_at_once:
        return [card for card in found if card.needs_link]
    return [card for card in found if str(card.entry.student.id) == invitation_id]


def handed_over(trainer: Trainer) -> list[HandedOver]:
    """Return the students this trainer handed to colleagues."""
    reports = {report.placement_id: report for report in exits.handed_over_by(trainer)}
    entries = roster.of_placements(reports)
    by_entry = ((entry, reports[entry.placement.id]) for entry in entries)
    return [HandedOver(entry, report.id, exits.may_come_back(report)) for entry, report in by_entry]


def _did_not_arrive(ids: list[int]) -> set[int]:
    """Return the seats whose mail through us came back, with no way chosen since."""
    kinds = ("prepared", "did_not_arrive")
    events = sa.select(Event.invitation_id, Event.kind).where(Event.invitation_id.in_(ids), Event.kind.in_(kinds))
    last = {row[0]: row[1] for row in db.session.execute(events.order_by(Event.id))}
    return {id_ for id_, kind in last.items() if kind == "did_not_arrive"}


def _card(entry: Entry, did_not_arrive: bool, report: Report | None) -> Card:
    student, trainer = entry.student, entry.trainer
    own_part = links.seat_token(trainer, Channel.PART) if entry.of_trainer.may_be_asked else None
    lights = (
        student.passed_on_at is not None or entry.of_student.is_mailed,
        student.opened_at is not None,
        student.started_at is not None,
        student.sent,
    )
    return Card(
        entry=entry,
        lights=lights,
        own_part=own_part,
        can_pass_on=entry.of_student.may_be_asked,
        is_told=student.mailed_at is not None or trainer.mailed_at is not None,
        did_not_arrive=did_not_arrive and student.opened_at is None,
        report=report,
    )
