"""Figures of earlier years, to be read: a question's trend, and how many answered.

Nationally, or with `brin` of one school; who may see which school is for the caller to check.
"""

import re
from dataclasses import dataclass

import sqlalchemy as sa

from app.extensions import db
from app.results.history import metrics
from app.results.history.file import number
from app.results.history.metrics import Meaning
from app.results.models import HistoryFigure

QUOTED = re.compile(r"['‘]([^'‘’]*)['’]")
NUMBERS = re.compile(r"[0-9]+(?:[.,][0-9]+)?")


@dataclass(frozen=True)
class Figure:
    """A figure as it was published, to be shown with `decimals` decimals: per cents, a grade or a count.

    `meaning` is what its metric is in our terms, None where metrics.csv does not know it.
    """

    year: int
    value: float
    decimals: int
    qualifier: str
    source: str
    meaning: Meaning | None


def figures(
    question_id: str, measure: str, role: str, brin: str | None = None, pathway: str | None = None
) -> list[Figure]:
    """List the figures that compare with a measure of our question, by year; `measure` and `role` as in Meaning.

    Figures of one pathway are in that pathway's list alone. Where two metrics say the same of a year, the one that was
    stored last counts.
    """
    named = sa.tuple_(HistoryFigure.metric, HistoryFigure.role, HistoryFigure.breakdown)
    keys = [
        key
        for key, meaning in metrics.meanings().items()
        if (meaning.question, meaning.measure, meaning.role, key[2]) == (question_id, measure, role, pathway or "")
    ]
    found = {figure.year: figure for figure in _read(HistoryFigure.brin == brin, named.in_(keys))}
    return [found[year] for year in sorted(found)]


def respondents() -> list[Figure]:
    """List how many answered nationally, by year."""
    found = [one for one in _read(HistoryFigure.brin.is_(None)) if one.meaning and one.meaning.measure == "respondents"]
    return sorted(found, key=lambda one: one.year)


def decimals(value: str, qualifier: str) -> int:
    """Return how many decimals were published: those of the value, or fewer where the source itself wrote fewer.

    Its own words stand in quotation marks: 8.0 with 'gemiddeld een 8' was published as a whole 8.
    """
    own = [text for quote in QUOTED.findall(qualifier) for text in NUMBERS.findall(quote)]
    same = [text.replace(",", ".") for text in (value, *own) if number(text) == number(value)]
    return min(len(text.partition(".")[2]) for text in same)


def _read(*conditions: sa.ColumnElement[bool]) -> list[Figure]:
    wanted = sa.select(HistoryFigure).where(*conditions).order_by(HistoryFigure.id)
    return [
        Figure(
            one.year,
            number(one.value),
            decimals(one.value, one.qualifier),
            one.qualifier,
            one.source,
            metrics.meanings().get((one.metric, one.role, one.breakdown)),
        )
        for one in db.session.scalars(wanted)
    ]
