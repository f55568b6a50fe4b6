"""What the published series say per year, role and question, and what stands in where they say nothing.

Shares are in percent of those with an opinion: who is satisfied or very satisfied, says yes, or what a name here that
is no question's says. A grade is a mean.
"""

from collections.abc import Mapping
from typing import NamedTuple

Series = Mapping[int, float]  # year → share or mean

# From 2022 on another bureau measured: no line is drawn from the years before to those after.
BREAK = 2022

# As published each year by SBB, and in 2016 to 2021 by its bureaus: bpv-monitor, see s-bb.nl, mboraad.nl,
# mbo-today.nl and nationaleonderwijsgids.nl of those years. What was said of both roles stands at both. A figure of
# one pathway (prepared_by_company BOL, level_fits BBL) is taken for all.
PUBLISHED: dict[tuple[str, str], Series] = {
    ("student", "grade"): {
        **{2016: 8.0, 2017: 8.0, 2018: 8.0, 2019: 8.1, 2020: 8.1, 2021: 8.2},
        **{2022: 8.4, 2023: 8.4},
    },
    ("student", "prepared_by_school"): {2016: 70, 2017: 78, 2022: 61},
    ("student", "prepared_by_company"): {2017: 64, 2018: 67, 2019: 69, 2020: 69},
    ("student", "agreements_made"): {2016: 75},
    ("student", "guidance_company"): {2020: 91, 2021: 92, 2022: 94, 2023: 93},
    ("student", "guidance_school"): {2021: 62, 2022: 54, 2023: 55},
    ("student", "talk_start"): {2022: 33, 2023: 38},
    ("student", "contact_enough"): {2018: 75},
    ("student", "contact_satisfaction"): {2020: 83},
    ("student", "level_fits"): {2017: 79, 2018: 83},
    ("student", "goals_attainable"): {2022: 93, 2023: 93},
    ("student", "learned_enough"): {2018: 92},
    ("trainer", "grade"): {
        **{2016: 7.5, 2017: 7.5, 2018: 7.5, 2019: 7.5, 2020: 7.5, 2021: 7.6},
        **{2022: 7.6, 2023: 7.5},
    },
    ("trainer", "prepared_by_school"): {2020: 74, 2022: 77, 2023: 74},
    ("trainer", "agreements_made"): {2016: 75},
    ("trainer", "guidance_school"): {2022: 68},
    ("trainer", "talk_start"): {2022: 33, 2023: 38},
    ("trainer", "contact_enough"): {2018: 75},
    ("trainer", "contact_satisfaction"): {2020: 72},
    ("trainer", "effort_motivation"): {2021: 85, 2022: 82, 2023: 81},
    ("trainer", "work_delivered"): {2018: 89},
    ("trainer", "goals_attainable"): {2022: 88, 2023: 87},
}

# Made up: what the policy of three talks per placement (Stagepact 2023-2027) might have moved since.
SINCE: dict[tuple[str, str], Series] = {
    ("student", "grade"): {2024: 8.4, 2025: 8.3, 2026: 8.4},
    ("student", "guidance_school"): {2024: 56, 2025: 56, 2026: 58},
    ("student", "talk_start"): {2024: 40, 2025: 43, 2026: 45},
    ("trainer", "prepared_by_school"): {2024: 75, 2025: 74, 2026: 75},
    ("trainer", "guidance_school"): {2023: 68, 2024: 69, 2025: 69, 2026: 70},
    ("trainer", "talk_start"): {2024: 41, 2025: 43, 2026: 45},
    ("trainer", "effort_motivation"): {2024: 81, 2025: 80, 2026: 81},
}

# Made up: nobody published these. What all would say who could be asked: of those who are asked a follow-up, about six
# points more are content after agreements were made, and eighteen fewer after a problem.
LEVELS: dict[tuple[str, str], float] = {
    ("student", "not_stopped"): 96,
    ("student", "place_ease"): 58,
    ("student", "agreements_written"): 74,
    ("student", "kept_by_trainer"): 87,
    ("student", "kept_by_school"): 63,
    ("student", "kept_by_student"): 92,
    ("student", "talk_halfway"): 64,
    ("student", "talk_end"): 52,
    ("student", "occupation_picture"): 94,
    ("student", "assessment_clear"): 74,
    ("student", "assessment_fair"): 88,
    ("student", "problem_none"): 84,
    ("student", "problem_solved"): 80,
    ("student", "recommend"): 86,
    ("trainer", "not_stopped"): 94,
    ("trainer", "agreements_written"): 71,
    ("trainer", "kept_by_school"): 65,
    ("trainer", "kept_by_student"): 84,
    ("trainer", "school_reachable"): 71,
    ("trainer", "school_contact_known"): 88,
    ("trainer", "talk_halfway"): 63,
    ("trainer", "talk_end"): 55,
    ("trainer", "level_fits"): 88,
    ("trainer", "assessment_clear"): 67,
    ("trainer", "assessment_tools"): 61,
    ("trainer", "problem_none"): 83,
    ("trainer", "problem_solved"): 84,
}
ELSE = 80.0  # of a question that came since

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
    key = role, name
    known = {**PUBLISHED.get(key, {}), **SINCE.get(key, {})} or {BREAK: LEVELS.get(key, ELSE)}
    same_bureau = {one: value for one, value in known.items() if (one < BREAK) == (year < BREAK)}
    return at(same_bureau or known, year)


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
