"""Ten past years of the demonstration: closed rounds with what they reached and what was answered.

They lie before the demonstration's own round and hold what the product would still hold of them: no addresses, no
agreement numbers, no answers or texts that are past their terms. Editions and publications are made elsewhere.
"""

import datetime as dt
import math
from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from flask import current_app

from app import clock
from app.demo import week, world
from app.demo.past import answering, bulk, people, schools
from app.demo.past.facts import DAY, DUE_DAYS
from app.demo.past.placing import Placing
from app.demo.past.school_year import PLACEMENTS, SchoolYear
from app.extensions import db
from app.invitations import blocks, freezing, rounds
from app.invitations.models import Round
from app.privacy.due import month_before
from app.responses.models import CompletionCounter, Response

YEARS = 10
SEAT_DAYS = 28
TRAINERS = 0.6  # per placement of a year


def missing() -> list[int]:
    """Return the years, as that in which the school year ended, of which answers are kept and no round is there."""
    last = _running().ends_from.year
    there = {one.ends_until.year for one in rounds.everything()} - {last + 1}
    return [year for year in range(last - YEARS + 1, last + 1) if year not in there and _days(year)]


def build(scale: float) -> Iterator[int]:
    """Build the years that are missing, of about 2,000 answers each times `scale`; yields how many each year has.

    The caller commits at each yield: a year is there as a whole or not at all.
    """
    offers = schools.everything()
    last = _running().ends_from.year
    for year in missing():
        chance = schools.chance_of("year", year)
        opened = _open(year)
        trainers = people.settle(math.ceil(PLACEMENTS * scale * TRAINERS) + 1)
        placing = Placing(SchoolYear(opened.id, year, last - year, _days(year)), trainers, chance)
        sent = placing.place(offers, scale)
        blocks.draw_all(opened)
        with week.business_day(min(opened.closes_on + DAY, clock.today() - DAY)):  # its last day may be to come
            opened.closed_at = clock.now()
            freezing.freeze(opened)
        bulk.insert(Response, answering.responses(opened, year, sent, chance))
        bulk.insert(CompletionCounter, answering.minutes(opened, sent, chance))
        yield len(sent)


def _running() -> Round:
    return db.session.scalars(sa.select(Round).where(Round.name == world.ROUND)).one()


def _days(year: int) -> Sequence[dt.date]:
    """Return the days of a school year on which placements end whose answers are all kept."""
    kept_from = dt.date.fromisoformat(month_before(current_app.config["ANSWER_YEARS"]) + "-01")
    first, last = dt.date(year - 1, 8, 1), dt.date(year, 7, 31)
    first = max(first, kept_from + DAY * DUE_DAYS)
    return [first + DAY * n for n in range((last - first).days + 1)]


def _open(year: int) -> Round:
    """Open a round as it was then; nobody did that, so no log says so."""
    first, last = dt.date(year - 1, 8, 1), dt.date(year, 7, 31)
    opened = Round(
        name=f"Meting {year - 1}-{year}",
        ends_from=first,
        ends_until=last,
        closes_on=last + DAY * SEAT_DAYS,
        due_days=DUE_DAYS,
        seat_days=SEAT_DAYS,
        student_questionnaire=rounds.DEFAULT_QUESTIONNAIRES["student"],
        trainer_questionnaire=rounds.DEFAULT_QUESTIONNAIRES["trainer"],
        opened_at=clock.start_of(first),
    )
    db.session.add(opened)
    rounds.bind(opened)
    db.session.flush()
    return opened
