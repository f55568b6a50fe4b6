"""Signing and ending agreements, and which schools share addresses on a day."""

import datetime as dt
import threading

import pytest
import sqlalchemy as sa

from app.accounts.models import AuditEntry
from app.agreements import register, talks
from app.agreements.models import Category
from app.agreements.register import AgreementRefused
from app.extensions import db
from tests import builders
from tests.builders import OTHER_SCHOOL, SCHOOL

JANUARY, JUNE, DECEMBER = dt.date(2026, 1, 1), dt.date(2026, 6, 30), dt.date(2026, 12, 31)
TODAY = dt.date(2026, 11, 23)
DAY = dt.timedelta(days=1)


def fault(act, *arguments, **facts) -> str:
    with pytest.raises(AgreementRefused) as caught:
        act(*arguments, **facts)
    return caught.value.fault


def test_a_school_shares_from_the_first_to_the_last_day(context):
    register.sign(SCHOOL, JANUARY, JUNE)
    days = (JANUARY - DAY, JANUARY, JUNE, JUNE + DAY)
    assert [SCHOOL in register.sharing_on(day) for day in days] == [False, True, True, False]


def test_an_agreement_without_end_goes_on(context):
    register.sign(SCHOOL, JANUARY)
    assert register.sharing_on(dt.date(2099, 1, 1)) == {SCHOOL}


def test_an_ended_agreement_stops_that_day(context):
    register.sign(SCHOOL, JANUARY)
    ended = register.end(SCHOOL)
    assert ended.ended_on == TODAY
    assert register.sharing_on(TODAY) == frozenset()
    assert register.sharing_on(TODAY - DAY) == {SCHOOL}


def test_an_agreement_that_was_to_come_can_be_ended(context):
    register.sign(SCHOOL, DECEMBER)
    register.end(SCHOOL)
    assert register.sharing_on(DECEMBER + DAY) == frozenset()


@pytest.mark.parametrize(
    ("begin", "until", "state"),
    [(JANUARY, None, "valid"), (DECEMBER, None, "coming"), (JANUARY, JUNE, "expired"), (TODAY, TODAY, "valid")],
)
def test_the_state_of_an_agreement(context, begin, until, state):
    assert register.sign(SCHOOL, begin, until).state(TODAY) == state


def test_ending_shows_in_the_state(context):
    register.sign(SCHOOL, JANUARY)
    assert register.end(SCHOOL).state(TODAY) == "ended"


def test_a_school_must_exist(context):
    assert fault(register.sign, "99ZZ", JANUARY) == "unknown_school"


def test_an_agreement_does_not_end_before_it_begins(context):
    assert fault(register.sign, SCHOOL, JUNE, JANUARY) == "until_before_from"


@pytest.mark.parametrize(("begin", "until"), [(JUNE, None), (JANUARY - DAY, JANUARY), (JANUARY, JUNE), (TODAY, TODAY)])
def test_a_school_has_one_agreement_at_a_time(context, begin, until):
    register.sign(SCHOOL, JANUARY, DECEMBER)
    assert fault(register.sign, SCHOOL, begin, until) == "overlapping"


def test_one_agreement_may_follow_another(context):
    register.sign(SCHOOL, JANUARY, JUNE)
    register.sign(SCHOOL, JUNE + DAY)
    assert len(register.of_school(SCHOOL)) == 2


def test_a_new_agreement_may_be_signed_on_the_day_the_old_one_ended(context):
    register.sign(SCHOOL, JANUARY)
    register.end(SCHOOL)
    register.sign(SCHOOL, TODAY)
    assert register.sharing_on(TODAY) == {SCHOOL}


def test_an_agreement_ended_before_it_began_is_in_nobodys_way(context):
    register.sign(SCHOOL, DECEMBER)
    register.end(SCHOOL)
    register.sign(SCHOOL, JUNE)
    assert register.sharing_on(TODAY) == {SCHOOL}


def test_there_must_be_something_to_end(context):
    register.sign(SCHOOL, JANUARY, JUNE)
    assert fault(register.end, SCHOOL) == "nothing_to_end"


def test_schools_do_not_mind_each_other(context):
    register.sign(SCHOOL, JANUARY)
    register.sign(OTHER_SCHOOL, JANUARY)
    register.end(SCHOOL)
    assert register.sharing_on(TODAY) == {OTHER_SCHOOL}


def test_the_day_turns_in_amsterdam(context):
    register.sign(SCHOOL, DECEMBER)
    builders.set_clock("2026-12-30T23:30:00+00:00")
    assert register.end(SCHOOL).ended_on == DECEMBER


def test_all_agreements_are_listed_by_school(context):
    for brin in (OTHER_SCHOOL, SCHOOL):
        register.sign(brin, JANUARY)
    names = [agreement.school.name for agreement in register.everything()]
    assert names == sorted(names)


def test_signing_and_ending_are_noted(context):
    register.sign(SCHOOL, JANUARY)
    register.end(SCHOOL)
    entries = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [entry.action for entry in entries] == ["agreement_signed", "agreement_ended"]
    assert entries[0].details == {"version": "", "valid_from": "2026-01-01", "valid_until": None}
    assert {(entry.actor, entry.brin) for entry in entries} == {("command", SCHOOL)}


def test_all_that_was_agreed_is_kept(context):
    facts = {
        "version": "2026-1",
        "signed_on": JANUARY - DAY,
        "contact_days": 14,
        "privacy_contact": "privacy@school.example",
        "leak_contact": "leak@school.example",
    }
    register.sign(SCHOOL, JANUARY, categories=["student_number", "address"], **facts)
    db.session.commit()
    (kept,) = register.of_school(SCHOOL)
    assert {name: getattr(kept, name) for name in facts} == facts
    assert kept.categories == [Category.ADDRESS, Category.STUDENT_NUMBER]


def test_days_to_keep_come_from_the_setting(context):
    context.config["CONTACT_DAYS"] = 45
    assert register.sign(SCHOOL, JANUARY).contact_days == 45


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"categories": []}, "no_categories"),
        ({"version": "x" * 41}, "version_too_long"),
        ({"contact_days": -1}, "wrong_days"),
        ({"contact_days": 366}, "wrong_days"),
        ({"privacy_contact": "nobody"}, "not_an_address"),
        ({"leak_contact": "a@b.example\r\nBcc: c@d.example"}, "not_an_address"),
    ],
)
def test_what_cannot_be_agreed_is_refused(context, facts, said):
    assert fault(register.sign, SCHOOL, JANUARY, **facts) == said
    assert register.of_school(SCHOOL) == []


def test_of_two_who_sign_at_once_the_second_hears_of_the_first(app):
    found = []

    def sign_too() -> None:
        with app.app_context():
            found.append(fault(register.sign, SCHOOL, JUNE))

    with app.app_context():
        register.sign(SCHOOL, JANUARY)
        other = threading.Thread(target=sign_too)
        other.start()
        other.join(0.5)
        assert found == []
        db.session.commit()
        other.join()
    assert found == ["overlapping"]


def test_what_schools_share_is_known_per_day(context):
    register.sign(SCHOOL, JANUARY, JUNE, categories=[Category.ADDRESS])
    register.sign(OTHER_SCHOOL, JANUARY)
    assert register.categories_on(JUNE) == {SCHOOL: {Category.ADDRESS}, OTHER_SCHOOL: set(Category)}
    assert register.categories_on(TODAY) == {OTHER_SCHOOL: set(Category)}


def test_an_agreement_shares_only_what_it_names(context):
    register.sign(SCHOOL, JANUARY, categories=[Category.ADDRESS, Category.STUDENT_NUMBER])
    register.sign(OTHER_SCHOOL, JANUARY, categories=[Category.FIRST_NAME])
    shared = [register.sharing_on(TODAY, category) for category in Category]
    assert shared == [{SCHOOL}, {OTHER_SCHOOL}, {SCHOOL}]
    assert register.sharing_on(TODAY) == {SCHOOL, OTHER_SCHOOL}


def test_of_several_agreements_the_one_in_force_counts_then_the_coming_then_the_last(context):
    assert register.foremost([]) is None
    older = register.sign(SCHOOL, dt.date(2025, 1, 1), JANUARY - DAY)
    old = register.sign(SCHOOL, JANUARY, JUNE)
    assert register.foremost([old, older]) is old
    coming = register.sign(SCHOOL, DECEMBER)
    assert register.foremost([old, coming, older]) is coming
    valid = register.sign(SCHOOL, TODAY, TODAY)
    assert register.foremost([coming, valid, old]) is valid


def test_the_talk_follows_signing_and_ending(context):
    register.sign(SCHOOL, JANUARY)
    assert talks.of_school(SCHOOL).stage == "signed"
    register.end(SCHOOL)
    assert talks.of_school(SCHOOL).stage == "ended"
