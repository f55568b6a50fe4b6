"""Counts of an edition's answers: per question and value, over the increments of a scope.

The SQL is put together from names of columns that stand in this code; what a reader asks for travels as a value.
A file never changes under its digest, so what one page counted the next finds in a cache. A rest is what remains of
the whole once a part is taken away: the whole is counted once, not for each school anew.
"""

import itertools
import operator
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from app.results import parquet
from app.results.scopes import KINDS, Scope


class Tally(NamedTuple):
    """Answers: `forms`, which weigh so much together (Σw) and squared (Σw²).

    They are of so many `persons` per school and `persons_in_round` over all schools: who answered about placements at
    two schools is one person of each, and one of the round.
    """

    forms: int = 0
    persons: int = 0
    persons_in_round: int = 0
    weight: float = 0.0
    squares: float = 0.0

    def __add__(self, other: "Tally") -> "Tally":  # type: ignore[override]
        return Tally(*map(operator.add, self, other))

    def __sub__(self, other: "Tally") -> "Tally":
        return Tally(*map(operator.sub, self, other))


NONE = Tally()
SUMS = (  # rounded, since the last digits of sums of weights depend on the order in which they were added
    "sum(forms), sum(persons), sum(persons_in_round), round(sum(weight), 6), round(sum(squares), 6)"
)


@dataclass(frozen=True, slots=True)
class Counts:
    """All answers of a scope, and per question the answers per value, those that are none among them."""

    all: Tally
    questions: dict[str, dict[str, Tally]]

    def __add__(self, other: "Counts") -> "Counts":
        ids = dict.fromkeys([*self.questions, *other.questions])
        questions = {id_: together((self.questions.get(id_, {}), other.questions.get(id_, {}))) for id_ in ids}
        return Counts(self.all + other.all, questions)

    def __sub__(self, other: "Counts") -> "Counts":
        questions = {id_: _taken_away(values, other.questions.get(id_, {})) for id_, values in self.questions.items()}
        return Counts(self.all - other.all, questions)


NOTHING = Counts(NONE, {})
ANY = ""  # stands for a question where all that is counted is who answered at all


def together(counted: Iterable[Mapping[str, Tally]]) -> dict[str, Tally]:
    """Add up tallies per value."""
    found: dict[str, Tally] = {}
    for tallies in counted:
        for value, tally in tallies.items():
            found[value] = found.get(value, NONE) + tally
    return found


def _taken_away(values: dict[str, Tally], part: dict[str, Tally]) -> dict[str, Tally]:
    """Return the values that somebody gave who is no part of this; weights are sums and hardly ever end at nothing."""
    left = {value: tally - part.get(value, NONE) for value, tally in values.items()}
    return {value: tally for value, tally in left.items() if tally.forms}


def counts(path: Path, scope: Scope, question: str | None = None) -> Counts:
    """Count what lies in a scope, of a role's file of counts: the answers to all questions, or to one."""
    return _kept(path, scope, question)  # always with three arguments, or the cache would keep the same twice


@lru_cache(maxsize=512)
def _kept(path: Path, scope: Scope, question: str | None) -> Counts:
    if part := _left_out(scope):
        return _kept(path, _whole(scope), question) - _kept(path, part, question)
    everywhere = Scope(pathway=scope.pathway)
    if question is not None and scope == _school(scope):
        return per_school(path, everywhere, question).get(scope.code, NOTHING)
    if question is not None and scope == everywhere.narrowed(without=("brin", "")):  # all schools together
        return sum(per_school(path, everywhere, question).values(), NOTHING)
    return _counted(path, scope, "0", question).get(0, NOTHING)


@lru_cache(maxsize=128)
def per_school(path: Path, scope: Scope, question: str) -> Mapping[str, Counts]:
    """Count the answers to one question of all schools in a wider scope at once: ten years of them fit a page."""
    return {brin: counted for brin, counted in _counted(path, scope, "brin", question).items() if brin}


@lru_cache(maxsize=32)
def per_block(path: Path, scope: Scope, groups: tuple[tuple[str, str], ...]) -> Mapping[int, Counts]:
    """Count, per block of a school, questions that are taken together: `groups` are pairs of a question and its group.

    ANY is one of them, and a group by itself.
    """
    condition, values = scope.condition()
    named = f"(VALUES {', '.join(['(?, ?)'] * len(groups))}) AS named(question, together)"
    sql = (
        f"SELECT block, together, value, {SUMS} FROM read_parquet(?) JOIN {named} USING (question) "
        f"WHERE {condition} AND block IS NOT NULL GROUP BY ALL"
    )
    return _gathered(parquet.ask(sql, [str(path), *itertools.chain(*groups), *values]))


def _school(scope: Scope) -> Scope:
    """Return the whole school, or a pathway of it, that a scope lies in."""
    return Scope("school", scope.code, pathway=scope.pathway)


def _left_out(scope: Scope) -> Scope | None:
    """Return the part that a rest of the country or of a sector leaves out, if this is one."""
    column, code = scope.without or ("", "")
    if not code or scope.kind not in ("national", "sector") or column == KINDS[scope.kind]:
        return None
    kind = next(kind for kind, one in KINDS.items() if one == column)
    return Scope(kind, code, block=scope.block, pathway=scope.pathway, sector=scope.code or scope.sector)


def _whole(scope: Scope) -> Scope:
    """Return a rest with its part: all that have a value, such as a school, at all."""
    column, _code = scope.without or ("", "")
    return scope.narrowed(without=(column, ""))


def _counted(path: Path, scope: Scope, group: str, question: str | None = None) -> dict:
    """Count per value of `group`, a column: the answers to each question, and all, which is the same for each."""
    condition, values = scope.condition()
    if question is not None:
        condition, values = f"{condition} AND question = ?", [*values, question]
    sql = f"SELECT {group} AS part, question, value, {SUMS} FROM read_parquet(?) WHERE {condition} GROUP BY ALL"
    return _gathered(parquet.ask(sql, [str(path), *values]))


def _gathered(rows: Iterable[tuple]) -> dict:
    """Return part → counts, of rows of a part, a question, a value and sums."""
    found: dict[int | str, dict[str, dict[str | None, Tally]]] = defaultdict(lambda: defaultdict(dict))
    for part, name, value, *sums in rows:
        found[part][sys.intern(name)][value and sys.intern(value)] = Tally(*sums)
    return {part: _counts(questions) for part, questions in found.items()}


def _counts(questions: Mapping[str, Mapping[str | None, Tally]]) -> Counts:
    """Put tallies together; a list of several answers that is empty is no answer to a question, but is one of all."""
    one = questions.get(ANY) or next(iter(questions.values()), {})
    everyone = sum(one.values(), NONE)
    given = {
        id_: {value: one for value, one in tallies.items() if value} for id_, tallies in questions.items() if id_ != ANY
    }
    return Counts(everyone, given)


def persons_per_school(path: Path, scope: Scope, question: str = ANY) -> Mapping[str, int]:
    """Return how many persons answered within a scope, per school; those who skipped `question` are among them.

    It is one that is counted all the same: the number does not depend on it.
    """
    column, code = scope.without or ("", "")
    everywhere = scope.narrowed(without=None, several=False) if column == "brin" else scope
    return {brin: one.all.persons for brin, one in per_school(path, everywhere, question).items() if brin != code}


class Seats(NamedTuple):
    """Placements, and seats that are due, opened and sent."""

    placements: int = 0
    due: int = 0
    opened: int = 0
    sent: int = 0

    def __sub__(self, other: "Seats") -> "Seats":
        return Seats(*map(operator.sub, self, other))


PerRoute = Mapping[tuple[str | None, str | None], Seats]
PLACEMENTS = (None, None)  # where an edition's file of reach has the placements, which are of no role and route


def seats(path: Path, scope: Scope) -> PerRoute:
    """Return the seats of a scope per role and route (None for trainers), from an edition's file of reach.

    Each entry carries the placements of the whole scope.
    """
    found = _reach(path, scope)
    n = found.get(PLACEMENTS, Seats()).placements
    return {key: Seats(n, one.due, one.opened, one.sent) for key, one in found.items() if key != PLACEMENTS}


@lru_cache(maxsize=512)
def _reach(path: Path, scope: Scope) -> PerRoute:
    if part := _left_out(scope):
        away = _reach(path, part)
        return {key: one - away.get(key, Seats()) for key, one in _reach(path, _whole(scope)).items()}
    if scope.block is not None:
        return _summed(path, scope.narrowed(block=None), "block").get(scope.block, {})
    if scope == _school(scope):
        return _summed(path, Scope(pathway=scope.pathway), "brin").get(scope.code, {})
    return _summed(path, scope, "0").get(0, {})


@lru_cache(maxsize=256)
def _summed(path: Path, scope: Scope, group: str) -> Mapping[int | str, PerRoute]:
    """Add up per value of `group`, a column."""
    condition, values = scope.seats()
    sums = "sum(population), sum(due), sum(opened), sum(sent)"
    sql = f"SELECT {group} AS part, role, route, {sums} FROM read_parquet(?) WHERE {condition} GROUP BY ALL"
    found: dict[int | str, dict[tuple[str | None, str | None], Seats]] = defaultdict(dict)
    for part, role, route, *sum_ in parquet.ask(sql, [str(path), *values]):
        found[part][role, route] = Seats(*map(int, sum_))
    return dict(found)
