"""Registers the invitations with the outbox: what they say now, whether they are still wanted, what follows."""

from collections.abc import Callable, Sequence

import sqlalchemy as sa
from flask import Flask

from app import clock
from app.extensions import db
from app.invitations import letters, links, roster
from app.invitations.links import Channel
from app.invitations.models import Announcement, BatchSeat, Event, Invitation, Role, Route
from app.invitations.steps import INVITE_STUDENT, INVITE_TRAINER
from app.mailing import kinds
from app.mailing.kinds import Kind
from app.mailing.letter import Letter, NotWanted
from app.mailing.models import Message
from app.placements.models import StudentContact, Trainer, TrainerContact
from app.questionnaires import loader


def render_to_trainer(message: Message) -> Letter:
    trainer = db.session.get_one(Trainer, message.subject_id)
    wanted = _wanted(message)
    return trainer_letter(trainer, [seat.placement_id for seat in wanted], links.trainer_url(trainer))


def render_to_student(message: Message) -> Letter:
    (seat,) = _wanted(message)
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
    """Stamp the seats this message announced: the first accepted mail fixes the route and starts the days."""
    route = Route.DIRECT if message.kind == INVITE_STUDENT else Route.FORWARDED
    now = clock.now()
    announced = (
        sa.select(Announcement.invitation_id)
        .where(Announcement.message_id == message.id, Announcement.version == Invitation.version)
        .correlate(Invitation)
    )
    stamped = (
        sa.update(Invitation)
        .where(Invitation.id.in_(announced))
        .values(
            invited_at=sa.func.coalesce(Invitation.invited_at, now),
            mailed_at=sa.func.coalesce(Invitation.mailed_at, now),
            route=sa.case((Invitation.role == Role.STUDENT, route.value), else_=sa.null()),
        )
        .returning(Invitation.id)
        .execution_options(synchronize_session=False)
    )
    ids = list(db.session.scalars(stamped))
    if ids:
        rows = [{"invitation_id": id_, "kind": "invited", "channel": None, "at": now} for id_ in ids]
        db.session.execute(sa.insert(Event), rows)


def trainer_bounced(message: Message) -> None:
    db.session.execute(sa.update(Trainer).where(Trainer.id == message.subject_id).values(bounced_at=clock.now()))


def student_bounced(message: Message) -> None:
    placement = sa.select(Invitation.placement_id).where(Invitation.id == message.subject_id).scalar_subquery()
    contact = sa.update(StudentContact).where(StudentContact.placement_id == placement)
    db.session.execute(contact.values(bounced_at=clock.now()))


def _wanted(message: Message) -> list[Invitation]:
    """Return the announced seats that can still be answered; raises NotWanted when none is left."""
    announced = (
        sa.select(Invitation)
        .join(
            Announcement,
            sa.and_(Announcement.invitation_id == Invitation.id, Announcement.version == Invitation.version),
        )
        .where(Announcement.message_id == message.id)
    )
    seats = list(db.session.scalars(announced))
    if not seats:
        raise NotWanted("replaced")
    today = clock.today()
    tests: tuple[tuple[str, Callable[[Invitation], bool]], ...] = (
        ("withdrawn", lambda seat: seat.withdrawn_at is not None),
        ("answered", lambda seat: seat.sent),
        ("closed", lambda seat: seat.is_closed(today)),
    )
    for reason, fails in tests:
        seats = [seat for seat in seats if not fails(seat)]
        if not seats:
            raise NotWanted(reason)
    return seats


def _called(trainer: Trainer) -> str:
    wanted = sa.select(TrainerContact.name).where(TrainerContact.trainer_id == trainer.id, TrainerContact.name != "")
    return db.session.scalar(wanted.order_by(TrainerContact.brin).limit(1)) or ""


def init_app(app: Flask) -> None:
    kinds.register(app, Kind(INVITE_TRAINER, render_to_trainer, True, record_invited, trainer_bounced))
    kinds.register(app, Kind(INVITE_STUDENT, render_to_student, True, record_invited, student_bounced))
