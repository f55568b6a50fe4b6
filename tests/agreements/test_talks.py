"""Talks: their stage follows the facts of the register, and people say the rest."""

import datetime as dt

import pytest

from app.accounts import register as accounts
from app.accounts.models import Role
from app.agreements import register, talks
from app.agreements.models import Stage
from app.extensions import db
from tests import builders
from tests.builders import OTHER_SCHOOL, SCHOOL
from tests.world import ADMIN, PASSWORD

JANUARY, JUNE, SOON = dt.date(2026, 1, 1), dt.date(2026, 6, 30), dt.date(2026, 12, 7)


@pytest.fixture
def user(context):
    made = accounts.create(ADMIN, PASSWORD, Role.ADMIN)
    db.session.commit()
    return made


def stage() -> Stage:
    return talks.stage_of(talks.of_school(SCHOOL), register.foremost(register.of_school(SCHOOL)))


def test_a_school_without_a_talk_is_to_be_approached(context):
    assert stage() is Stage.TO_APPROACH


def test_a_note_moves_the_talk_and_is_kept_with_who_wrote_it(user):
    talks.note(SCHOOL, user.id, Stage.IN_TALKS, "Belt terug.", SOON)
    talks.note(SCHOOL, user.id, Stage.DECLINED, "Niet dit jaar.", None)
    latest, first = talks.notes(SCHOOL)
    assert (first.user.email, first.stage, first.text) == (ADMIN, "in_talks", "Belt terug.")
    assert (latest.stage, stage(), talks.of_school(SCHOOL).next_on) == ("declined", Stage.DECLINED, None)
    assert talks.notes(OTHER_SCHOOL) == []


def test_the_day_to_take_it_up_again_is_kept(user):
    talks.note(SCHOOL, user.id, Stage.IN_TALKS, "x", SOON)
    assert talks.of_school(SCHOOL).next_on == SOON


def test_an_agreement_in_force_is_signed_whatever_was_said(user):
    register.sign(SCHOOL, JANUARY)
    talks.move(SCHOOL, Stage.DECLINED)
    assert stage() is Stage.SIGNED


def test_an_agreement_that_is_over_is_ended_by_itself(context):
    register.sign(SCHOOL, JANUARY, JUNE)
    assert stage() is Stage.ENDED


def test_after_an_ending_the_talk_can_begin_again(user):
    register.sign(SCHOOL, JANUARY)
    register.end(SCHOOL)
    talks.note(SCHOOL, user.id, Stage.IN_TALKS, "x", None)
    assert stage() is Stage.IN_TALKS


def test_a_note_can_say_every_stage_but_the_facts():
    assert set(talks.choices(Stage.INTERESTED)) == set(talks.DECIDED)
    assert talks.choices(Stage.ENDED)[0] is Stage.ENDED
    assert talks.choices(Stage.SIGNED) == (Stage.SIGNED,)


@pytest.mark.parametrize("begun", [one for one in Stage if one is not Stage.TO_APPROACH])
def test_coming_forward_never_takes_a_talk_back(context, begun):
    talks.move(SCHOOL, begun, SOON)
    talks.come_forward(SCHOOL)
    assert (talks.of_school(SCHOOL).stage, talks.of_school(SCHOOL).next_on) == (begun, SOON)


def test_the_acts_are_those_about_the_agreement_with_who_did_them(user):
    register.sign(SCHOOL, JANUARY)
    register.sign(OTHER_SCHOOL, JANUARY)
    talks.note(SCHOOL, user.id, Stage.SIGNED, "x", None)
    builders.register.audit.record("seat_looked_at", brin=SCHOOL)
    acts = talks.acts(SCHOOL)
    assert {(entry.action, email) for entry, email in acts} == {("agreement_signed", None), ("talk_noted", None)}
