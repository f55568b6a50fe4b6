"""Companies and trainers of the past years. Their addresses are long gone, as the product would have had it."""

from collections.abc import Iterator

import sqlalchemy as sa

from app.demo.past import bulk
from app.demo.past.bulk import Row
from app.demo.past.schools import chance_of
from app.demo.world import PLACES
from app.extensions import db
from app.hashing import address_hash
from app.placements.models import Company, Trainer

FIRST_NUMBER = 200_000_000  # the companies' own, far from those of the running round
KINDS = (
    *("Bakkerij", "Garage", "Zorggroep", "Hoveniers", "Softwarehuis", "Installatiebedrijf", "Kinderopvang", "Hotel"),
    *("Bouwbedrijf", "Kapsalon", "Drukkerij", "Transport", "Winkel", "Administratiekantoor", "Dierenkliniek"),
)


def settle(n: int) -> range:
    """Return the ids of the trainers, made before or now, then `n` of them: one at each company."""
    first = db.session.scalar(sa.select(Trainer.id).where(Trainer.address_hash == _hash(0)))
    if first is not None:
        mine = Company.number.between(str(FIRST_NUMBER), str(FIRST_NUMBER * 2 - 1))
        return range(first, first + (db.session.scalar(sa.select(sa.func.count()).where(mine)) or 0))
    first = bulk.reserve(Trainer, n)
    bulk.insert(Company, _company_rows(n))
    bulk.insert(Trainer, ({"id": first + one, "address_hash": _hash(one), "version": 1} for one in range(n)))
    return range(first, first + n)


def company_of(trainer_id: int, trainers: range) -> str:
    """Return the number of the company at which a trainer works."""
    return str(FIRST_NUMBER + trainers.index(trainer_id))


def _hash(one: int) -> str:
    """Return what is left of an address once it is erased."""
    return address_hash(f"jaren{one}@leerbedrijf.example")


def _company_rows(n: int) -> Iterator[Row]:
    chance = chance_of("companies")
    for one in range(n):
        name = f"{chance.choice(KINDS)} {one + 1}"
        yield {"number": str(FIRST_NUMBER + one), "name": name, "city": chance.choice(PLACES), "region": ""}
