"""What a report is compared with: the rest of the country, and the rest of its sector. Never a total it is part of."""

from app.invitations.models import Role
from app.results import counting, files, report
from app.results.counting import ANY
from app.results.models import Edition
from app.results.report import Report
from app.results.scopes import Scope
from app.results.thresholds import FULL, SCHOOLS


def national(edition: Edition, ours: Report) -> Report | None:
    """Return the report of all others, or None where there are too few schools among them."""
    return _of(edition, ours, ours.scope.rest)


def of_sector(edition: Edition, ours: Report, sector: str | None) -> Report | None:
    """Return the report of all others in a sector, or None where there are too few or the scope is no school."""
    rest = ours.scope.rest
    if sector is None or rest is None or ours.scope.kind != "school":
        return None
    return _of(edition, ours, rest.narrowed(kind="sector", code=sector))


def _of(edition: Edition, ours: Report, scope: Scope | None) -> Report | None:
    return report.make(edition, ours.role, scope) if scope and is_one(edition, ours.role, scope) else None


def is_one(edition: Edition, role: Role, scope: Scope, question: str = ANY) -> bool:
    """Tell whether so many schools have so many answers in a scope that it may be compared with.

    `question` is one that is counted all the same: the answer does not depend on it.
    """
    persons = counting.persons_per_school(files.counts_of(edition, role), scope, question).values()
    return sum(n >= FULL for n in persons) >= SCHOOLS
