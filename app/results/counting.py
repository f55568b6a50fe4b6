"""Counts of an edition's answers: per question and value, over the increments of a scope.

The SQL is put together from names of columns that stand in this code; what a reader asks for travels as a value.
"""

from collections import defaultdict
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
    questions: dict[str, dict[str, Tally]]


TALLY = "count(*), count(*) FILTER (is_person), sum(weight), sum(weight * weight)"
ALL = "^q_"


@lru_cache(maxsize=512)  # editions never change; what one page counted, the next finds here
def counts(path: Path, scope: Scope, question: str | None = None) -> Counts:
    """Count the answers of a role's file that lie in a scope, to all questions or to one."""
    return _grouped(path, scope, "0", question).get(0, Counts(NONE, {}))


@lru_cache(maxsize=64)
def counts_per_block(path: Path, scope: Scope) -> Mapping[int, Counts]:
    """Count the same per block of a school."""
    return {block: counted for block, counted in _grouped(path, scope, "block").items() if block is not None}


def _grouped(path: Path, scope: Scope, group: str, question: str | None = None) -> dict[int, Counts]:
    """Count per value of `group`, a column: all answers, and those to each question; in two passes over the file."""
    condition, values = scope.condition()
    asked = f"^q_{question}$" if question else ALL
    chosen = f"{group} AS part, {scope.persons} AS is_person, weight, COLUMNS('{asked}')"
    rows = f"SELECT {chosen} FROM read_parquet(?) WHERE {condition}"
    given = [str(path), *values]
    found: dict[int, Counts] = {}
    per_part = f"SELECT part, {TALLY} FROM ({rows}) GROUP BY part"
    for part, *tally in parquet.ask(per_part, given):
        found[part] = Counts(Tally(*tally), defaultdict(dict))
    long = f"UNPIVOT ({rows}) ON COLUMNS('{asked}') INTO NAME question VALUE value"
    per_value = f"SELECT part, question, value, {TALLY} FROM ({long}) GROUP BY ALL"
    for part, name, value, *tally in parquet.ask(per_value, given):
        found[part].questions[name.removeprefix("q_")][value] = Tally(*tally)
    return found


@lru_cache(maxsize=64)
def persons_per_school(path: Path, scope: Scope) -> Mapping[str, int]:
    """Return how many persons answered within a scope, per school."""
    condition, values = scope.condition()
    of_school = "SELECT brin, count(*) FILTER (is_first) FROM read_parquet(?)"
    sql = f"{of_school} WHERE {condition} AND brin IS NOT NULL GROUP BY brin"
    return dict(parquet.ask(sql, [str(path), *values]))


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
    sql = f"SELECT role, route, {sums} FROM read_parquet(?) WHERE {condition} GROUP BY role, route"
    found = {(role, route): counted for role, route, *counted in parquet.ask(sql, [str(path), *values])}
    placements = int(found.pop((None, None), [0])[0])
    return {key: Seats(placements, *(int(n) for n in counted[1:])) for key, counted in found.items()}
