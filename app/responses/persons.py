"""Persons and forms: a trainer with nine students answers nine times, and counts as one person in a block's figures."""

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.extensions import db
from app.invitations.models import BlockCell, Invitation, Role
from app.placements.models import Placement, Trainer
from app.responses.asked import AskedSeat


def is_first_form(seat: AskedSeat) -> bool:
    """Tell whether this seat, taken just now, is the first one sent by its person in its block; a student's always is.

    Holds the trainer's row, so that of two forms sent at once one waits and is the second.
    """
    if seat.role == Role.STUDENT:
        return True
    own = sa.select(Placement.trainer_id).join(Invitation).where(Invitation.id == seat.id).scalar_subquery()
    trainer_id = db.session.scalar(sa.select(Trainer.id).where(Trainer.id == own).with_for_update())
    return trainer_id is None or not db.session.scalar(sa.select(_earlier(seat, trainer_id).exists()))


def _earlier(seat: AskedSeat, trainer_id: int) -> sa.Select:
    """Return the seats that the trainer sent before, about students of the same block."""
    theirs, mine = aliased(BlockCell), aliased(BlockCell)
    return (
        sa.select(Invitation.id)
        .join(Placement, Placement.id == Invitation.placement_id)
        .join(theirs, sa.and_(*_is_cell(theirs, Placement.crebo, Placement.pathway)))
        .join(mine, sa.and_(*_is_cell(mine, seat.crebo, seat.pathway), mine.block == theirs.block))
        .where(Placement.trainer_id == trainer_id, Placement.brin == seat.brin)
        .where(theirs.round_id == seat.round_id, theirs.brin == seat.brin)
        .where(mine.round_id == seat.round_id, mine.brin == seat.brin)
        .where(Invitation.role == Role.TRAINER, Invitation.round_id == seat.round_id)
        .where(Invitation.sent.is_(True), Invitation.id != seat.id)
    )


def _is_cell(cell: type[BlockCell], crebo: object, pathway: object) -> tuple:
    return cell.crebo == crebo, cell.pathway == pathway
