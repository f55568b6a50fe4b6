"""Counts of an edition's answers: per question and value, over the increments of a scope."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from app.results import parquet
from app.results.scopes import Scope


@dataclass(frozen=True)
class Tally:
    """Answers: `forms`, of so many `persons`, which weigh so much together (Σw) and squared (Σw²)."""

    forms: int = 0
    persons: int = 0
    weight: float = 0.0
    squares: float = 0.0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.forms + other.forms,
            self.persons + other.persons,
            self.weight + other.weight,
            self.squares + other.squares,
        )


NONE = Tally()


@dataclass(frozen=True)
class Counts:
    """All answers of a scope, and per question the answers per value, those that are none among them."""

    all: Tally
    questions: Mapping[str, Mapping[str, Tally]]


@lru_cache(maxsize=256)  # editions never change; what a report counted, the next one finds here
def counts(path: Path, scope: Scope) -> Counts:
    """Count the answers of a role's file that lie in a scope."""
    condition, values = scope.condition()
    tallies = "count(*), count(*) FILTER (is_first), sum(weight), sum(weight * weight)"
    rows = parquet.ask(f"SELECT {tallies} FROM read_parquet(?) WHERE {condition}", [str(path), *values])  # noqa: S608
    all_ = Tally(*(value or 0 for value in rows[0]))
    if not all_.forms:
        return Counts(NONE, {})
    inner = f"SELECT is_first, weight, COLUMNS('^q_') FROM read_parquet(?) WHERE {condition}"  # noqa: S608
    long = f"UNPIVOT ({inner}) ON COLUMNS('^q_') INTO NAME question VALUE value"
    grouped = f"SELECT question, value, {tallies} FROM ({long}) GROUP BY ALL"  # noqa: S608
    questions: dict[str, dict[str, Tally]] = {}
    for question, value, *tally in parquet.ask(grouped, [str(path), *values]):
        questions.setdefault(question.removeprefix("q_"), {})[value] = Tally(*tally)
    return Counts(all_, questions)


@lru_cache(maxsize=256)
def schools(path: Path, scope: Scope, least: int) -> int:
    """Return how many schools have answers of at least `least` persons in a scope."""
    condition, values = scope.condition()
    of_school = f"SELECT brin FROM read_parquet(?) WHERE {condition} AND brin IS NOT NULL GROUP BY brin"  # noqa: S608
    enough = f"SELECT count(*) FROM ({of_school} HAVING count(*) FILTER (is_first) >= ?)"  # noqa: S608
    return parquet.ask(enough, [str(path), *values, least])[0][0]


@dataclass(frozen=True)
class Seats:
    """Placements, and seats that are due, opened and sent."""

    placements: int = 0
    due: int = 0
    opened: int = 0
    sent: int = 0


@lru_cache(maxsize=256)
def seats(path: Path, scope: Scope) -> Mapping[tuple[str, str | None], Seats]:
    """Return the seats of a scope per role and route (None for trainers), from an edition's file of reach.

    Each entry carries the placements of the whole scope.
    """
    condition, values = scope.seats()
    sums = "sum(population), sum(due), sum(opened), sum(sent)"
    sql = f"SELECT role, route, {sums} FROM read_parquet(?) WHERE {condition} GROUP BY role, route"  # noqa: S608
    found = {(role, route): counted for role, route, *counted in parquet.ask(sql, [str(path), *values])}
    placements = int(found.pop((None, None), [0])[0])
    return {key: Seats(placements, *(int(n) for n in counted[1:])) for key, counted in found.items()}
