"""The answers of a past year, one row per seat that was sent, with nothing that leads back to it."""

import random
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from flask import current_app

from app.demo.past import sheets
from app.demo.past.bulk import Row
from app.demo.past.placing import Sent
from app.demo.past.sheets import Sheet, Where
from app.extensions import db
from app.invitations import rounds
from app.invitations.models import Population, Role, Round
from app.privacy.due import month_before
from app.reference.models import Programme
from app.responses.models import CompletionCounter
from app.responses.persons import First
from app.results.masking import all_masked

MINUTES = {"student": 6.5, "trainer": 4.0}  # medians
READ = 0.9  # of what was written, how much somebody read and released
ANYWHERE = ""  # any school
WRITES, ANSWERS, GOES_ON = 0.25, 0.7, 0.2  # who writes at all, to a question, and a second sentence


class Persons:
    """Who sent: how satisfied with everything, a trainer the same in each form; and what a form is their first of."""

    def __init__(self, chance: random.Random):
        self._chance = chance
        self._trainers: dict[int, float] = defaultdict(lambda: chance.gauss(0, 1))
        self._counted: set[tuple[int, str]] = set()

    def satisfaction(self, sent: Sent) -> float:
        return self._trainers[sent.trainer_id] if sent.role == Role.TRAINER else self._chance.gauss(0, 1)

    def first_of(self, sent: Sent) -> First:
        """Tell what a form is the first of, as in the product; asking counts."""
        if sent.role == Role.STUDENT:
            return First()
        first = First(*((sent.trainer_id, where) not in self._counted for where in (sent.brin, ANYWHERE)))
        self._counted |= {(sent.trainer_id, sent.brin), (sent.trainer_id, ANYWHERE)}
        return first


def responses(of: Round, year: int, sent: list[Sent], chance: random.Random) -> Iterator[Row]:
    """Return rows of Response in the order of their keys, which is no order of people; shuffles `sent`."""
    asked, persons = _sheets(of, year), Persons(chance)
    texts_from = month_before(current_app.config["OPEN_TEXT_YEARS"])
    chance.shuffle(sent)
    keys = sorted(f"{chance.getrandbits(128):032x}" for _ in sent)
    for key, one in zip(keys, sent, strict=True):
        texts, first = _texts(chance, one.role) if one.month >= texts_from else None, persons.first_of(one)
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
            "texts": texts,
            "released": all_masked(texts) if texts and chance.random() < READ else None,
            "is_first": first.in_school,
            "is_first_in_round": first.in_round,
        }


def minutes(of: Round, sent: list[Sent], chance: random.Random) -> Iterator[Row]:
    """Return rows of CompletionCounter: how many took how long."""
    counted: Counter[tuple[str, str, int]] = Counter()
    for one in sent:
        took = round(MINUTES[one.role] * chance.lognormvariate(0, 0.5))
        counted[one.role, one.channel, min(took, CompletionCounter.LONGEST)] += 1
    for (role, channel, took), n in counted.items():
        yield {"round_id": of.id, "role": role, "channel": channel, "minutes": took, "n": n}


def _texts(chance: random.Random, role: str) -> dict[str, str] | None:
    """Return what somebody wrote, by question id; None where it was nothing."""
    if chance.random() > WRITES:
        return None
    wrote = {
        question: " ".join(chance.sample(sentences, 2 if chance.random() < GOES_ON else 1))
        for question, sentences in _sentences()[role].items()
        if chance.random() < ANSWERS
    }
    return wrote or None


@cache
def _sentences() -> dict[str, dict[str, list[str]]]:
    """Return role → question id → what people may write."""
    return tomllib.loads((Path(__file__).parent / "data/sentences.toml").read_text(encoding="utf-8"))


def _sheets(of: Round, year: int) -> dict[str, Sheet]:
    population = _population(of)
    return {role.value: sheets.sheet(rounds.questionnaire(of, role), year, population) for role in Role}


def _population(of: Round) -> dict[Where, int]:
    by = (Population.brin, Programme.sector_code, Population.pathway)
    counted = sa.select(*by, sa.func.sum(Population.n)).join(Programme, Programme.crebo == Population.crebo)
    rows = db.session.execute(counted.where(Population.round_id == of.id).group_by(*by).order_by(*by))
    return {(brin, sector, pathway): int(n) for brin, sector, pathway, n in rows}
