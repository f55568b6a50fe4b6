"""What a yearly report is made of. A page and a PDF show the same sections, each in its own way. Pure."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from app.results.trend import Line


@dataclass(frozen=True)
class Part:
    """A part of a section; templates tell parts apart by their kind, such as "text"."""

    @property
    def kind(self) -> str:
        return type(self).__name__.lower()


@dataclass(frozen=True)
class Text(Part):
    text: str


@dataclass(frozen=True)
class Tiles(Part):
    """Figures side by side: label, value and a note."""

    items: Sequence[tuple[str, str, str]]


@dataclass(frozen=True)
class Points(Part):
    """A list: what each point is about, and what is said of it."""

    items: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Table(Part):
    """Rows of cells, the first of each a heading; all but the first `words` columns hold numbers."""

    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    words: int = 1

    @property
    def numbers(self) -> range:
        return range(self.words, len(self.heads))


@dataclass(frozen=True)
class Bars(Part):
    """Shares (0–1) that are satisfied, neither, and dissatisfied, per label."""

    caption: str
    rows: Sequence[tuple[str, float, float, float]]


@dataclass(frozen=True)
class Chart(Part):
    """Lines over the years on a scale from `bottom` to `top`; from the `year` of a break on they hardly compare."""

    caption: str
    lines: Sequence[Line]
    breaks: Sequence[dict[str, int]]
    bottom: float
    top: float


@dataclass(frozen=True)
class Notice(Part):
    title: str
    text: str


@dataclass(frozen=True)
class Links(Part):
    """Links that lead elsewhere: address and words."""

    items: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Section:
    """A part of the report under a heading; one that is `folded` holds more than most readers want."""

    id: str
    title: str
    parts: Sequence[Part]
    folded: bool = False

    def plain(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return {"title": self.title, "parts": [{"kind": part.kind} | asdict(part) for part in self.parts]}
