"""The placements of a past year with both their seats, and which of those were sent."""

import datetime as dt
import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.demo.past import bulk, facts
from app.demo.past.bulk import Row
from app.demo.past.facts import Habits
from app.demo.past.people import company_of
from app.demo.past.school_year import SchoolYear
from app.demo.past.schools import Offer
from app.invitations.blocks import Cell
from app.invitations.models import Invitation, Role
from app.placements.models import Placement

STUDENTS = (0.58, 0.2, 0.09, 0.05, 0.03, 0.02, 0.013, 0.01, 0.007)  # part of the trainers with one, two …
ALIKE = 0.75  # of a trainer's other students do what the first does
LASTED = (70, 100, 140, 140, 300)  # days
AT_ONCE = 1000


class Sent(NamedTuple):
    """A seat that was sent, as far as its answers know of it, and whose it was."""

    role: str
    channel: str
    brin: str
    kind: Cell
    trainer_id: int
    month: str


class Placed(NamedTuple):
    """A placement with its seats."""

    row: Row
    seats: list[Row]
    sent: list[Sent]


@dataclass(frozen=True)
class Placing:
    """The work on one year: all placements go to these trainers."""

    year: SchoolYear
    trainers: range
    chance: random.Random

    def place(self, offers: Sequence[Offer], scale: float) -> list[Sent]:
        """Insert the placements with their seats; returns the seats that were sent."""
        sent: list[Sent] = []
        for batch in bulk.batches(self._placements(self._divided(offers, scale)), AT_ONCE):
            bulk.insert(Placement, [one.row for one in batch])
            bulk.insert(Invitation, [seat for one in batch for seat in one.seats])
            sent += [seat for one in batch for seat in one.sent]
        return sent

    def _divided(self, offers: Sequence[Offer], scale: float) -> list[tuple[Offer, int]]:
        """Divide the year's placements over the schools, by their students."""
        each = self.year.placements(scale) / sum(offer.students for offer in offers)
        return [(offer, int(offer.students * each + self.chance.random())) for offer in offers]

    def _placements(self, divided: list[tuple[Offer, int]]) -> Iterator[Placed]:
        ids = itertools.count(bulk.reserve(Placement, 1 + sum(n for _offer, n in divided)))
        theirs = itertools.cycle(self.chance.sample(self.trainers, len(self.trainers)))
        sizes = range(1, 1 + len(STUDENTS))
        for offer, n in divided:
            while n > 0:
                group = min(n, self.chance.choices(sizes, STUDENTS)[0])
                yield from self._group(offer, list(itertools.islice(ids, group)), next(theirs))
                n -= group

    def _group(self, offer: Offer, ids: list[int], trainer_id: int) -> Iterator[Placed]:
        """Make the placements of one trainer."""
        chance = self.chance
        habits = facts.habits(chance, offer.eager, self.year.fieldwork)
        first = self._kind(offer)
        for id_ in ids:
            kind = first if chance.random() < ALIKE else self._kind(offer)
            ends_on = chance.choices(self.year.days, cum_weights=self.year.season)[0]
            row = self._row(id_, offer, kind, trainer_id, ends_on)
            yield self._with_seats(row, offer, kind, habits)

    def _kind(self, offer: Offer) -> Cell:
        return self.chance.choices(offer.kinds, cum_weights=offer.cumulated)[0]

    def _row(self, id_: int, offer: Offer, kind: Cell, trainer_id: int, ends_on: dt.date) -> Row:
        begins_on = ends_on - dt.timedelta(days=self.chance.choice(LASTED))
        return {
            "id": id_,
            "key_hash": f"{self.chance.getrandbits(128):032x}",
            "row_digest": f"{self.chance.getrandbits(128):032x}",
            "brin": offer.brin,
            "crebo": kind.crebo,
            "pathway": kind.pathway,
            "begins_on": begins_on,
            "planned_end_on": ends_on,
            "status": "Definitief",
            "company_number": company_of(trainer_id, self.trainers),
            "trainer_id": trainer_id,
            "loaded_at": dt.datetime.combine(begins_on, facts.MORNING),
        }

    def _with_seats(self, row: Row, offer: Offer, kind: Cell, habits: Habits) -> Placed:
        year, ends_on = self.year, row["planned_end_on"]
        told_at = facts.told_at(self.chance, ends_on)
        direct = year.is_shared(offer, ends_on)
        whose = {"placement_id": row["id"], "round_id": year.round_id, "ends_on": ends_on}
        seats = [
            {
                **whose,
                "role": Role.STUDENT.value,
                **facts.of_student(self.chance, told_at, habits, year.fieldwork, direct),
            },
            {**whose, "role": Role.TRAINER.value, **facts.of_trainer(self.chance, told_at, habits)},
        ]
        sent = [
            Sent(seat["role"], seat["channel"], offer.brin, kind, row["trainer_id"], f"{seat['started_at']:%Y-%m}")
            for seat in seats
            if seat["sent"]
        ]
        return Placed(row, seats, sent)
