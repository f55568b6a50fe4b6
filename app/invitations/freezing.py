"""Writing down how many placements a round covered, once it is closed: what figures are weighted to from then on."""

import sqlalchemy as sa

from app import clock
from app.extensions import db
from app.invitations import rounds
from app.invitations.models import Invitation, Population, Role, Round
from app.placements.models import Placement

BY = (Placement.brin, Placement.crebo, Placement.pathway)


def freeze_closed() -> int:
    """Freeze each round that is over and not frozen yet; returns how many."""
    closed = [one for one in rounds.everything() if one.frozen_at is None and one.is_over()]
    for one in closed:
        freeze(one)
    return len(closed)


def freeze(closed: Round) -> None:
    """Count the placements whose student was not withdrawn, by school, programme and pathway."""
    columns = ["round_id", *(column.name for column in BY), "n"]
    counted = _counted(sa.literal(closed.id), closed)
    db.session.execute(sa.insert(Population).from_select(columns, counted))
    closed.frozen_at = clock.now()
    db.session.flush()


def population(measured: Round) -> dict[tuple[str, str, str], int]:
    """Return the placements per school, programme and pathway: as frozen, or as they are while the round runs."""
    frozen = sa.select(Population.brin, Population.crebo, Population.pathway, Population.n)
    of_round = frozen.where(Population.round_id == measured.id)
    rows = db.session.execute(of_round if measured.frozen_at else _counted(None, measured))
    return {(brin, crebo, pathway): n for brin, crebo, pathway, n in rows}


def _counted(first: sa.ColumnElement | None, measured: Round) -> sa.Select:
    columns = [*BY, sa.func.count()] if first is None else [first, *BY, sa.func.count()]
    seats = sa.select(*columns).join(Invitation, Invitation.placement_id == Placement.id)
    mine = (Invitation.round_id == measured.id, Invitation.role == Role.STUDENT, Invitation.withdrawn_at.is_(None))
    return seats.where(*mine).group_by(*BY)
