"""Conditions in SQL: since when a seat takes no more answers, and whether a placement still needs its contacts."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app import clock
from app.extensions import db
from app.invitations import rounds
from app.invitations.models import LATE, Invitation, Round
from app.placements.models import Placement


def closed_by(day: dt.date, seat: Any = Invitation) -> sa.ColumnElement[bool]:
    """Return the condition that a seat took no answers any more on `day`, nor late ones: each round has its days."""
    until = min(clock.start_of(day + dt.timedelta(days=1)), clock.now() - LATE)
    day = min(day, until.astimezone(clock.AMSTERDAM).date())
    closed = (sa.and_(seat.round_id == one.id, _closed_by(one, day, until, seat)) for one in _rounds())
    return sa.or_(sa.false(), *closed)


def over_by(day: dt.date) -> sa.ColumnElement[bool]:
    """Return the condition on Placement that all its seats were closed by `day`, or, without any, that it ended."""
    seat = aliased(Invitation)
    seats = sa.select(seat.id).where(seat.placement_id == Placement.id)
    has_open = seats.where(~closed_by(day, seat)).exists()
    return sa.and_(~has_open, sa.or_(seats.exists(), Placement.ends_on < day))


def over(_sender: Any, ids: list[int]) -> list[int]:
    """Return which of these placements are over by today."""
    wanted = sa.select(Placement.id).where(Placement.id.in_(ids), over_by(clock.today()))
    return list(db.session.scalars(wanted))


def frozen() -> sa.ColumnElement[bool]:
    """Return the condition on Placement that it has seats, all in rounds whose population is written down."""
    seat, of = aliased(Invitation), aliased(Round)
    seats = sa.select(seat.id).join(of, of.id == seat.round_id).where(seat.placement_id == Placement.id)
    return sa.and_(seats.exists(), ~seats.where(of.frozen_at.is_(None)).exists())


def _closed_by(one: Round, day: dt.date, until: dt.datetime, seat: Any) -> sa.ColumnElement[bool]:
    if day > one.closes_on or (one.closed_at and one.closed_at <= until):
        return sa.true()
    days_passed = seat.mailed_at < clock.start_of(day - dt.timedelta(days=one.seat_days))
    return sa.func.coalesce(days_passed, sa.false())


def _rounds() -> list[Round]:
    with db.session.no_autoflush:
        return rounds.everything()
