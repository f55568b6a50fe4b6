"""Coverage counts the placements due, and of the last twelve months, under agreements."""

import datetime as dt

from app.agreements import register
from app.invitations import coverage
from app.invitations.coverage import Cover, Volume
from tests.builders import OTHER_SCHOOL, SCHOOL
from tests.invitations.volumes import STUDENT, load, opening

IN_ANOTHER_SECTOR = "25655"


def test_what_is_due_is_counted_per_school_and_sector(opened):
    load(2, **STUDENT)
    opening(load(1), 1)
    load(1, crebo=IN_ANOTHER_SECTOR)
    load(3, brin=OTHER_SCHOOL)
    load(1, planned_end_on=dt.date(2027, 3, 1))
    covers = coverage.of_round(opened)
    assert coverage.together(covers, 0) == {SCHOOL: Cover(4, 4, 2, 1), OTHER_SCHOOL: Cover(3, 0, 0, 0)}
    sectors = coverage.together(covers, 1)
    assert sum(sectors.values(), Cover()) == Cover(7, 4, 2, 1)
    assert len(sectors) == 2
    assert sectors[next(sector for brin, sector in covers if covers[brin, sector].due == 1)].due == 1


def test_only_the_schools_asked_for_are_counted(opened):
    load(1)
    load(2, brin=OTHER_SCHOOL)
    assert coverage.together(coverage.of_round(opened, {OTHER_SCHOOL}), 0) == {OTHER_SCHOOL: Cover(2)}
    assert coverage.of_round(opened, frozenset()) == {}


def test_an_agreement_that_ended_covers_nothing(opened):
    load(2)
    register.end(SCHOOL)
    assert coverage.together(coverage.of_round(opened), 0) == {SCHOOL: Cover(2)}


def test_shares_need_a_base():
    assert Cover().share("under") is None
    assert Cover(due=4, under=1).share("under") == 0.25


def test_a_year_is_counted_by_the_day_a_placement_ended(context):
    register.sign(SCHOOL, dt.date(2026, 6, 1), dt.date(2026, 9, 30))
    ends = [(2025, 11, 23), (2025, 11, 24), (2026, 6, 1), (2026, 9, 30), (2026, 10, 1), (2026, 11, 23), (2026, 11, 24)]
    for end in ends:
        load(1, planned_end_on=dt.date(*end))
    load(1, brin=OTHER_SCHOOL, planned_end_on=dt.date(2026, 9, 1))
    assert coverage.last_year({SCHOOL, OTHER_SCHOOL}) == {SCHOOL: Volume(5, 2), OTHER_SCHOOL: Volume(1, 0)}
    assert coverage.last_year({OTHER_SCHOOL}) == {OTHER_SCHOOL: Volume(1, 0)}
