"""What a bystander writes down of the model's world: who said what, who holds which link. It knows no database."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from tests.model.cast import BRINS, PLACES, Line

Key = tuple[str, ...]  # ("address", address), ("number", brin, student number) or ("place", agreement number)
Seat = tuple[str, str]  # agreement number, role
EVERYTHING = frozenset({"address", "first_name", "student_number"})


@dataclass(frozen=True)
class Link:
    """A link that somebody holds: `kind` is s or t; of a seat's also which seat and which channel."""

    kind: str
    token: str
    seat: Seat | None = None
    channel: str | None = None


@dataclass
class Load:
    """A load that may be undone: what its file said, and the facts before and after."""

    upload: int
    lines: dict[str, Line]
    before: dict[str, Any]
    after: dict[str, Any]
    read_before: dict[str, Line | None]


@dataclass
class Ledger:
    """Everything that was said and seen so far.

    `files` are the schools' administrations, `read` the lines we were last given, `named` what they let us know of the
    student. `silent` are the keys of who objected or was erased, `erased` of the latter, `unmailed` addresses that want
    no mail; `once_silent` are placements whose student was silent at any time. `withdrawn` are seats that the desk
    withdrew, with the id of the trainer they had. `students_word` and `trainers_word` are placements of whose contact
    the desk, the portal or a person said something that the file does not; `corrected` those of which the desk was told
    another address of the trainer.
    """

    files: dict[str, dict[str, Line]] = field(default_factory=lambda: {brin: {} for brin in BRINS})
    named: dict[str, set[Key]] = field(default_factory=lambda: defaultdict(set))
    read: dict[str, Line | None] = field(default_factory=lambda: dict.fromkeys(PLACES))
    agreements: dict[str, tuple[frozenset[str], dt.date | None]] = field(default_factory=dict)
    loads: list[Load] = field(default_factory=list)
    silent: set[Key] = field(default_factory=set)
    erased: set[Key] = field(default_factory=set)
    unmailed: set[str] = field(default_factory=set)
    once_silent: set[str] = field(default_factory=set)
    withdrawn: dict[Seat, int | None] = field(default_factory=dict)
    students_word: set[str] = field(default_factory=set)
    trainers_word: set[str] = field(default_factory=set)
    corrected: set[str] = field(default_factory=set)
    links: dict[str, list[Link]] = field(default_factory=lambda: defaultdict(list))
    offers: list[str] = field(default_factory=list)
    marks: dict[str, str] = field(default_factory=dict)
    receipts: list[str] = field(default_factory=list)
    sent: dict[Seat, int] = field(default_factory=dict)
    could_be_asked: set[tuple[int, str]] = field(default_factory=set)
    closed: dict[int, Any] = field(default_factory=dict)
    batches: list[int] = field(default_factory=list)
    mails: int = 0
    queued: bool = False

    def there(self) -> list[str]:
        """Return the placements that a file named."""
        return sorted(number for number, line in self.read.items() if line)

    def shared(self, brin: str, today: dt.date) -> frozenset[str]:
        """Return what a school may share today."""
        categories, until = self.agreements.get(brin, (frozenset(), None))
        return categories if until is None or today <= until else frozenset()

    def give(self, reader: str, link: Link) -> None:
        """Let somebody have a link, once."""
        if link not in self.links[reader]:
            self.links[reader].append(link)

    def keys_of(self, number: str, line: Line, today: dt.date) -> set[Key]:
        """Return what the student of a placement would be known by from this line, if it was read today."""
        place, shared = PLACES[number], self.shared(PLACES[number].brin, today)
        keys: set[Key] = {("place", number)}
        keys |= {("number", place.brin, place.student)} if line.numbered and "student_number" in shared else set()
        return keys | ({("address", line.address)} if line.address and "address" in shared else set())
