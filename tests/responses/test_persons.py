"""A trainer with several students is one person: per school and per round."""

import pytest

from app.placements.models import Placement, Trainer
from app.responses import receipts
from app.responses.models import FirstForm, Response
from tests.builders import OTHER_SCHOOL
from tests.conftest import on_sqlite
from tests.responses.ways import answer as send
from tests.responses.ways import receipt_of

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


def test_the_next_form_is_the_first_again_where_the_first_was_withdrawn(world, visitor):
    """What was sent in between stays a further form."""
    *others, last, after = world.places(*[TRAINER] * 4)
    receipts_sent = [receipt_of(send(visitor(), place.part)) for place in others]
    world.act(lambda: receipts.withdraw(receipts_sent[0]))
    assert firsts(world) == [(False, False)]
    send(visitor(), last.part)
    send(visitor(), after.part)
    assert firsts(world) == [(False, False), (False, False), (True, True)]


def test_withdrawing_a_further_form_frees_no_place(world, visitor):
    places = world.places(TRAINER, TRAINER, TRAINER)
    sent = [receipt_of(send(visitor(), place.part)) for place in places[:2]]
    world.act(lambda: receipts.withdraw(sent[1]))
    send(visitor(), places[2].part)
    assert firsts(world) == [(False, False), (True, True)]


def test_the_place_in_the_round_stays_where_only_that_in_another_school_was_withdrawn(world, visitor):
    there = TRAINER | {"brin": OTHER_SCHOOL}
    places = world.places(TRAINER, there, there)
    sent = [receipt_of(send(visitor(), place.part)) for place in places[:2]]
    world.act(lambda: receipts.withdraw(sent[1]))
    send(visitor(), places[2].part)
    assert firsts(world) == [(True, False), (True, True)]


@on_sqlite
def test_who_is_handed_a_student_is_a_person_of_their_own(world, visitor):
    """Also where the one who had the student before sent the part about them."""
    place, own = world.places(TRAINER, {"trainer_address": "two@company.example"})
    send(visitor(), place.part)
    world.act(lambda: world.set(Placement, place.placement, trainer_id=world.rows(Trainer)[1]["id"]))
    send(visitor(), own.part)
    assert firsts(world) == [(True, True), (True, True)]


@on_sqlite
def test_nothing_kept_of_a_first_form_leads_to_its_answers_without_the_receipt(world, visitor):
    (place,) = world.places(TRAINER)
    receipt = receipt_of(send(visitor(), place.part))
    marks = {row["mark"] for row in world.rows(FirstForm)}
    assert marks == {receipts.first_mark(receipt)}
    (hashed,) = [row["receipt_hash"] for row in world.sent()]
    assert not marks & {hashed, receipts.first_mark(hashed)}
    assert set(world.rows(FirstForm)[0]) == {"trainer_id", "round_id", "brin", "mark"}


@pytest.mark.parametrize("link", ["direct", "copy"])
def test_every_student_is_a_person(world, visitor, link):
    for place in world.places(TRAINER, TRAINER):
        send(visitor(), getattr(place, link))
    assert firsts(world) == [(True, True), (True, True)]
