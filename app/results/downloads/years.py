"""Several questions over the rounds at once: one report a year serves them all, where a page makes one figure each."""

import datetime as dt
from collections.abc import Iterable

from app.invitations.models import Role
from app.results import editions, report, trend
from app.results.report import Report
from app.results.scopes import Scope
from app.results.trend import Line, Point

Year = tuple[dt.date, Report]


def lines(questions: Iterable[str], role: Role, scope: Scope) -> dict[str, list[Line]]:
    """Return question → its lines; those of a school end with what was published of the country, as `national`."""
    whole = scope.narrowed(block=None)  # blocks are drawn anew each round
    ours, theirs = _years(role, whole), _years(role, whole.rest)
    return {id_: _of(id_, role, whole, ours, theirs) for id_ in questions}


def _of(id_: str, role: Role, whole: Scope, ours: list[Year], theirs: list[Year]) -> list[Line]:
    found = [Line("ours", _points(id_, ours)), Line("theirs", _points(id_, theirs))]
    return [line for line in [*found, *trend.earlier(id_, role, whole)] if line.points]


def _years(role: Role, scope: Scope | None) -> list[Year]:
    if scope is None:
        return []
    made = [(one.ends_until, editions.newest(one.id)) for one in reversed(editions.with_editions())]
    compared = [(ends, one) for ends, one in made if one and trend.may_be_compared(one, role, scope)]
    return [(ends, report.make(edition, role, scope)) for ends, edition in compared]


def _points(id_: str, years: list[Year]) -> tuple[Point, ...]:
    figures = [(ends.year, made.figures.get(id_)) for ends, made in years]
    return tuple(trend.point(year, figure) for year, figure in figures if figure and figure.is_full)
