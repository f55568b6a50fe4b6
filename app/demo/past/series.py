"""What the published series say per year, role and question, and what stands in where they say nothing.

Shares are in percent of those with an opinion: who is satisfied or very satisfied, says yes, or what a name here that
is no question's says. A grade is a mean.
"""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from app.results.history import metrics

Series = Mapping[int, float]  # year → share or mean

# From 2022 on another bureau measured: no line is drawn from the years before to those after.
BREAK = 2022

# Made up, as nobody published it: `made_up.csv` has what the policy of three talks per placement (Stagepact 2023-2027)
# might have moved since, and for BREAK what all would say who could be asked: of those who are asked a follow-up, about
# six points more are content after agreements were made, and eighteen fewer after a problem.
DATA = Path(__file__).parent / "data"
ELSE = 80.0  # of a question that came since

SAME, TOO_FEW = ("mean", "satisfied", "value:yes"), ("contact_amount", "value:too_little")  # what is taken as published

# Placements of which an agreement was made, in thousands (SBB; the last one by the fall in students since, DUO).
AGREEMENTS: Series = {2019: 464, 2020: 428, 2021: 449, 2026: 430}


class Fieldwork(NamedTuple):
    """How many take part, in fractions: of trainers' seats, of placements, of the students who opened a link."""

    trainers_send: float
    links_opened: float
    openers_send: float


# Trainers 20 % of those invited in 2016 and 2018, more answers in 2021; students invited through them 12 to 13 % of
# the placements, of whom 45 % answered in 2016, 39 % in 2018 (mbo-today.nl, nationaleonderwijsgids.nl). Later made up.
TRAINERS_SEND: Series = {2016: 20, 2018: 20, 2021: 25, 2022: 23, 2026: 24}
LINKS_OPENED: Series = {2016: 13, 2018: 12, 2026: 16}
OPENERS_SEND: Series = {2016: 45, 2018: 39, 2023: 38, 2026: 40}


def target(role: str, name: str, year: int) -> float:
    """Return the share (in percent) or the mean grade that a year's placements have together."""
    known = {**published().get((role, name), {}), **_made_up().get((role, name), {})} or {BREAK: ELSE}
    same_bureau = {one: value for one, value in known.items() if (one < BREAK) == (year < BREAK)}
    return at(same_bureau or known, year)


@cache
def published() -> Mapping[tuple[str, str], Series]:
    """Return what was published, by role and name: of both roles what was said of all, and of one pathway as of all."""
    found: dict[tuple[str, str], dict[int, float]] = defaultdict(dict)
    for row in metrics.rows("published_figures"):
        meaning = metrics.meanings().get((row["metric"], row["role"], row["breakdown"]))
        value = float(row["value"])
        if meaning and meaning.measure in SAME:
            named = meaning.question, value
        elif meaning and (meaning.question, meaning.measure) == TOO_FEW:
            named = "contact_enough", 100 - value
        else:
            continue
        for role in ("student", "trainer") if meaning.role == "all" else (meaning.role,):
            found[role, named[0]][int(row["year"])] = named[1]
    return dict(found)


@cache
def _made_up() -> Mapping[tuple[str, str], Series]:
    found: dict[tuple[str, str], dict[int, float]] = defaultdict(dict)
    for row in metrics.rows("made_up", DATA):
        found[row["role"], row["name"]][int(row["year"])] = float(row["value"])
    return dict(found)


def fieldwork(year: int) -> Fieldwork:
    return Fieldwork(*(at(series, year) / 100 for series in (TRAINERS_SEND, LINKS_OPENED, OPENERS_SEND)))


def at(series: Series, year: int) -> float:
    """Return the value of a year: its own, else on the line between its neighbours, else the nearest."""
    year = min(max(year, min(series)), max(series))
    before = max(one for one in series if one <= year)
    after = min(one for one in series if one >= year)
    if before == after:
        return series[year]
    return series[before] + (series[after] - series[before]) * (year - before) / (after - before)
