"""Conditions in SQL, used alike by proposals and by reach: which route a seat has, and whether a mail could go.

Each works on a query that joins Invitation, Placement, Round, and outer joins Trainer and StudentContact.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles

from app import clock
from app.agreements.models import Agreement
from app.invitations.models import Invitation, Role, Round, Route
from app.mailing.models import OptOut
from app.placements.models import Placement, StudentContact, Trainer
from app.placements.values import INVITED


def joined(*columns: Any) -> sa.Select:
    """Return a SELECT of `columns` over seats and all that decides about them."""
    return (
        sa.select(*columns)
        .select_from(Invitation)
        .join(Placement, Placement.id == Invitation.placement_id)
        .join(Round, Round.id == Invitation.round_id)
        .outerjoin(Trainer, Trainer.id == Placement.trainer_id)
        .outerjoin(StudentContact, StudentContact.placement_id == Placement.id)
    )


def opted_out(address_hash: Any) -> Any:
    holds = OptOut.holds_on(clock.today())
    return sa.select(OptOut.address_hash).where(OptOut.address_hash == address_hash, holds).exists()


def is_direct(day: dt.date) -> Any:
    """Return the condition that the student's own address decides: given, not bounced, under a valid agreement."""
    sharing = sa.select(Agreement.id).where(Agreement.brin == Placement.brin, Agreement.valid_on(day)).exists()
    return sa.and_(
        Invitation.role == Role.STUDENT,
        StudentContact.address.is_not(None),
        StudentContact.bounced_at.is_(None),
        sharing,
    )


def route(day: dt.date) -> Any:
    """Return a student's route: kept from the first accepted mail, else derived."""
    return sa.case(
        (Invitation.route.is_not(None), Invitation.route),
        (sa.and_(is_direct(day), ~opted_out(StudentContact.address_hash)), Route.DIRECT.value),
        else_=Route.FORWARDED.value,
    )


def reachable(day: dt.date) -> Any:
    """Return the condition that a mail could go, kept as it was once invited."""
    through_trainer = sa.and_(
        Trainer.address.is_not(None), Trainer.bounced_at.is_(None), ~opted_out(Trainer.address_hash)
    )
    straight = sa.and_(is_direct(day), ~opted_out(StudentContact.address_hash))
    return sa.or_(Invitation.invited_at.is_not(None), straight, sa.and_(~is_direct(day), through_trainer))


def due_on(day: dt.date) -> Any:
    """Return the condition that a seat is due: not withdrawn, and its date reached or invited already."""
    return sa.and_(
        Invitation.withdrawn_at.is_(None),
        sa.or_(
            Invitation.invited_at.is_not(None),
            sa.and_(Placement.status.in_(INVITED), Placement.ends_on <= latest_end(day)),
        ),
    )


def closed(planned: Round, day: dt.date) -> Any:
    """Return the condition that a seat of this round takes no more answers on `day`."""
    if planned.is_closed(day):
        return sa.true()
    seat_days_passed = Invitation.mailed_at < clock.start_of(day - dt.timedelta(days=planned.seat_days))
    return sa.func.coalesce(seat_days_passed, sa.false())


def latest_end(day: dt.date) -> Any:
    """Return, per round, the latest end of a placement that is due on `day`."""
    return plus_days(sa.literal(day, sa.Date), Round.due_days)


class plus_days(sa.sql.functions.GenericFunction):  # noqa: N801
    """A date plus a column of whole days; the two databases say it in different words."""

    type = sa.Date()
    inherit_cache = True


@compiles(plus_days, "sqlite")
def _plus_days_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    day, days = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"date({day}, {days} || ' days')"


@compiles(plus_days, "postgresql")
def _plus_days_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    day, days = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"({day} + {days})"
