"""Who gets the mails of a batch: trainers with their students, and directly mailed students."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app import clock
from app.extensions import db
from app.invitations import facts
from app.invitations.models import Batch, BatchSeat, Invitation
from app.placements.models import Company, Placement, StudentContact, Trainer

SHOWN = 50


@dataclass(frozen=True)
class Recipient:
    """One mail: to whom, for which company, about how many seats."""

    role: str
    id: int
    address: str
    company: str
    seats: int


def of_batch(batch: Batch, role: str = "trainer", after: int = 0) -> tuple[list[Recipient], Recipient | None]:
    """Return a page of recipients, trainers before students, and the one to go on after when there are more."""
    found = _trainers(batch, after) if role == "trainer" else []
    if len(found) <= SHOWN:
        found += _students(batch, after if role == "student" else 0, SHOWN + 1 - len(found))
    return found[:SHOWN], found[SHOWN - 1] if len(found) > SHOWN else None


def _shown(batch: Batch) -> sa.ColumnElement[bool]:
    """Return the condition that a seat of a batch is shown: until that was sent, only who may be asked and mailed."""
    of_batch = BatchSeat.batch_id == batch.id
    if batch.sent_at:
        return of_batch
    day = clock.today()
    asked = facts.joined(Invitation.id).where(Invitation.round_id == batch.round_id)
    asked = asked.where(~facts.refused(day), facts.reachable(day))
    return sa.and_(of_batch, BatchSeat.invitation_id.in_(asked))


def _seats(batch: Batch, *columns: Any) -> sa.Select:
    """Return a SELECT of `columns` over the seats of a batch that are shown, their placements and companies."""
    joined = sa.select(*columns).select_from(BatchSeat).join(Invitation, Invitation.id == BatchSeat.invitation_id)
    joined = joined.join(Placement, Placement.id == Invitation.placement_id)
    return joined.join(Company, Company.number == Placement.company_number).where(_shown(batch))


def _trainers(batch: Batch, after: int) -> list[Recipient]:
    trainers = (
        _seats(batch, Trainer.id, Trainer.address, sa.func.min(Company.name), sa.func.count())
        .join(Trainer, Trainer.id == BatchSeat.trainer_id)
        .where(BatchSeat.trainer_id.in_(sorted(_next_trainers(batch, after))))
        .group_by(Trainer.id, Trainer.address)
        .order_by(Trainer.id)
    )
    return [Recipient("trainer", id_, to or "", name, n) for id_, to, name, n in db.session.execute(trainers)]


def _next_trainers(batch: Batch, after: int) -> Iterable[int]:
    of_batch = sa.select(BatchSeat.trainer_id).where(_shown(batch), BatchSeat.trainer_id > after)
    return db.session.scalars(of_batch.distinct().order_by(BatchSeat.trainer_id).limit(SHOWN + 1))


def has_recipient(batch: Batch, role: str, recipient_id: int) -> bool:
    """Tell whether a batch holds a mail to this trainer, or to the student of this seat."""
    seats = sa.select(BatchSeat.invitation_id).where(_shown(batch))
    if role == "trainer":
        seats = seats.where(BatchSeat.trainer_id == recipient_id)
    else:
        seats = seats.where(BatchSeat.trainer_id.is_(None), BatchSeat.invitation_id == recipient_id)
    return db.session.scalar(seats.limit(1)) is not None


def _students(batch: Batch, after: int, limit: int) -> list[Recipient]:
    students = (
        _seats(batch, Invitation.id, StudentContact.address, Company.name)
        .join(StudentContact, StudentContact.placement_id == Placement.id)
        .where(BatchSeat.trainer_id.is_(None), Invitation.id > after)
        .order_by(Invitation.id)
        .limit(limit)
    )
    return [Recipient("student", id_, to or "", company, 1) for id_, to, company in db.session.execute(students)]
