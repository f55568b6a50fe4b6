"""How many students of a school opened and sent, per programme: counts of FEWEST and more, and no total.

With a total a count that is left out could be worked out from the others.
"""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from app import clock
from app.extensions import db
from app.invitations import facts
from app.invitations.models import Invitation, Role, Round
from app.placements.models import Placement
from app.reference.models import Programme

FEWEST = 5


@dataclass(frozen=True)
class Counted:
    """A programme, or those with too few placements together (no name); None stands for fewer than FEWEST."""

    name: str | None
    due: int | None
    opened: int | None
    sent: int | None


def per_programme(brin: str, crebos: Collection[str] | None, counted: Round) -> list[Counted]:
    """Return the students' seats due in a round, per programme, the largest first."""
    n = sa.func.count()
    wanted = (
        facts.joined(
            Programme.name, n, n.filter(Invitation.opened_at.is_not(None)), n.filter(Invitation.sent.is_(True))
        )
        .join(Programme, Programme.crebo == facts.crebo())
        .where(Invitation.round_id == counted.id, Invitation.role == Role.STUDENT, Placement.brin == brin)
        .where(facts.due_on(clock.today()))
        .group_by(Programme.crebo, Programme.name)
        .order_by(n.desc(), Programme.name)
    )
    if crebos is not None:
        wanted = wanted.where(Programme.crebo.in_(crebos))
    rows = [tuple(row) for row in db.session.execute(wanted)]
    small = [row for row in rows if row[1] < FEWEST]
    together = [(None, *(sum(column) for column in zip(*(row[1:] for row in small), strict=True)))] if small else []
    return [Counted(row[0], *(_shown(count) for count in row[1:])) for row in [*rows, *together] if row not in small]


def _shown(count: int) -> int | None:
    return count if count >= FEWEST else None
