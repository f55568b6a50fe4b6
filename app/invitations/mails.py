"""Registers the invitations with the outbox: what they say now, whether they are still wanted, what follows."""

import functools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import selectinload

from app import clock
from app.agreements import register
from app.agreements.models import Category
from app.database import UtcDateTime, changed_rows
from app.extensions import db
from app.invitations import announcements, facts, letters, links, roster
from app.invitations.facts import Facts
from app.invitations.links import Channel
from app.invitations.models import Announcement, BatchSeat, Event, Invitation, Role, Route
from app.invitations.steps import INVITE, INVITE_STUDENT, INVITE_TRAINER
from app.mailing import kinds
from app.mailing.kinds import Kind, Letters, each
from app.mailing.letter import Letter, NotWanted
from app.mailing.models import Message
from app.placements.models import Placement, StudentContact, Trainer
from app.placements.values import INVITED
from app.questionnaires import loader


def render_to_trainers(messages: Sequence[Message]) -> Letters:
    trainers = _trainers(messages)
    seats, announced = _seats(messages)
    known = facts.of([seat.id for seat in seats])

    def render(message: Message) -> Letter:
        trainer = trainers[message.subject_id]
        wanted = {seat.placement_id for seat in _wanted(message, announced[message.id], known)}
        if trainer.bounced_at:
            raise NotWanted("bounced")
        told = [seat for seat in seats if seat.placement_id in wanted]
        return trainer_letter(trainer, told, links.trainer_url(trainer), known=known)

    return each(render, messages)


def render_to_students(messages: Sequence[Message]) -> Letters:
    seats, announced = _seats(messages)
    known = facts.of([seat.id for seat in seats])

    def render(message: Message) -> Letter:
        (seat,) = _wanted(message, announced[message.id], known)
        return student_letter(seat, links.seat_url(seat, Channel.DIRECT))

    return each(render, messages)


def trainer_letter(
    trainer: Trainer,
    seats: Sequence[Invitation],
    url: str,
    language: str | None = None,
    known: Mapping[int, Facts] | None = None,
) -> Letter:
    """Return what a trainer is told of these seats, by default in the trainer's language; `known`: facts of seats."""
    if not trainer.address:
        raise NotWanted("no_address")
    language = language or trainer.language
    with letters.force_locale(language):
        entries = roster.entries(seats, known)
    return letters.to_trainer(trainer.address, language, _called(trainer), entries, url)


def student_letter(seat: Invitation, url: str, language: str | None = None) -> Letter:
    """Return what a directly mailed student is told, by default in the language the school gave."""
    placement = seat.placement
    if not placement.student or not placement.student.address:
        raise NotWanted("no_address")
    minutes = loader.load_all()[seat.round.student_questionnaire].minutes
    return letters.to_student(
        placement.student.address, language or placement.language or "nl", placement, minutes, url
    )


def preview_trainer(batch_id: int, trainer_id: int, language: str) -> Letter:
    """Return the mail a proposal has for a trainer, with example links."""
    of_trainer = sa.and_(BatchSeat.batch_id == batch_id, BatchSeat.trainer_id == trainer_id)
    wanted = sa.select(Invitation.placement_id).join(BatchSeat, BatchSeat.invitation_id == Invitation.id)
    ids = list(db.session.scalars(wanted.where(of_trainer).distinct()))
    trainer = db.session.get_one(Trainer, trainer_id)
    return trainer_letter(trainer, roster.seats_of(ids), links.example_url("t"), language)


def preview_student(invitation_id: int, language: str) -> Letter:
    """Return the mail a directly reachable student would get, with an example link."""
    return student_letter(db.session.get_one(Invitation, invitation_id), links.example_url("s"), language)


def record_invited(message: Message) -> None:
    """Stamp the seats this message announced: the first accepted mail of a route fixes it and starts the days.

    Seats that were left out of the mail are not.
    """
    values = {"mail": message.id, "trainer_id": message.subject_id, "now": clock.now(), "today": clock.today()}
    for statement in _recording(message.kind):
        db.session.connection().execute(statement, values)


def trainer_bounced(message: Message) -> None:
    db.session.execute(sa.update(Trainer).where(Trainer.id == message.subject_id).values(bounced_at=clock.now()))


def student_bounced(message: Message) -> None:
    """Let the trainer pass the link on after all: an address that does not exist is no route.

    Where the trainer was told before, that holds again. A mail that comes back late from an address that was corrected
    meanwhile says nothing of the new one.
    """
    seat = db.session.get_one(Invitation, message.subject_id)
    reader = sa.select(Announcement.reader).where(Announcement.message_id == message.id).limit(1).scalar_subquery()
    same = StudentContact.address_hash == sa.func.coalesce(reader, StudentContact.address_hash)
    contact = sa.update(StudentContact).where(StudentContact.placement_id == seat.placement_id, same)
    if not changed_rows(contact.values(bounced_at=clock.now())):
        return
    if seat.route == Route.DIRECT and seat.was_due is None:
        told = sa.select(announcements.holds(INVITE)).where(Invitation.id == seat.id)
        through_trainer = bool(db.session.scalar(told))
        seat.route = Route.FORWARDED.value if through_trainer else None
        seat.mailed_at = seat.mailed_at if through_trainer else None


@functools.cache
def _recording(kind: str) -> tuple[sa.Update | sa.Insert, ...]:
    """Return what stamps a message's seats, notes it in their history and keeps which student's address it went to.

    Kept for the next message, since building them takes longer than running them.
    """
    tables: Any = (Invitation.__table__, Event.__table__)
    seat, event = tables
    now, today = sa.bindparam("now", type_=UtcDateTime), sa.bindparam("today", type_=sa.Date)
    of_seat = sa.and_(Announcement.invitation_id == Invitation.id, Announcement.version == Invitation.version)
    announced = (
        facts.joined(Invitation.id)
        .join(Announcement, of_seat)
        .where(Announcement.message_id == sa.bindparam("mail"))
        .where(~facts.refused(today), Invitation.sent.is_(False))
    )
    if kind == INVITE_STUDENT:
        announced = announced.where(facts.is_direct(today))
    else:
        announced = announced.where(~facts.is_direct(today), Placement.trainer_id == sa.bindparam("trainer_id"))
    route = Route.DIRECT if kind == INVITE_STUDENT else Route.FORWARDED
    same_route = sa.or_(seat.c.role == Role.TRAINER, seat.c.route == route.value)
    stamped = (
        sa.update(seat)
        .where(seat.c.id.in_(announced))
        .values(
            invited_at=sa.func.coalesce(seat.c.invited_at, now),
            mailed_at=sa.case((same_route, sa.func.coalesce(seat.c.mailed_at, now)), else_=now),
            route=sa.case((seat.c.role == Role.STUDENT, route.value), else_=sa.null()),
        )
    )
    events = announced.add_columns(sa.literal("invited"), now)
    noted = sa.insert(event).from_select(["invitation_id", "kind", "at"], events)
    return (stamped, noted, _keep_reader()) if kind == INVITE_STUDENT else (stamped, noted)


def _keep_reader() -> sa.Update:
    address = sa.select(StudentContact.address_hash).join(
        Invitation, Invitation.placement_id == StudentContact.placement_id
    )
    reader = address.where(Invitation.id == Announcement.invitation_id).scalar_subquery().correlate(Announcement)
    return sa.update(Announcement).where(Announcement.message_id == sa.bindparam("mail")).values(reader=reader)


def _wanted(message: Message, announced: Iterable[Invitation], known: Mapping[int, Facts]) -> list[Invitation]:
    """Return the announced seats that can still be answered on this way; raises NotWanted when none is left."""
    reasons = ["replaced"]
    wanted = []
    for seat in announced:
        to_student = message.kind == INVITE_STUDENT
        is_theirs = to_student or seat.placement.trainer_id == message.subject_id
        if not is_theirs:
            continue
        if reason := left_out(seat, known[seat.id], to_student=to_student):
            reasons.append(reason)
        else:
            wanted.append(seat)
    if not wanted:
        raise NotWanted(reasons[-1])
    return wanted


def _seats(messages: Sequence[Message]) -> tuple[list[Invitation], dict[int, list[Invitation]]]:
    """Return both seats of all placements these messages are about, and by message id the seats it announces."""
    announced: dict[int, list[Invitation]] = {message.id: [] for message in messages}
    columns = (Announcement.message_id, Invitation.id, Invitation.placement_id)
    rows = db.session.execute(announcements.seats(announced, *columns).order_by(Invitation.id)).all()
    seats = roster.seats_of({placement_id for _message, _seat, placement_id in rows})
    known = {seat.id: seat for seat in seats}
    for message_id, seat_id, _placement in rows:
        announced[message_id].append(known[seat_id])
    return seats, announced


def _trainers(messages: Sequence[Message]) -> dict[int, Trainer]:
    ids = [message.subject_id for message in messages]
    wanted = sa.select(Trainer).where(Trainer.id.in_(ids)).options(selectinload(Trainer.contacts))
    return {trainer.id: trainer for trainer in db.session.scalars(wanted)}


def left_out(seat: Invitation, known: Facts, *, to_student: bool) -> str | None:
    """Say why a mail to its student, or else to the trainer, passes over a seat; None where it does not."""
    if known.refusal:
        return "withdrawn" if seat.placement.status in INVITED else "status"
    if known.sent:
        return "answered"
    if known.closed:
        return "closed"
    if to_student and not known.has_address:
        return _why_no_address(seat.placement)
    return "direct" if known.has_address and not to_student else None


def _why_no_address(placement: Placement) -> str:
    if placement.brin not in register.sharing_on(clock.today(), Category.ADDRESS):
        return "no_agreement"
    return "bounced" if placement.student and placement.student.bounced_at else "no_address"


def _called(trainer: Trainer) -> str:
    named = sorted((contact.brin, contact.name) for contact in trainer.contacts if contact.name)
    return named[0][1] if named else ""


def init_app(app: Flask) -> None:
    kinds.register(app, Kind(INVITE_TRAINER, render_to_trainers, True, record_invited, trainer_bounced))
    kinds.register(app, Kind(INVITE_STUDENT, render_to_students, True, record_invited, student_bounced))
