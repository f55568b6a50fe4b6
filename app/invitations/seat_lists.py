"""Lists of a round's seats: what they can be narrowed to, and what they show. Each number of the reach has its list."""

from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import contains_eager, joinedload
from wtforms import SelectField, StringField

from app import clock
from app.invitations import facts, planner, reach
from app.invitations.forms import RoundChoice
from app.invitations.models import Invitation, Role, Round
from app.invitations.words import LEFT_OUT, ROLES, ROUTES, STEPS, state_of
from app.listing import Column, Listing, Order, choices
from app.placements.models import Placement


class SeatFilters(RoundChoice):
    """What a list of seats is narrowed to; anything unknown narrows nothing."""

    role = SelectField(_l("Who"), choices=choices(ROLES, everything=False), default=Role.STUDENT.value)
    step = SelectField(_l("How far"), choices=choices(STEPS))
    route = SelectField(_l("Route"), choices=choices(ROUTES))
    closed = SelectField(_l("Time to answer"), choices=choices({"no": _l("open"), "yes": _l("closed")}))
    brin = StringField("BRIN", render_kw={"size": 6})
    left_out = SelectField(_l("Left out today"), choices=choices(LEFT_OUT))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.role.data not in ROLES:
            self.role.data = Role.STUDENT.value


LISTING = Listing(
    columns=(
        Column(
            _l("Agreement number"),
            lambda row: row.Invitation.placement.agreement_number or _l("no number"),
            href=lambda row: url_for("invitations.show_seat", seat_id=row.Invitation.id),
        ),
        Column(_l("School"), lambda row: row.Invitation.placement.school.name),
        Column(_l("Programme"), lambda row: row.Invitation.placement.programme.name),
        Column(_l("Company"), lambda row: row.Invitation.placement.company.name),
        Column(_l("Ends on"), lambda row: row.Invitation.ends_on, order="end"),
        Column(_l("How far"), lambda row: state_of(row.Invitation, row.refusal)),
        Column(_l("Route"), lambda row: ROUTES.get(row.Invitation.route or "", "")),
    ),
    orders={"end": Order(Invitation.ends_on, Invitation.id)},
    usual="end",
)


def seats(filters: SeatFilters, shown: Round) -> sa.Select:
    """Return a SELECT of the seats of a round that pass the filters."""
    day = clock.today()
    eager = contains_eager(Invitation.placement).options(
        joinedload(Placement.school), joinedload(Placement.programme), joinedload(Placement.company)
    )
    columns = (Invitation, facts.refusal(day).label("refusal"))
    wanted = facts.joined(*columns).where(Invitation.round_id == shown.id, Invitation.role == filters.role.data)
    return wanted.where(*_narrowed(filters, shown, day)).options(eager)


def _narrowed(filters: SeatFilters, shown: Round, day: Any) -> list[Any]:
    found = []
    if filters.step.data in STEPS:
        found.append(_steps(day)[filters.step.data])
    if filters.route.data in ROUTES:
        found.append(facts.route(day) == filters.route.data)
    if filters.closed.data in ("yes", "no"):
        closed = facts.closed(shown, day)
        found.append(closed if filters.closed.data == "yes" else ~closed)
    if filters.brin.data:
        found.append(Placement.brin == filters.brin.data.strip().upper())
    if filters.left_out.data in LEFT_OUT:
        found.append(planner.reason(shown, day) == filters.left_out.data)
    return found


def _steps(day: Any) -> dict[str, Any]:
    """Return the conditions of the reach, each among what is due, and those that say where a link died."""
    passed = reach.conditions(day)
    due = passed["due"]
    return {name: sa.and_(due, condition) for name, condition in passed.items()} | {
        "unreachable": sa.and_(due, ~passed["reachable"]),
        "unopened": sa.and_(due, Invitation.opened_at.is_(None)),
        "unfinished": sa.and_(due, passed["opened"], ~passed["sent"]),
        "withdrawn": sa.and_(~sa.func.coalesce(Invitation.was_due, sa.false()), ~facts.counts(day)),
    }
