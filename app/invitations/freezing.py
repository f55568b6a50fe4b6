"""Writing down how many placements a round covered, once it is closed: what figures are weighted to from then on."""

import sqlalchemy as sa

from app import clock
from app.extensions import db
from app.invitations import rounds
from app.invitations.models import Invitation, Population, Role, Round
from app.placements.models import Placement


def freeze_closed() -> int:
    """Freeze each round that is closed and not frozen yet; returns how many."""
    today = clock.today()
    closed = [one for one in rounds.everything() if one.frozen_at is None and one.is_closed(today)]
    for one in closed:
        freeze(one)
    return len(closed)


def freeze(closed: Round) -> None:
    """Count the placements whose student was not withdrawn, by school, programme and pathway."""
    by = (Placement.brin, Placement.crebo, Placement.pathway)
    counted = (
        sa.select(sa.literal(closed.id), *by, sa.func.count())
        .join(Invitation, Invitation.placement_id == Placement.id)
        .where(Invitation.round_id == closed.id, Invitation.role == Role.STUDENT, Invitation.withdrawn_at.is_(None))
        .group_by(*by)
    )
    columns = ["round_id", "brin", "crebo", "pathway", "n"]
    db.session.execute(sa.insert(Population).from_select(columns, counted))
    closed.frozen_at = clock.now()
    db.session.flush()
