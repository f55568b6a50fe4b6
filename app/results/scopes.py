"""Whose answers a figure is about: everyone's, those of a sector, a programme, a school, or a block of one. Pure.

A scope is a set of whole increments, never a part of one.
"""

from dataclasses import dataclass, replace
from typing import Any

KINDS = {"national": None, "sector": "in_sector", "dossier": "in_dossier", "programme": "in_crebo", "school": "brin"}


class UnknownScope(ValueError):
    """A text that names no scope."""


@dataclass(frozen=True)
class Scope:
    """`kind` and `code` as in KINDS; within it perhaps one `block` of a school, a `pathway`, or a `sector` of a school.

    With `without`, a column and its value, it is the rest: what has this value is left out, and so are answers that
    have none (those of no school, which count nationally only, or of increments in several sectors). With `several` it
    is for readers who may not see every school: there is nothing to see where fewer than three schools answered.
    """

    kind: str = "national"
    code: str = ""
    block: int | None = None
    pathway: str | None = None
    sector: str | None = None
    without: tuple[str, str] | None = None
    several: bool = False

    @property
    def is_weighted(self) -> bool:
        """Tell whether figures are weighted to the population: those of schools are not."""
        return self.kind != "school"

    @property
    def name(self) -> str:
        """Return the text that parse reads."""
        return f"{self.kind}:{self.code}" if self.code else self.kind

    def narrowed(self, **changes: Any) -> "Scope":
        return replace(self, **changes)

    @property
    def rest(self) -> "Scope | None":
        """Return what this is compared with nationally: all others, on the same pathway; the whole has no rest."""
        column = KINDS[self.kind]
        return Scope(pathway=self.pathway, without=(column, self.code), several=self.several) if column else None

    def condition(self) -> tuple[str, list[Any]]:
        """Return the condition in SQL on a file of answers or counts, and its values."""
        column = KINDS[self.kind]
        wanted: dict[str, Any] = {"block": self.block, "in_pathway": self.pathway, "in_sector": self.sector}
        wanted |= {column: self.code} if column else {}
        parts = {f"{name} = ?": value for name, value in wanted.items() if value is not None}
        if self.without:
            parts[f"{self.without[0]} <> ?"] = self.without[1]
        return " AND ".join(parts) or "true", list(parts.values())

    def seats(self) -> tuple[str, list[Any]]:
        """Return the same on a file of seats and placements, whose rows lie in one programme each."""
        sql, values = self.condition()
        return sql.replace("in_", ""), values


def parse(text: str) -> Scope:
    """Return the scope that `national`, `sector:01`, `school:25LJ` or `programme:25604` names. Raises UnknownScope."""
    kind, _colon, code = text.partition(":")
    if kind not in KINDS or (kind == "national") == bool(code):
        raise UnknownScope(text)
    return Scope(kind, code)
