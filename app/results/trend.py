"""How one question's figure moved over the rounds, beside the rest and beside what was published of earlier years."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.invitations.models import Role
from app.results import editions, report
from app.results.figures import Figure
from app.results.history import reading as history
from app.results.models import Edition
from app.results.scopes import Scope


@dataclass(frozen=True)
class Point:
    """A year and its figure; what was published has no margin and is shown as it was."""

    year: int
    value: float
    low: float | None = None
    high: float | None = None
    decimals: int | None = None
    source: str = ""
    persons: int | None = None


@dataclass(frozen=True)
class Line:
    """`kind` is ours, theirs (the rest), published (earlier, of this scope) or national (earlier, of the country)."""

    kind: str
    points: tuple[Point, ...]


def lines(question_id: str, measure: str, role: Role, scope: Scope) -> list[Line]:
    """Return the lines that have points; a year without enough answers has none."""
    whole = scope.narrowed(block=None)  # blocks are drawn anew each round
    made = editions.in_use()[::-1]
    found = [Line("ours", _points(made, question_id, role, whole))]
    if whole.rest:
        compared = [one for one in made if report.may_be_compared_with(one, role, whole.rest, question_id)]
        found.append(Line("theirs", _points(compared, question_id, role, whole.rest)))
    if whole.kind in ("national", "school"):
        found.append(Line("published", published(question_id, measure, role, whole)))
    if whole.kind == "school":
        found.append(Line("national", published(question_id, measure, role, Scope(pathway=whole.pathway))))
    return [line for line in found if line.points]


def questions(role: Role) -> dict[str, str]:
    """Return the questions a trend can be of → their measures: those of the newest round, then of earlier ones."""
    return {id_: one for edition in editions.in_use() for id_, one in report.measures(edition, role).items()}


def _points(made: Sequence[Edition], question_id: str, role: Role, scope: Scope) -> tuple[Point, ...]:
    figures = [(one.round.ends_until.year, report.figure(one, role, scope, question_id)) for one in made]
    return points(figures)


def points(figures: Iterable[tuple[int, Figure | None]]) -> tuple[Point, ...]:
    """Return the figures of years that are shown in full, as points."""
    return tuple(
        Point(year, one.value or 0, one.low, one.high, persons=one.persons)
        for year, one in figures
        if one and one.is_full
    )


def published(question_id: str, measure: str, role: Role, scope: Scope) -> tuple[Point, ...]:
    """Return what was published of earlier years by the same measure."""
    named = measure if measure in ("mean", "satisfied") else f"value:{measure}"
    brin = scope.code if scope.kind == "school" else None
    return tuple(
        Point(one.year, one.value / (1 if measure == "mean" else 100), decimals=one.decimals, source=one.source)
        for one in history.figures(question_id, named, role, brin, scope.pathway)
    )
