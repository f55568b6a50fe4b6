"""Persons and forms: a trainer with nine students answers nine times, and is one person.

In the figures of a school the first form about a student of that school counts as the person, in those of the country
the first form of the round. So no figure counts somebody twice, and a figure of a part may count a few too few.
"""

from typing import NamedTuple

import sqlalchemy as sa

from app.extensions import db
from app.invitations.models import Invitation, Role
from app.placements.models import Placement, Trainer
from app.responses.asked import AskedSeat


class First(NamedTuple):
    """Whether a form is the first of its person about students of its school, and of the round."""

    in_school: bool = True
    in_round: bool = True


def first_of(seat: AskedSeat) -> First:
    """Tell what this seat, taken just now, is the first of; a student's is the first of all.

    Holds the trainer's row, so that of two forms sent at once one waits and is the second.
    """
    if seat.role == Role.STUDENT:
        return First()
    own = sa.select(Placement.trainer_id).join(Invitation).where(Invitation.id == seat.id).scalar_subquery()
    held = sa.select(Trainer.id).where(Trainer.id == own).with_for_update(key_share=True)  # files may still name it
    trainer_id = db.session.scalar(held)
    return First() if trainer_id is None else _first_of(seat, trainer_id)


def _first_of(seat: AskedSeat, trainer_id: int) -> First:
    """Count what the trainer sent before in this round."""
    here = sa.func.count().filter(Placement.brin == seat.brin)
    earlier = (
        sa.select(here, sa.func.count())
        .select_from(Invitation)
        .join(Placement, Placement.id == Invitation.placement_id)
        .where(Placement.trainer_id == trainer_id, Invitation.role == Role.TRAINER)
        .where(Invitation.round_id == seat.round_id, Invitation.sent.is_(True), Invitation.id != seat.id)
    )
    in_school, in_round = db.session.execute(earlier).one()
    return First(in_school == 0, in_round == 0)
