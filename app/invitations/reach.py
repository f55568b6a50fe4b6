"""Reach: of the seats due in a round, how many can be reached, were invited, passed on, opened, started, sent."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from app import clock
from app.extensions import db
from app.invitations import contactable
from app.invitations.models import Invitation, Role, Round, Route

STEPS = ("due", "reachable", "invited", "passed_on", "opened", "started", "sent")
Counts = dict[str, int]


def reach(measured: Round, day: dt.date | None = None) -> dict[str, Any]:
    """Return the counts of STEPS for trainers, and for students per route, among the seats due on `day`."""
    day = day or clock.today()
    student_route = sa.case((Invitation.role == Role.STUDENT, contactable.route(day)), else_=sa.null())
    counted = (
        contactable.joined(Invitation.role, student_route.label("route"), *_columns(day))
        .where(Invitation.round_id == measured.id, contactable.due_on(day))
        .group_by(Invitation.role, student_route)
    )
    found = {(row.role, row.route): dict(zip(STEPS, row[2:], strict=True)) for row in db.session.execute(counted)}
    return {
        "student": {route.value: found.get((Role.STUDENT, route.value), _none()) for route in Route},
        "trainer": found.get((Role.TRAINER, None), _none()),
    }


def together(counts: list[Counts]) -> Counts:
    """Add up counts, step by step."""
    return {step: sum(count[step] for count in counts) for step in STEPS}


def rates(counts: Counts) -> dict[str, float | None]:
    """Return reach (opened ÷ due), response (sent ÷ opened) and completed (sent ÷ due); None without a base."""
    return {
        "reach": _ratio(counts["opened"], counts["due"]),
        "response": _ratio(counts["sent"], counts["opened"]),
        "completed": _ratio(counts["sent"], counts["due"]),
    }


def _columns(day: dt.date) -> list[Any]:
    def count(condition: Any) -> Any:
        return sa.func.count().filter(condition)

    return [
        sa.func.count(),
        count(contactable.reachable(day)),
        count(Invitation.invited_at.is_not(None)),
        count(Invitation.passed_on_at.is_not(None)),
        count(Invitation.opened_at.is_not(None)),
        count(Invitation.started_at.is_not(None)),
        count(Invitation.sent.is_(True)),
    ]


def _none() -> Counts:
    return dict.fromkeys(STEPS, 0)


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None
