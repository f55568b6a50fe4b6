"""What the metrics of earlier years are in terms of our questions, and where their series break: two data files."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from app.questionnaires.definition import Words

DATA = Path(__file__).parent / "data"
RESPONSE = ("population", "invited", "respondents", "response_rate")
SHARE, GRADE, COUNT = UNITS = ("%", "1-10", "n")
OTHER_UNITS = {"mean": GRADE, "population": COUNT, "invited": COUNT, "respondents": COUNT}
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Meaning:
    """What a metric is in our terms. One that compares with nothing of ours has no measure, and a note that says why.

    `measure` of a `question` is `mean`, `satisfied` (the share of 4 and 5), `dissatisfied` (of 1 and 2) or
    `value:yes` (of an answer); without a question it is one of RESPONSE. `role` is `student`, `trainer`, or `all`: of
    several groups together, or the source does not say of whom, so it is in neither's trend. Loose matches have a note.
    """

    question: str
    measure: str
    role: str
    note: Words | None

    @property
    def unit(self) -> str | None:
        """Return the unit a figure of this measure has, or None without a measure."""
        return OTHER_UNITS.get(self.measure, SHARE) if self.measure else None


@dataclass(frozen=True)
class Break:
    """Figures of `year` and later are hard to compare with those before it; the note says why."""

    year: int
    note: Words


@cache
def meanings() -> Mapping[Key, Meaning]:
    """Return (metric, role, breakdown), as the sources name them → what it is in our terms."""
    return MappingProxyType({(row["metric"], row["role"], row["breakdown"]): _meaning(row) for row in rows("metrics")})


@cache
def breaks() -> tuple[Break, ...]:
    """Return where the series break, in order."""
    found = (Break(int(row["year"]), Words(nl=row["note_nl"], en=row["note_en"])) for row in rows("breaks"))
    return tuple(sorted(found, key=lambda one: one.year))


def rows(name: str, folder: Path = DATA) -> list[dict[str, str]]:
    """Return the rows of a data file, by column."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def _meaning(row: dict[str, str]) -> Meaning:
    note = Words(nl=row["note_nl"], en=row["note_en"]) if row["note_nl"] else None
    return Meaning(row["question"], row["measure"], row["ours"], note)
