"""Who gets the mails of a batch: trainers with their students, and directly mailed students."""

from dataclasses import dataclass

import sqlalchemy as sa

from app.extensions import db
from app.invitations.models import Batch, BatchSeat, Invitation
from app.placements.models import Company, Placement, StudentContact, Trainer

SHOWN = 100


@dataclass(frozen=True)
class Recipient:
    """One mail: to whom, for which company, about how many seats."""

    role: str
    id: int
    address: str
    company: str
    seats: int


def of_batch(batch: Batch, limit: int = SHOWN) -> list[Recipient]:
    """Return the first recipients of a batch, trainers before students."""
    trainers = (
        sa.select(Trainer.id, Trainer.address, sa.func.min(Company.name), sa.func.count())
        .select_from(BatchSeat)
        .join(Invitation, Invitation.id == BatchSeat.invitation_id)
        .join(Placement, Placement.id == Invitation.placement_id)
        .join(Company, Company.number == Placement.company_number)
        .join(Trainer, Trainer.id == BatchSeat.trainer_id)
        .where(BatchSeat.batch_id == batch.id)
        .group_by(Trainer.id, Trainer.address)
        .order_by(Trainer.id)
        .limit(limit)
    )
    found = [Recipient("trainer", id_, to or "", name, n) for id_, to, name, n in db.session.execute(trainers)]
    return found + _students(batch, limit - len(found))


def has_recipient(batch: Batch, role: str, recipient_id: int) -> bool:
    """Tell whether a batch holds a mail to this trainer, or to the student of this seat."""
    seats = sa.select(BatchSeat.invitation_id).where(BatchSeat.batch_id == batch.id)
    if role == "trainer":
        seats = seats.where(BatchSeat.trainer_id == recipient_id)
    else:
        seats = seats.where(BatchSeat.trainer_id.is_(None), BatchSeat.invitation_id == recipient_id)
    return db.session.scalar(seats.limit(1)) is not None


def _students(batch: Batch, limit: int) -> list[Recipient]:
    students = (
        sa.select(Invitation.id, StudentContact.address, Company.name)
        .select_from(BatchSeat)
        .join(Invitation, Invitation.id == BatchSeat.invitation_id)
        .join(Placement, Placement.id == Invitation.placement_id)
        .join(Company, Company.number == Placement.company_number)
        .join(StudentContact, StudentContact.placement_id == Placement.id)
        .where(BatchSeat.batch_id == batch.id, BatchSeat.trainer_id.is_(None))
        .order_by(Invitation.id)
        .limit(limit)
    )
    return [Recipient("student", id_, to or "", company, 1) for id_, to, company in db.session.execute(students)]
