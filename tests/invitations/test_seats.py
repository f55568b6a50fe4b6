"""Seats follow their placements through every later file."""

import dataclasses
import datetime as dt

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.invitations import facts, seats
from app.invitations.facts import Refusal
from app.invitations.models import BatchSeat, Event, Invitation
from app.invitations.seats import seats_replaced
from app.mailing import outbox
from app.placements import loading
from app.placements.loading import Summary
from app.placements.models import Trainer
from tests import builders

NEXT_YEAR = dt.date(2027, 10, 1)


def reload(row, **changes) -> None:
    """Load a row again, changed."""
    loading.store([dataclasses.replace(row, **changes)], Summary())
    db.session.commit()


@pytest.fixture
def row(context):
    return builders.row()


@pytest.fixture
def placement(row):
    """A placement in an open round."""
    (placement,) = builders.load(row)
    builders.open_round()
    return placement


@pytest.fixture
def invited(placement, mailing_app):
    """The same, with its trainer's mail accepted."""
    builders.send_batch(builders.seat(placement).round)
    assert builders.deliver()["sent"] == 1
    db.session.expire_all()
    return placement


def seat_count() -> int:
    return db.session.scalar(sa.select(sa.func.count(Invitation.id)))


def kinds(seat: Invitation) -> list[str]:
    return list(db.session.scalars(sa.select(Event.kind).where(Event.invitation_id == seat.id).order_by(Event.id)))


def test_a_placement_loaded_into_an_open_round_gets_two_seats(context):
    opened = builders.open_round()
    (placement,) = builders.load(builders.row())
    assert {builders.seat(placement, role).round_id for role in ("student", "trainer")} == {opened.id}


def test_a_placement_outside_every_round_gets_none(context):
    builders.open_round()
    builders.load(builders.row(planned_end_on=NEXT_YEAR))
    assert seat_count() == 0


def test_a_closed_round_gets_no_new_seats(context):
    builders.open_round().closed_at = dt.datetime.now(dt.UTC)
    builders.load(builders.row())
    assert seat_count() == 0


def test_a_placement_gone_before_its_round_opened_gets_none(row):
    builders.load(row)
    loading.withdraw_gone(row.brin, Summary())
    builders.open_round()
    assert seat_count() == 0


def test_a_moved_end_changes_round_while_nobody_knows(row, placement):
    later = seats_round("Next", NEXT_YEAR)
    reload(row, planned_end_on=NEXT_YEAR)
    assert builders.seat(placement).round_id == builders.seat(placement, "trainer").round_id == later.id


def test_a_moved_end_outside_every_round_takes_the_seats_away(row, placement):
    reload(row, planned_end_on=NEXT_YEAR)
    assert seat_count() == 0


def test_a_moved_end_takes_the_seats_out_of_a_proposal(row, placement):
    seats_round("Next", NEXT_YEAR)
    builders.planner.propose(builders.seat(placement).round)
    db.session.commit()
    reload(row, planned_end_on=NEXT_YEAR)
    assert db.session.scalars(sa.select(BatchSeat)).all() == []


def test_an_announced_seat_keeps_its_round_and_is_never_invited_again(row, invited):
    first = builders.seat(invited).round
    seats_round("Next", NEXT_YEAR)
    reload(row, planned_end_on=NEXT_YEAR)
    assert builders.seat(invited).round_id == first.id
    assert builders.planner.propose(first).seats == 0


def test_a_seat_whose_mail_waits_changes_round_and_gets_no_mail(row, placement, mailing_app, mail_server):
    builders.send_batch(builders.seat(placement).round)
    later = seats_round("Next", NEXT_YEAR)
    reload(row, planned_end_on=NEXT_YEAR)
    assert builders.seat(placement).round_id == later.id
    assert builders.deliver()["dropped"] == 1
    assert mail_server.mails == []


def test_a_seat_whose_mail_is_in_hand_keeps_its_round(row, placement):
    first = builders.seat(placement).round
    builders.send_batch(first)
    outbox.claim(1, "worker")
    db.session.commit()
    reload(row, planned_end_on=NEXT_YEAR)
    assert builders.seat(placement).round_id == first.id


def test_a_seat_whose_mail_was_cancelled_changes_round(row, placement):
    batch = builders.send_batch(builders.seat(placement).round)
    builders.cancel(batch)
    later = seats_round("Next", NEXT_YEAR)
    reload(row, planned_end_on=NEXT_YEAR)
    assert builders.seat(placement).round_id == later.id


def test_a_seat_passed_on_or_opened_keeps_its_round(row, placement):
    builders.seat(placement).passed_on_at = dt.datetime.now(dt.UTC)
    builders.seat(placement, "trainer").opened_at = dt.datetime.now(dt.UTC)
    db.session.commit()
    reload(row, planned_end_on=NEXT_YEAR)
    assert seat_count() == 2


def test_an_end_that_moves_within_the_round_replans_the_seats(row, placement):
    reload(row, planned_end_on=dt.date(2027, 3, 1))
    assert builders.planner.propose(builders.seat(placement).round).left_out["not_due"] == 2


def test_another_trainer_gets_a_new_seat_and_the_student_keeps_theirs(row, invited):
    student, trainer = builders.seat(invited), builders.seat(invited, "trainer")
    versions = student.version, trainer.version
    reload(row, trainer_address="new@company.example")
    assert (trainer.invited_at, trainer.mailed_at) == (None, None)
    assert (student.version == versions[0], trainer.version == versions[1]) == (True, False)
    assert student.invited_at is not None
    assert kinds(trainer) == ["invited", "other_trainer"]


def test_no_two_links_have_the_same_version_by_which_an_id_could_be_taken_for_another(context):
    builders.open_round()
    placements = builders.load(*(builders.row() for _n in range(10)))
    seats.replace([builders.seat(placement).id for placement in placements], "replaced")
    found = [*db.session.scalars(sa.select(Invitation.version)), *db.session.scalars(sa.select(Trainer.version))]
    assert len(set(found)) == len(found) == 30
    assert min(found) > 0
    assert max(found) < 2**31


def test_listeners_hear_which_seats_were_replaced(row, placement):
    heard = []

    def listen(_sender, ids):
        heard.extend(ids)

    with seats_replaced.connected_to(listen):
        reload(row, trainer_address="new@company.example")
    assert heard == [builders.seat(placement, "trainer").id]


def test_a_new_trainer_is_told_of_the_student_as_well(row, invited):
    reload(row, trainer_address="new@company.example")
    batch = builders.send_batch(builders.seat(invited).round)
    assert (batch.seats, batch.trainers, batch.left_out["already_invited"]) == (2, 1, 0)


def test_a_new_trainer_is_not_told_of_who_opened_the_link(row, invited):
    builders.seat(invited).opened_at = dt.datetime.now(dt.UTC)
    reload(row, trainer_address="new@company.example")
    assert builders.send_batch(builders.seat(invited).round).seats == 1


def test_a_part_already_sent_stays_as_it_is(row, placement):
    seat = builders.seat(placement, "trainer")
    seat.sent, version = True, seat.version
    db.session.commit()
    reload(row, trainer_address="new@company.example")
    assert builders.seat(placement, "trainer").version == version


@pytest.mark.parametrize("status", ["Afgemeld", "Afgewezen"])
def test_a_status_refused_after_inviting_withdraws_and_is_given_back(row, invited, status):
    seat = builders.seat(invited)
    reload(row, status=status)
    assert facts.one(seat.id).refusal == Refusal.FILE
    reload(row, status="Definitief")
    assert facts.one(seat.id).may_be_asked


def test_a_status_refused_before_inviting_only_leaves_out(row, placement):
    reload(row, status="Afgemeld")
    assert not facts.one(builders.seat(placement).id).counts
    assert builders.planner.propose(builders.seat(placement).round).left_out["status"] == 2


def test_a_seat_opened_without_an_invitation_is_withdrawn_too(row, placement):
    builders.seat(placement).opened_at = dt.datetime.now(dt.UTC)
    db.session.commit()
    reload(row, status="Afgemeld")
    assert facts.one(builders.seat(placement).id).refusal == Refusal.FILE


def test_a_provisional_status_takes_back_nothing_and_asks_nobody_anew(row, invited):
    builders.load(builders.row(agreement_number="NEW", status="Voorlopig"))
    reload(row, status="Voorlopig")
    assert facts.one(builders.seat(invited).id).may_be_asked
    left_out = builders.planner.propose(builders.seat(invited).round).left_out
    assert left_out["status"] == 4


def test_a_seat_given_back_whose_mail_was_dropped_is_invited_after_all(row, placement, mailing_app):
    opened = builders.seat(placement).round
    builders.send_batch(opened)
    reload(row, status="Afgemeld")
    assert builders.deliver()["dropped"] == 1
    reload(row, status="Definitief")
    assert builders.send_batch(opened).seats == 2
    assert builders.deliver()["sent"] == 1
    db.session.expire_all()
    assert builders.seat(placement).invited_at is not None


def test_events_are_kept_per_seat(placement):
    ids = [builders.seat(placement, role).id for role in ("student", "trainer")]
    seats.record_events(ids, "passed_on", "copy")
    seats.record_events([], "passed_on", "copy")
    assert db.session.execute(sa.select(Event.invitation_id, Event.channel).order_by(Event.id)).all() == [
        (ids[0], "copy"),
        (ids[1], "copy"),
    ]


def seats_round(name: str, day: dt.date):
    opened = builders.open_over(name, day, day + dt.timedelta(days=30))
    db.session.commit()
    return opened
