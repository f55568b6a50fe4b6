"""Reach: of the seats due in a round, how many can be reached, were invited, passed on, opened, started, sent."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from app import clock
from app.extensions import db
from app.invitations import facts
from app.invitations.models import Invitation, Role, Round, Route

STEPS = ("due", "reachable", "invited", "passed_on", "opened", "started", "sent")
Counts = dict[str, int]


def reach(measured: Round, day: dt.date | None = None) -> dict[str, Any]:
    """Return the counts of STEPS for trainers, and for students per route, among the seats due on `day`."""
    return all_and_closed(measured, day)["all"]


def all_and_closed(measured: Round, day: dt.date | None = None) -> dict[str, dict[str, Any]]:
    """Return these counts over all seats due on `day`, and over those of them that take no more answers.

    Seats that were mailed lately weigh all seats down: their people had no time yet.
    """
    day = day or clock.today()
    student_route = sa.case((Invitation.role == Role.STUDENT, facts.route(day)), else_=sa.null())
    closed = sa.case((facts.closed(measured, day), 1), else_=0)
    groups = (Invitation.role, student_route, closed)
    counted = (
        facts.joined(*groups, *(sa.func.count().filter(passed) for passed in conditions(day).values()))
        .where(Invitation.round_id == measured.id, facts.due_on(day))
        .group_by(*groups)
    )
    found = {tuple(row[:3]): dict(zip(STEPS, row[3:], strict=True)) for row in db.session.execute(counted)}
    return {"all": _by_role(found, (0, 1)), "closed": _by_role(found, (1,))}


def conditions(day: dt.date) -> dict[str, Any]:
    """Return, per step, the condition that a seat due on `day` has reached it: for counting and for listing alike."""
    return {
        "due": facts.due_on(day),
        "reachable": facts.reachable(day),
        "invited": Invitation.invited_at.is_not(None),
        "passed_on": Invitation.passed_on_at.is_not(None),
        "opened": Invitation.opened_at.is_not(None),
        "started": Invitation.started_at.is_not(None),
        "sent": Invitation.sent.is_(True),
    }


def together(counts: list[Counts]) -> Counts:
    """Add up counts, step by step."""
    return {step: sum(count[step] for count in counts) for step in STEPS}


def rates(counts: Counts) -> dict[str, float | None]:
    """Return reach (opened ÷ due), response (sent ÷ due) and completion (sent ÷ opened); None without a base."""
    return {
        "reach": _ratio(counts["opened"], counts["due"]),
        "response": _ratio(counts["sent"], counts["due"]),
        "completion": _ratio(counts["sent"], counts["opened"]),
    }


def _by_role(found: dict[tuple, Counts], kinds: tuple[int, ...]) -> dict[str, Any]:
    def counts(role: Role, route: Route | None) -> Counts:
        return together([found.get((role, route, closed), dict.fromkeys(STEPS, 0)) for closed in kinds])

    return {
        "student": {route.value: counts(Role.STUDENT, route) for route in Route},
        "trainer": counts(Role.TRAINER, None),
    }


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None
