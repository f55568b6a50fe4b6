"""Reach counts what architecture.md defines, and the routes add up to all."""

import dataclasses
import datetime as dt

import pytest
import sqlalchemy as sa

from app.agreements import register
from app.extensions import db
from app.hashing import address_hash
from app.invitations import reach
from app.invitations.models import Invitation
from app.mailing import opt_outs
from tests import builders
from tests.builders import SCHOOL

STUDENT = {"first_name": "Sam", "student_number": "s1", "student_address": "s1@school.example"}
NOW = dt.datetime(2026, 11, 23, 11, tzinfo=dt.UTC)


def counts(**steps: int) -> dict[str, int]:
    return dict.fromkeys(reach.STEPS, 0) | steps


@pytest.fixture
def opened(signed_context):
    return builders.open_round()


def load(**changes):
    (placement,) = builders.load(builders.row(**changes))
    return placement


def students(opened, day=None) -> tuple[dict, dict]:
    db.session.commit()
    found = reach.reach(opened, day)["student"]
    return found["direct"], found["forwarded"]


def test_an_empty_round_counts_nothing(opened):
    nothing = counts()
    assert reach.reach(opened) == {"student": {"direct": nothing, "forwarded": nothing}, "trainer": nothing}


def test_due_seats_count_per_role_and_route(opened):
    load()
    load(**STUDENT)
    load(planned_end_on=dt.date(2027, 3, 1))
    load(status="Voorlopig")
    assert reach.reach(opened) == {
        "student": {"direct": counts(due=1, reachable=1), "forwarded": counts(due=1, reachable=1)},
        "trainer": counts(due=2, reachable=2),
    }


def test_reach_can_be_counted_for_another_day(opened):
    load(planned_end_on=dt.date(2027, 3, 1))
    assert students(opened, dt.date(2027, 2, 14))[1]["due"] == 0
    assert students(opened, dt.date(2027, 2, 15))[1]["due"] == 1


def test_what_is_invited_is_due_whatever_its_date_and_status(opened):
    placement = load(planned_end_on=dt.date(2027, 3, 1), status="Voorlopig")
    builders.seat(placement).invited_at = NOW
    assert students(opened)[1] == counts(due=1, reachable=1, invited=1)


def test_what_is_withdrawn_is_not_due(opened):
    placement = load()
    builders.seat(placement).invited_at = builders.seat(placement).desk_withdrew_at = NOW
    assert students(opened)[1] == counts()


def opt_out_trainer(placement):
    opt_outs.opt_out(placement.trainer.address_hash)


def bounce_trainer(placement):
    placement.trainer.bounced_at = NOW


def lose_trainer(placement):
    placement.trainer = None


@pytest.mark.parametrize("happen", [opt_out_trainer, bounce_trainer, lose_trainer])
def test_whom_no_mail_can_reach_counts_under_forwarded(opened, happen):
    happen(load())
    assert students(opened) == (counts(), counts(due=1))
    assert reach.reach(opened)["trainer"] == counts(due=1)


def test_a_student_who_opted_out_is_unreachable_under_forwarded(opened):
    load(**STUDENT)
    opt_outs.opt_out(address_hash("s1@school.example"))
    assert students(opened) == (counts(), counts(due=1))


def test_a_bounced_student_is_reached_through_the_trainer(opened):
    load(**STUDENT).student.bounced_at = NOW
    assert students(opened) == (counts(), counts(due=1, reachable=1))


def test_a_student_whose_school_stopped_sharing_is_reached_through_the_trainer(opened):
    load(**STUDENT)
    register.end(SCHOOL)
    assert students(opened) == (counts(), counts(due=1, reachable=1))


def test_once_invited_reachable_and_route_stay_as_they_were(opened):
    placement = load(**STUDENT)
    seat = builders.seat(placement)
    seat.invited_at, seat.route = NOW, "direct"
    placement.student.bounced_at = NOW
    register.end(SCHOOL)
    assert students(opened) == (counts(due=1, reachable=1, invited=1), counts())


def test_an_erased_contact_leaves_the_route(opened):
    placement = load(**STUDENT)
    seat = builders.seat(placement)
    seat.invited_at, seat.route = NOW, "direct"
    db.session.delete(placement.student)
    assert students(opened)[0] == counts(due=1, reachable=1, invited=1)


def test_each_step_is_counted(opened):
    seat = builders.seat(load())
    for step, name in (("passed_on", "passed_on_at"), ("opened", "opened_at"), ("started", "started_at")):
        setattr(seat, name, NOW)
        assert students(opened)[1][step] == 1
    seat.sent = True
    assert students(opened)[1] == counts(due=1, reachable=1, passed_on=1, opened=1, started=1, sent=1)


def test_the_routes_add_up_to_all(opened):
    rows = [
        builders.row(),
        builders.row(**STUDENT),
        builders.row(trainer_address=None),
        builders.row(**STUDENT | {"student_address": "other@school.example"}, trainer_address=None),
    ]
    builders.load(*rows)
    opt_outs.opt_out(address_hash("s1@school.example"))
    together = reach.together(list(students(opened)))
    assert together["due"] == db.session.scalar(
        sa.select(sa.func.count(Invitation.id)).where(Invitation.role == "student")
    )


def test_other_rounds_are_not_counted(opened):
    load(planned_end_on=dt.date(2027, 9, 1))
    later = builders.open_over("Next", dt.date(2027, 8, 1), dt.date(2028, 7, 31), due_days=400)
    assert students(opened)[1]["due"] == 0
    assert students(later)[1]["due"] == 1


def test_a_changed_end_changes_what_is_due(opened):
    row = builders.row()
    builders.load(row)
    builders.load(dataclasses.replace(row, actual_end_on=dt.date(2027, 1, 31)))
    assert students(opened)[1]["due"] == 0


def test_response_is_a_share_of_what_is_due_and_completion_of_what_was_opened():
    rates = reach.rates(counts(due=100, opened=40, sent=20))
    assert rates == {"reach": 0.4, "response": 0.2, "completion": 0.5}


def test_a_rate_without_a_base_is_none():
    assert reach.rates(counts()) == {"reach": None, "response": None, "completion": None}
