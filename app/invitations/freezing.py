"""Writing down how many placements a round covered, once it is closed: what figures are weighted to from then on."""

import datetime as dt

import sqlalchemy as sa

from app import clock
from app.extensions import db
from app.invitations import facts, rounds
from app.invitations.models import Invitation, Population, Role, Round, Route
from app.placements.models import Placement

BY = (Placement.brin, Placement.crebo, Placement.pathway)


def freeze_closed() -> int:
    """Freeze each round that is over and not frozen yet; returns how many."""
    closed = [one for one in rounds.everything() if one.frozen_at is None and one.is_over()]
    for one in closed:
        freeze(one)
    return len(closed)


def freeze(closed: Round) -> None:
    """Write down what the round covered: placements by school, programme and pathway, and per seat whether it was due.

    The route of each student is kept from here on as well, so that nothing said later changes any of its counts.
    """
    day = _last_day(closed)
    of_round = sa.update(Invitation).where(Invitation.round_id == closed.id)
    own = facts.joined(Invitation.id).where(Invitation.round_id == closed.id)
    direct = own.where(Invitation.role == Role.STUDENT, facts.route(day) == Route.DIRECT)
    is_direct = sa.case((Invitation.id.in_(direct), Route.DIRECT.value), else_=Route.FORWARDED.value)
    placed = sa.select(Placement).where(Placement.id == Invitation.placement_id).correlate(Invitation)
    kept = {
        "was_due": Invitation.id.in_(own.where(facts.due_on(day))),
        "was_reachable": Invitation.id.in_(own.where(facts.reachable(day))),
        "route": sa.case((Invitation.role == Role.STUDENT, is_direct), else_=sa.null()),
        "counted_crebo": placed.with_only_columns(Placement.crebo).scalar_subquery(),
        "counted_pathway": placed.with_only_columns(Placement.pathway).scalar_subquery(),
    }
    db.session.execute(of_round.values(**kept), execution_options={"synchronize_session": False})
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
    of_round = (Invitation.round_id == measured.id, Invitation.role == Role.STUDENT)
    return facts.joined(*columns).where(*of_round, facts.counts(_last_day(measured))).group_by(*BY)


def _last_day(measured: Round) -> dt.date:
    """Return the day as of which a round is counted: today, or once it closed the day it did."""
    closed_on = measured.closed_at.astimezone(clock.AMSTERDAM).date() if measured.closed_at else measured.closes_on
    return min(clock.today(), measured.closes_on, closed_on)
