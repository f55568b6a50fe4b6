"""A trainer with several students is one person: per school and per round."""

import pytest

from app.responses.models import Response
from tests.builders import OTHER_SCHOOL
from tests.responses.ways import answer as send

TRAINER = {"trainer_address": "one@company.example"}


def firsts(world) -> list[tuple[bool, bool]]:
    return sorted((bool(one["is_first"]), bool(one["is_first_in_round"])) for one in world.rows(Response))


def test_of_several_forms_about_students_of_one_school_one_is_the_person(world, visitor):
    for place in world.places(TRAINER, TRAINER, TRAINER):
        send(visitor(), place.part)
    assert firsts(world) == [(False, False), (False, False), (True, True)]


def test_at_another_school_the_same_trainer_is_a_person_again_but_not_in_the_round(world, visitor):
    for place in world.places(TRAINER, TRAINER | {"brin": OTHER_SCHOOL}):
        send(visitor(), place.part)
    assert firsts(world) == [(True, False), (True, True)]


@pytest.mark.parametrize("link", ["direct", "copy"])
def test_every_student_is_a_person(world, visitor, link):
    for place in world.places(TRAINER, TRAINER):
        send(visitor(), getattr(place, link))
    assert firsts(world) == [(True, True), (True, True)]
