"""The answers of a past year, one row per seat that was sent, with nothing that leads back to it."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator

import sqlalchemy as sa
from flask import current_app

from app.demo.past import sentences, sheets
from app.demo.past.bulk import Row
from app.demo.past.placing import Sent
from app.demo.past.sheets import Sheet, Where
from app.extensions import db
from app.invitations import blocks
from app.invitations.models import Population, Role, Round
from app.privacy.due import month_before
from app.questionnaires import loader
from app.reference.models import Programme
from app.responses.models import CompletionCounter

MINUTES = {"student": 6.5, "trainer": 4.0}  # medians


class Persons:
    """Who sent: how satisfied with everything, a trainer the same in each form, and whether it is their first form.

    As in the product (responses/persons.py) a trainer counts once per block; without blocks each form counts.
    """

    def __init__(self, of: Round, chance: random.Random):
        self._chance = chance
        self._trainers: dict[int, float] = defaultdict(lambda: chance.gauss(0, 1))
        self._counted: set[tuple[int, int]] = set()
        self._blocks = {
            (brin, cell.crebo, cell.pathway): block
            for brin, cells in blocks.of_round(of.id).items()
            for cell, block in cells.items()
        }

    def satisfaction(self, sent: Sent) -> float:
        return self._trainers[sent.trainer_id] if sent.role == Role.TRAINER else self._chance.gauss(0, 1)

    def is_first(self, sent: Sent) -> bool:
        """Tell whether nobody asked this before of the person and block; asking counts."""
        block = self._blocks.get((sent.brin, sent.kind.crebo, sent.kind.pathway))
        if sent.role == Role.STUDENT or block is None:
            return True
        before = len(self._counted)
        self._counted.add((sent.trainer_id, block))
        return len(self._counted) > before


def responses(of: Round, year: int, sent: list[Sent], chance: random.Random) -> Iterator[Row]:
    """Return rows of Response in the order of their keys, which is no order of people; shuffles `sent`."""
    asked, persons = _sheets(of, year), Persons(of, chance)
    texts_from = month_before(current_app.config["OPEN_TEXT_YEARS"])
    chance.shuffle(sent)
    for key, one in zip(_keys(len(sent), chance), sent, strict=True):
        yield {
            "key": key,
            "receipt_hash": f"{chance.getrandbits(256):064x}",
            "round_id": of.id,
            "month": one.month,
            "role": one.role,
            "channel": one.channel,
            "questionnaire": of.questionnaire(one.role),
            "brin": one.brin,
            "crebo": one.kind.crebo,
            "pathway": one.kind.pathway,
            "answers": sheets.answers(chance, asked[one.role], one, persons.satisfaction(one)),
            "texts": sentences.texts(chance, one.role) if one.month >= texts_from else None,
            "is_first": persons.is_first(one),
        }


def minutes(of: Round, sent: list[Sent], chance: random.Random) -> Iterator[Row]:
    """Return rows of CompletionCounter: how many took how long."""
    counted: Counter[tuple[str, str, int]] = Counter()
    for one in sent:
        took = round(MINUTES[one.role] * chance.lognormvariate(0, 0.5))
        counted[one.role, one.channel, min(took, CompletionCounter.LONGEST)] += 1
    for (role, channel, took), n in counted.items():
        yield {"round_id": of.id, "role": role, "channel": channel, "minutes": took, "n": n}


def _keys(n: int, chance: random.Random) -> list[str]:
    return sorted(f"{chance.getrandbits(128):032x}" for _ in range(n))


def _sheets(of: Round, year: int) -> dict[str, Sheet]:
    definitions, population = loader.load_all(), _population(of)
    return {
        role.value: sheets.sheet(definitions[of.questionnaire(role)], year, population)
        for role in (Role.STUDENT, Role.TRAINER)
    }


def _population(of: Round) -> dict[Where, int]:
    by = (Population.brin, Programme.sector_code, Population.pathway)
    counted = sa.select(*by, sa.func.sum(Population.n)).join(Programme, Programme.crebo == Population.crebo)
    rows = db.session.execute(counted.where(Population.round_id == of.id).group_by(*by).order_by(*by))
    return {(brin, sector, pathway): int(n) for brin, sector, pathway, n in rows}
