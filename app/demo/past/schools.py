"""Schools of the demonstration's past years: how large each is, what it offers, how eagerly its people answer.

All of it is drawn per school from a seed of its own, so it is the same every year.
"""

import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import sqlalchemy as sa

from app.demo import world
from app.demo.world import SHARING
from app.extensions import db
from app.invitations.blocks import Cell
from app.reference.models import Programme, School

SEED = "bpv"

# Students in 2025 (DUO, from a secondary source). The demonstration's own school is made larger than it is, so that
# its account has something to see.
SIZES = {
    **{"25PZ": 33_300, "00GT": 20_100, "27GZ": 19_000, "27YU": 17_300, "25LU": 11_000, "25LZ": 9_800},
    **{"24ZZ": 8_100, "04EU": 4_100, "17WH": 1_900, "04NZ": 1_200, SHARING: 12_000},
}
USUAL, SPECIALISED = 8_500, 1_800  # students of a school of which we know no number

# Schools for one sector, and which.
SECTOR_OF = {
    **dict.fromkeys(("02OV", "04NZ"), "01"),
    **dict.fromkeys(("05EA",), "02"),
    **dict.fromkeys(("02PG",), "04"),
    **dict.fromkeys(("02PA", "02PK", "02PN", "23JA", "23KG", "30BC"), "05"),
    **dict.fromkeys(("01OE", "14YD", "17WH", "21CY", "25EF", "25GV", "25LV", "31JC"), "06"),
}

# Students per sector in 2025 in percent (DUO, from a secondary source); small ones are guessed.
SECTORS = {"01": 14.5, "02": 6.6, "03": 34.9, "04": 9.2, "05": 8.5, "06": 13.4, "07": 9.1, "08": 0.8, "09": 4.0}
LEVELS = {1: 1.0, 2: 0.7, 3: 1.0, 4: 2.0}  # how much larger programmes of a level are
BBL = {1: 0.25, 2: 0.36, 3: 0.44, 4: 0.16}  # part of a level's placements, from students by level in 2019-2020
OVO = 0.01
OFFERS = 0.6  # chance that a school offers a programme of a sector it is in
TALKING = {*world.SCHOOLS} - {SHARING}  # with whom the demonstration is in talks: they share nothing yet
SHARES = 0.3  # chance that another school began to share its students' addresses in one of the last years


@dataclass(frozen=True)
class Offer:
    """A school with its students, what its placements are, and from which of the last years it shares addresses.

    `eager` is how much more often than others its people take part; 1 is usual. `shares_since` counts back from the
    running year: 1 is the last closed one, 0 never.
    """

    brin: str
    students: int
    kinds: Sequence[Cell]
    weights: Sequence[float]
    eager: float
    shares_since: int

    @cached_property
    def cumulated(self) -> list[float]:
        return list(itertools.accumulate(self.weights))


def chance_of(*names: object) -> random.Random:
    """Return a source of chance that is the same for the same names."""
    return random.Random("/".join(map(str, (SEED, *names))))  # noqa: S311


def everything() -> list[Offer]:
    """Return all schools that offer something of the reference tables."""
    programmes = list(db.session.scalars(sa.select(Programme).order_by(Programme.crebo)))
    schools = db.session.scalars(sa.select(School.brin).order_by(School.brin))
    return [offer for brin in schools if (offer := _offer(brin, programmes)).kinds]


def _offer(brin: str, programmes: list[Programme]) -> Offer:
    chance = chance_of("school", brin)
    only = SECTOR_OF.get(brin)
    students = SIZES.get(brin) or round((SPECIALISED if only else USUAL) * chance.lognormvariate(0, 0.5))
    eager = min(1.6, max(0.6, chance.lognormvariate(0, 0.25)))
    shares = brin not in TALKING and chance.random() < SHARES
    since = 1 if brin == SHARING else chance.choice((1, 2, 3)) if shares else 0
    sizes = _sizes([one for one in programmes if only in (None, one.sector_code)], chance)
    return Offer(brin, students, list(sizes), list(sizes.values()), eager, since)


def _sizes(within: list[Programme], chance: random.Random) -> dict[Cell, float]:
    """Return how large each programme on each pathway is that the school offers; one of a few has all of those."""
    share = OFFERS if len(within) > 10 else 1.0
    sizes: dict[Cell, float] = {}
    for one in within:
        alike = sum(other.sector_code == one.sector_code for other in within)
        size = SECTORS.get(one.sector_code, 1.0) / alike * LEVELS[one.level] * chance.lognormvariate(0, 0.6)
        if chance.random() < share:
            sizes |= {kind: size * part for kind, part in _pathways(one).items()}
    return sizes


def _pathways(programme: Programme) -> dict[Cell, float]:
    """Split a programme over the pathways it can be followed on."""
    parts = {"BOL": 1 - BBL[programme.level] - OVO, "BBL": BBL[programme.level], "OVO": OVO}
    offered = {pathway: part for pathway, part in parts.items() if pathway in programme.pathways.split("|")}
    whole = sum(offered.values())
    return {
        Cell(programme.crebo, pathway, programme.dossier, programme.sector_code): part / whole
        for pathway, part in offered.items()
    }
