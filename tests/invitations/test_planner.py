"""Who would be mailed on a day, through whom, and why the others would not."""

import dataclasses
import datetime as dt

import pytest
import sqlalchemy as sa

from app.agreements import register
from app.extensions import db
from app.hashing import address_hash
from app.invitations import planner
from app.invitations.models import BatchSeat, Round
from app.mailing import opt_outs
from app.mailing.models import Message
from app.mailing.states import MailStatus
from app.placements import loading
from app.placements.loading import Summary
from app.placements.models import Placement
from tests import builders
from tests.builders import SCHOOL

TODAY = dt.date(2026, 11, 23)
LONG_AGO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
STUDENT = {"first_name": "Sam", "student_number": "s1", "student_address": "s1@school.example"}


def decided(planned: Round, placement: Placement, role: str = "student", day: dt.date = TODAY) -> tuple:
    """Return through whom a seat would be mailed (None: straight) and why it would not."""
    rows = db.session.execute(planner.decisions(planned, day))
    found = {row.id: (row.trainer_id, row.reason) for row in rows}
    return found[builders.seat(placement, role).id]


def world(**changes) -> tuple[Round, Placement]:
    (placement,) = builders.load(builders.row(**changes))
    return builders.open_round(), placement


def test_a_due_seat_goes_through_the_trainer(context):
    opened, placement = world()
    for role in ("student", "trainer"):
        assert decided(opened, placement, role) == (placement.trainer_id, None)


def test_a_student_with_an_address_is_mailed_straight_and_the_trainer_for_the_own_part(context):
    builders.sharing_school()
    opened, placement = world(**STUDENT)
    assert decided(opened, placement) == (None, None)
    assert decided(opened, placement, "trainer") == (placement.trainer_id, None)


def test_an_address_without_an_agreement_goes_through_the_trainer(context):
    opened, placement = world(**STUDENT)
    assert decided(opened, placement) == (placement.trainer_id, None)


def test_an_agreement_that_ends_sends_the_student_through_the_trainer_again(context):
    register.sign(SCHOOL, dt.date(2026, 1, 1), TODAY)
    opened, placement = world(**STUDENT)
    assert decided(opened, placement, day=TODAY) == (None, None)
    assert decided(opened, placement, day=TODAY + dt.timedelta(days=1)) == (placement.trainer_id, None)


def test_a_bounced_student_falls_back_to_the_trainer(context):
    builders.sharing_school()
    opened, placement = world(**STUDENT)
    placement.student.bounced_at = LONG_AGO
    assert decided(opened, placement) == (placement.trainer_id, None)


# Each reason alone.


def withdraw(opened, placement):
    builders.seat(placement).desk_withdrew_at = LONG_AGO


def refuse(opened, placement):
    placement.status = "Voorlopig"


def close(opened, placement):
    opened.closed_at = LONG_AGO


def let_seat_days_pass(opened, placement):
    builders.seat(placement).mailed_at = LONG_AGO


def announce(opened, placement):
    builders.send_batch(opened)


def answer(opened, placement):
    builders.seat(placement).sent = True


def move_end(opened, placement):
    placement.planned_end_on = dt.date(2027, 3, 1)


def opt_out(opened, placement):
    opt_outs.opt_out(placement.trainer.address_hash)


def bounce(opened, placement):
    placement.trainer.bounced_at = LONG_AGO


def lose_address(opened, placement):
    placement.trainer.address = None


def lose_trainer(opened, placement):
    placement.trainer = None


def fill_cap(opened, placement):
    """Mail the trainer once for another placement, when once is all the round allows."""
    opened.mails_per_trainer = 1
    builders.load(builders.row(trainer_address=placement.trainer.address, planned_end_on=dt.date(2026, 11, 1)))
    placement.status = "Voorlopig"
    db.session.commit()
    builders.send_batch(opened)
    placement.status = "Definitief"


@pytest.mark.parametrize(
    ("happen", "reason"),
    [
        (withdraw, "withdrawn"),
        (refuse, "status"),
        (close, "closed"),
        (let_seat_days_pass, "closed"),
        (announce, "already_invited"),
        (answer, "already_invited"),
        (move_end, "not_due"),
        (opt_out, "opted_out"),
        (bounce, "bounced"),
        (lose_address, "no_address"),
        (lose_trainer, "no_address"),
        (fill_cap, "over_cap"),
    ],
)
def test_each_reason_leaves_a_seat_out(context, happen, reason):
    opened, placement = world()
    happen(opened, placement)
    db.session.commit()
    assert decided(opened, placement)[1] == reason


def test_the_first_reason_that_fits_is_given(context):
    """All hold at the start; one after the other is taken away."""
    opened, placement = world(trainer_address="t@company.example", planned_end_on=dt.date(2027, 3, 1))
    seat = builders.seat(placement)
    opened.mails_per_trainer = 1
    other = builders.row(trainer_address="t@company.example")
    builders.load(other)
    builders.send_batch(opened)
    (seat_mail,) = db.session.scalars(sa.select(Message))
    builders.load(dataclasses.replace(other, status="Voorlopig"))
    db.session.execute(
        sa.insert(planner.announcements.Announcement),
        {"invitation_id": seat.id, "version": seat.version, "step": "invite", "message_id": seat_mail.id},
    )
    trainer = placement.trainer
    seat.desk_withdrew_at, placement.status, opened.closed_at = LONG_AGO, "Afgemeld", LONG_AGO
    trainer.bounced_at, trainer.address = LONG_AGO, None
    opt_outs.opt_out(trainer.address_hash)

    def mend(**changes) -> None:
        for name, value in changes.items():
            owner = next(thing for thing in (seat, placement, opened, trainer) if hasattr(thing, name))
            setattr(owner, name, value)
        db.session.commit()

    def announced_no_more() -> None:
        db.session.execute(sa.delete(planner.announcements.Announcement))

    steps = {
        "withdrawn": lambda: mend(desk_withdrew_at=None),
        "status": lambda: mend(status="Definitief"),
        "closed": lambda: mend(closed_at=None),
        "already_invited": announced_no_more,
        "not_due": lambda: mend(planned_end_on=dt.date(2026, 11, 30)),
        "opted_out": lambda: db.session.execute(sa.delete(planner.facts.OptOut)),
        "bounced": lambda: mend(bounced_at=None),
        "no_address": lambda: mend(address="t@company.example"),
        "over_cap": lambda: mend(mails_per_trainer=None),
    }
    given = []
    for take_away in steps.values():
        db.session.commit()
        given.append(decided(opened, placement)[1])
        take_away()
    assert tuple(given) == tuple(steps) == planner.REASONS
    assert decided(opened, placement)[1] is None


def test_an_opted_out_student_is_left_alone_by_either_route(context):
    builders.sharing_school()
    opened, placement = world(**STUDENT)
    opt_outs.opt_out(address_hash("S1@school.example"))
    assert decided(opened, placement) == (None, "opted_out")
    assert decided(opened, placement, "trainer") == (placement.trainer_id, None)


@pytest.mark.parametrize(("day", "reason"), [("2026-11-15", "not_due"), ("2026-11-16", None)])
def test_a_seat_is_due_from_its_date_on(context, day, reason):
    opened, placement = world(planned_end_on=dt.date(2026, 11, 30))
    assert decided(opened, placement, day=dt.date.fromisoformat(day))[1] == reason


def test_due_days_are_the_rounds_own(context):
    (placement,) = builders.load(builders.row(planned_end_on=dt.date(2027, 3, 1)))
    assert decided(builders.open_round(due_days=98), placement)[1] is None


def test_an_end_long_past_is_still_due(context):
    opened, placement = world(planned_end_on=dt.date(2026, 9, 1))
    assert decided(opened, placement)[1] is None


def test_students_due_within_two_weeks_go_along_with_one_who_is_due(context):
    ends = [TODAY + dt.timedelta(days=days) for days in (14, 28, 29)]
    rows = [builders.row(trainer_address="t@company.example", planned_end_on=end) for end in ends]
    due, soon, later = builders.load(*rows)
    opened = builders.open_round()
    assert [decided(opened, placement)[1] for placement in (due, soon, later)] == [None, None, "not_due"]


def test_nobody_goes_along_when_none_is_due(context):
    opened, placement = world(planned_end_on=TODAY + dt.timedelta(days=15))
    assert decided(opened, placement)[1] == "not_due"


def test_nobody_goes_along_with_one_already_invited(context):
    due, soon = builders.load(
        builders.row(trainer_address="t@company.example"),
        builders.row(trainer_address="t@company.example", planned_end_on=TODAY + dt.timedelta(days=29)),
    )
    opened = builders.open_round()
    builders.send_batch(opened)
    day = TODAY + dt.timedelta(days=2)
    assert decided(opened, due, day=day)[1] == "already_invited"
    assert decided(opened, soon, day=day)[1] == "not_due"


def test_a_directly_mailed_student_goes_along_with_nobody(context):
    builders.sharing_school()
    later = {"planned_end_on": TODAY + dt.timedelta(days=20), "trainer_address": "t@company.example"}
    _due, soon = builders.load(builders.row(trainer_address="t@company.example"), builders.row(**STUDENT, **later))
    opened = builders.open_round()
    assert decided(opened, soon) == (None, "not_due")
    assert decided(opened, soon, "trainer") == (soon.trainer_id, None)


def test_an_opt_out_dropped_at_sending_stays_an_opt_out(mailing_app, context):
    opened, placement = world()
    builders.send_batch(opened)
    opt_outs.opt_out(placement.trainer.address_hash)
    db.session.commit()
    assert builders.deliver()["dropped"] == 1
    assert decided(opened, placement)[1] == "opted_out"


def test_the_cap_counts_the_mails_of_four_weeks(context):
    opened, placement = world(planned_end_on=dt.date(2027, 2, 20))
    opened.mails_per_trainer = 1
    builders.set_clock("2027-01-10")
    builders.load(builders.row(trainer_address=placement.trainer.address, planned_end_on=dt.date(2027, 1, 11)))
    builders.send_batch(opened)
    assert decided(opened, placement, day=dt.date(2027, 2, 6))[1] == "over_cap"
    assert decided(opened, placement, day=dt.date(2027, 2, 7))[1] is None


def test_a_failed_mail_does_not_count_for_the_cap(context):
    opened, placement = world()
    opened.mails_per_trainer = 1
    builders.send_batch(opened)
    db.session.execute(sa.update(Message).values(status="failed"))
    assert decided(opened, placement)[1] is None


def test_a_dropped_mail_does_not_count_for_the_cap(context):
    opened, placement = world()
    opened.mails_per_trainer = 1
    batch = builders.send_batch(opened)
    assert builders.cancel(batch) == 1
    assert decided(opened, placement)[1] is None


def test_a_proposal_keeps_what_it_saw(context):
    builders.sharing_school()
    builders.load(builders.row(**STUDENT), builders.row(), builders.row(status="Voorlopig"))
    batch = planner.propose(builders.open_round())
    assert (batch.seats, batch.trainers, batch.students_direct) == (4, 2, 1)
    assert batch.left_out == dict.fromkeys(planner.REASONS, 0) | {"status": 2}
    assert len(db.session.scalars(sa.select(BatchSeat)).all()) == 4


def test_a_proposal_can_be_made_for_another_day(context):
    opened, _placement = world(planned_end_on=dt.date(2027, 3, 1))
    assert planner.propose(opened).seats == 0
    batch = planner.propose(opened, dt.date(2027, 2, 15))
    assert (batch.seats, batch.proposed_for) == (2, dt.date(2027, 2, 15))


def test_a_proposal_holds_only_seats_of_its_round(context):
    world()
    assert planner.propose(builders.open_over("Next", dt.date(2027, 8, 1), dt.date(2027, 9, 1))).seats == 0


def test_a_withdrawn_placement_is_left_out(context):
    opened, placement = world()
    loading.withdraw_gone(SCHOOL, Summary())
    assert decided(opened, placement)[1] == "withdrawn"


@pytest.mark.parametrize("status", [MailStatus.DROPPED, MailStatus.FAILED, MailStatus.BOUNCED])
def test_a_mail_that_came_to_nothing_announces_nothing(context, status):
    opened, placement = world()
    builders.send_batch(opened)
    db.session.execute(sa.update(Message).values(status=status))
    assert decided(opened, placement)[1] is None


@pytest.mark.parametrize("status", [MailStatus.HELD, MailStatus.SENDING, MailStatus.UNCERTAIN])
def test_a_mail_that_may_yet_arrive_announces(context, status):
    opened, placement = world()
    builders.send_batch(opened)
    db.session.execute(sa.update(Message).values(status=status))
    assert decided(opened, placement)[1] == "already_invited"
