"""How one question's figure moved over the rounds, beside the rest and beside what was published of earlier years."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.invitations.models import Role
from app.invitations.rounds import DEFAULT_QUESTIONNAIRES
from app.questionnaires import loader
from app.results import editions, report
from app.results.figures import MEASURES, Figure
from app.results.history import reading as history
from app.results.models import Edition
from app.results.report import Report
from app.results.scopes import Scope

FIRST = "guidance_school"  # of all that is asked this moves most, see docs/results.md


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


def lines(question_id: str, role: Role, scope: Scope) -> list[Line]:
    """Return the lines that have points; a year without enough answers has none."""
    whole = scope.narrowed(block=None)  # blocks are drawn anew each round
    made = editions.in_use()[::-1]
    found = [Line("ours", _points(made, question_id, role, whole))]
    if whole.rest:
        compared = [one for one in made if report.may_be_compared_with(one, role, whole.rest, question_id)]
        found.append(Line("theirs", _points(compared, question_id, role, whole.rest)))
    return [line for line in [*found, *_earlier(question_id, role, whole)] if line.points]


def _earlier(question_id: str, role: Role, whole: Scope) -> list[Line]:
    """Return what was published of earlier years: of this scope, and for a school of the country as well."""
    if whole.kind not in ("national", "school"):
        return []
    of_country = [Line("national", published(question_id, role, Scope(pathway=whole.pathway)))]
    return [Line("published", published(question_id, role, whole)), *(of_country if whole.kind == "school" else [])]


def questions(shown: Report) -> list[str]:
    """Return the questions a trend can be of."""
    return [id_ for id_, figure in shown.figures.items() if figure.kind in MEASURES]


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


def published(question_id: str, role: Role, scope: Scope) -> tuple[Point, ...]:
    kind = loader.load_all()[DEFAULT_QUESTIONNAIRES[role]].question(question_id).kind
    measure = MEASURES[kind][0]
    named = measure if measure in ("mean", "satisfied") else f"value:{measure}"
    brin = scope.code if scope.kind == "school" else None
    found = history.figures(question_id, named, role, brin, scope.pathway)
    return tuple(
        Point(one.year, one.value / (1 if measure == "mean" else 100), decimals=one.decimals, source=one.source)
        for one in found
    )
