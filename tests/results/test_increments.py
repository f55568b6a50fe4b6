"""Answers enter figures in whole groups of at least five persons."""

from random import Random

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.invitations import blocks
from app.responses.models import Response
from app.results import increments
from app.results.models import Increment
from tests import builders
from tests.builders import OTHER_SCHOOL, SCHOOL
from tests.results.people import FITTER, MASON, MASON_TOO, NURSE, answered, placements, withdraw


@pytest.fixture
def measured(context):
    """A round in which a school teaches two programmes to 25 students each, and another school one to three."""
    placements(25)
    placements(25, crebo=NURSE)
    placements(3, brin=OTHER_SCHOOL)
    measured = builders.open_round()
    blocks.draw_all(measured)
    db.session.commit()
    return measured


def formed(measured) -> list[tuple]:
    """Form increments and return all there are: school, block, persons, forms."""
    increments.form(measured)
    db.session.commit()
    columns = (Increment.brin, Increment.block, Increment.persons, Increment.forms)
    return [tuple(row) for row in db.session.execute(sa.select(*columns).order_by(Increment.id))]


def test_four_wait_and_the_fifth_lets_all_of_them_in(measured):
    answered(measured, 4)
    assert formed(measured) == []
    answered(measured, 1)
    assert formed(measured) == [(SCHOOL, 2, 5, 5)]


def test_where_many_wait_they_are_dealt_over_groups_of_five_to_nine(measured):
    answered(measured, 23)
    assert sorted(formed(measured)) == [(SCHOOL, 2, n, n) for n in (5, 6, 6, 6)]


def test_who_enters_with_whom_is_drawn_at_random(measured):
    keys = answered(measured, 40)
    drawn = [_dealt_with(measured, seed, keys) for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]


def _dealt_with(measured, seed: int, keys: list[str]) -> set[frozenset[str]]:
    """Form increments by a seed and take that back; returns the answers that entered together."""
    increments.form(measured, Random(seed))
    together: dict[int | None, set[str]] = {}
    for key in keys:
        together.setdefault(db.session.get_one(Response, key).increment_id, set()).add(key)
    db.session.rollback()
    return {frozenset(one) for one in together.values()}


def test_further_forms_of_trainers_are_dealt_as_evenly_as_persons(measured):
    answered(measured, 10, role="trainer")
    answered(measured, 20, role="trainer", is_first=False)
    assert formed(measured) == [(SCHOOL, 2, 5, 15), (SCHOOL, 2, 5, 15)]


def test_how_many_answers_are_missing_is_told_of_increments_that_are_not_whole(measured):
    keys = answered(measured, 12)
    formed(measured)
    assert increments.missing(measured.id) == {}
    id_ = db.session.get_one(Response, keys[0]).increment_id
    withdraw(keys[0])
    assert increments.missing(measured.id) == {id_: 1}


def test_what_came_in_does_not_enter_twice(measured):
    answered(measured, 7)
    formed(measured)
    answered(measured, 4)
    assert formed(measured) == [(SCHOOL, 2, 7, 7)]


def test_students_and_trainers_enter_apart(measured):
    answered(measured, 4)
    answered(measured, 4, role="trainer")
    assert formed(measured) == []


def test_blocks_enter_apart(measured):
    answered(measured, 4)
    answered(measured, 4, crebo=NURSE)
    assert formed(measured) == []


def test_forms_of_one_trainer_are_one_person(measured):
    answered(measured, 4, role="trainer")
    answered(measured, 3, role="trainer", is_first=False)
    assert formed(measured) == []
    answered(measured, 1, role="trainer")
    assert formed(measured) == [(SCHOOL, 2, 5, 8)]


def test_programmes_of_one_block_enter_apart_where_enough_answered(context):
    placements(12)
    placements(12, crebo=MASON_TOO)
    measured = builders.open_round()
    blocks.draw_all(measured)
    answered(measured, 5)
    answered(measured, 6, crebo=MASON_TOO)
    assert formed(measured) == [(SCHOOL, 1, 6, 6), (SCHOOL, 1, 5, 5)]


def test_programmes_of_one_block_enter_together_where_few_answered(context):
    placements(12)
    placements(12, crebo=FITTER)
    measured = builders.open_round()
    blocks.draw_all(measured)
    answered(measured, 2)
    answered(measured, 3, crebo=FITTER)
    assert formed(measured) == [(SCHOOL, 1, 5, 5)]


def test_a_school_with_few_placements_waits_for_the_round_to_close(measured):
    answered(measured, 6, brin=OTHER_SCHOOL)
    assert formed(measured) == []
    builders.close_round(measured)
    assert formed(measured) == [(None, None, 6, 6)]


def test_at_closing_what_is_left_of_all_schools_counts_together_and_of_no_school(measured):
    answered(measured, 8)
    formed(measured)
    answered(measured, 3)
    answered(measured, 2, brin=OTHER_SCHOOL)
    builders.close_round(measured)
    assert formed(measured) == [(SCHOOL, 2, 8, 8), (None, None, 5, 5)]


def test_fewer_than_five_left_in_the_whole_country_never_count(measured):
    answered(measured, 3)
    answered(measured, 1, crebo=MASON, brin=OTHER_SCHOOL)
    builders.close_round(measured)
    assert formed(measured) == []


def test_answers_withdrawn_while_an_increment_is_formed_stop_it(measured, monkeypatch):
    keys = answered(measured, 5)
    waiting = increments._waiting

    def waiting_then_withdrawn(*arguments):
        found = waiting(*arguments)
        if db.session.get(Response, keys[0]):
            withdraw(keys[0])
        return found

    monkeypatch.setattr(increments, "_waiting", waiting_then_withdrawn)
    with pytest.raises(increments.Moved):
        increments.form(measured)
