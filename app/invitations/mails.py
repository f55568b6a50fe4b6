"""Registers the invitations with the outbox: what they say now, whether they are still wanted, what follows."""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import joinedload

from app import clock
from app.agreements import register
from app.extensions import db
from app.invitations import announcements, letters, links, roster, seats
from app.invitations.links import Channel
from app.invitations.models import BatchSeat, Invitation, Role, Route
from app.invitations.steps import INVITE_STUDENT, INVITE_TRAINER
from app.mailing import kinds
from app.mailing.kinds import Kind
from app.mailing.letter import Letter, NotWanted
from app.mailing.models import Message
from app.placements.models import StudentContact, Trainer, TrainerContact
from app.placements.values import INVITED
from app.questionnaires import loader


def render_to_trainer(message: Message) -> Letter:
    trainer = db.session.get_one(Trainer, message.subject_id)
    wanted = _wanted(message)
    if trainer.bounced_at:
        raise NotWanted("bounced")
    return trainer_letter(trainer, [seat.placement_id for seat in wanted], links.trainer_url(trainer))


def render_to_student(message: Message) -> Letter:
    (seat,) = _wanted(message)
    if seat.placement.brin not in register.sharing_on(clock.today()):
        raise NotWanted("no_agreement")
    if seat.placement.student and seat.placement.student.bounced_at:
        raise NotWanted("bounced")
    return student_letter(seat, links.seat_url(seat, Channel.DIRECT))


def trainer_letter(trainer: Trainer, placement_ids: Sequence[int], url: str, language: str | None = None) -> Letter:
    """Return what a trainer is told of these placements, by default in the trainer's language."""
    if not trainer.address:
        raise NotWanted("no_address")
    language = language or trainer.language
    with letters.force_locale(language):
        entries = roster.of_placements(placement_ids)
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
    return trainer_letter(trainer, ids, links.example_url("t"), language)


def preview_student(invitation_id: int, language: str) -> Letter:
    """Return the mail a directly reachable student would get, with an example link."""
    return student_letter(db.session.get_one(Invitation, invitation_id), links.example_url("s"), language)


def record_invited(message: Message) -> None:
    """Stamp the seats this message announced: the first accepted mail of a route fixes it and starts the days.

    Seats that were left out of the mail are not.
    """
    route = Route.DIRECT if message.kind == INVITE_STUDENT else Route.FORWARDED
    now = clock.now()
    ids = [seat.id for seat in _announced(message) if _left_out(message, seat) is None]
    same_route = sa.or_(Invitation.role == Role.TRAINER, Invitation.route == route.value)
    stamped = sa.update(Invitation).where(Invitation.id.in_(ids))
    db.session.execute(
        stamped.values(
            invited_at=sa.func.coalesce(Invitation.invited_at, now),
            mailed_at=sa.case((same_route, sa.func.coalesce(Invitation.mailed_at, now)), else_=now),
            route=sa.case((Invitation.role == Role.STUDENT, route.value), else_=sa.null()),
        )
    )
    seats.record_events(ids, "invited")


def trainer_bounced(message: Message) -> None:
    db.session.execute(sa.update(Trainer).where(Trainer.id == message.subject_id).values(bounced_at=clock.now()))


def student_bounced(message: Message) -> None:
    placement = sa.select(Invitation.placement_id).where(Invitation.id == message.subject_id).scalar_subquery()
    contact = sa.update(StudentContact).where(StudentContact.placement_id == placement)
    db.session.execute(contact.values(bounced_at=clock.now()))


def _wanted(message: Message) -> list[Invitation]:
    """Return the announced seats that can still be answered; raises NotWanted when none is left."""
    today = clock.today()
    reasons = ["replaced"]
    wanted = []
    for seat in _announced(message):
        if reason := _left_out(message, seat) or _ended(seat, today):
            reasons.append(reason)
        else:
            wanted.append(seat)
    if not wanted:
        raise NotWanted(reasons[-1])
    return wanted


def _announced(message: Message) -> list[Invitation]:
    found = announcements.seats_of(message.id).order_by(Invitation.id)
    return list(db.session.scalars(found.options(joinedload(Invitation.placement), joinedload(Invitation.round))))


def _left_out(message: Message, seat: Invitation) -> str | None:
    """Say why a mail passes over a seat it was to announce."""
    if message.kind == INVITE_TRAINER and seat.placement.trainer_id != message.subject_id:
        return "replaced"
    if seat.withdrawn_at:
        return "withdrawn"
    return "status" if seat.placement.status not in INVITED else None


def _ended(seat: Invitation, today: dt.date) -> str | None:
    if seat.sent:
        return "answered"
    return "closed" if seat.is_closed(today) else None


def _called(trainer: Trainer) -> str:
    wanted = sa.select(TrainerContact.name).where(TrainerContact.trainer_id == trainer.id, TrainerContact.name != "")
    return db.session.scalar(wanted.order_by(TrainerContact.brin).limit(1)) or ""


def init_app(app: Flask) -> None:
    kinds.register(app, Kind(INVITE_TRAINER, render_to_trainer, True, record_invited, trainer_bounced))
    kinds.register(app, Kind(INVITE_STUDENT, render_to_student, True, record_invited, student_bounced))
