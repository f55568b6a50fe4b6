"""Persons and forms: a trainer with nine students answers nine times, and is one person.

In the figures of a school the first form about a student of that school counts as the person, in those of the country
the first form of the round. So no figure counts somebody twice, and a figure of a part may count a few too few. Where
the first is withdrawn the next one sent is the first again; what was sent in between stays further forms.
"""

from typing import NamedTuple

import sqlalchemy as sa

from app.database import insert_into
from app.extensions import db
from app.invitations.models import Invitation, Role
from app.placements.models import Placement
from app.responses import receipts
from app.responses.asked import AskedSeat
from app.responses.models import FirstForm

ANY_SCHOOL = ""


class First(NamedTuple):
    """Whether a form is the first of its person about students of its school, and of the round."""

    in_school: bool = True
    in_round: bool = True


def first_of(seat: AskedSeat, receipt: str) -> First:
    """Tell what this seat, taken just now, is the first of, and write that down; a student's is the first of all."""
    if seat.role == Role.STUDENT:
        return First()
    own = sa.select(Placement.trainer_id).join(Invitation).where(Invitation.id == seat.id)
    trainer_id = db.session.scalar(own)
    if trainer_id is None:
        return First()
    row = {"trainer_id": trainer_id, "round_id": seat.round_id, "mark": receipts.first_mark(receipt)}
    return First(*(_is_first(row | {"brin": brin}) for brin in (seat.brin, ANY_SCHOOL)))


def _is_first(row: dict) -> bool:
    """Write that this form is the first; of two sent at once the database makes one wait, and be the second."""
    written = insert_into(FirstForm).values(row).on_conflict_do_nothing().returning(FirstForm.trainer_id)
    return db.session.scalar(written) is not None
