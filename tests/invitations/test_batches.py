"""Sending a batch: each seat is announced once, whatever overlaps, stops or is cancelled."""

import dataclasses
import datetime as dt

import pytest
import sqlalchemy as sa

from app.accounts.models import AuditEntry
from app.extensions import db
from app.invitations import batches, planner, rounds
from app.invitations.batches import NotSendable
from app.invitations.models import Announcement
from app.mailing.models import Message
from app.mailing.states import MailStatus
from app.placements import loading
from app.placements.loading import Summary
from tests import builders

STUDENT = {"first_name": "Sam", "student_number": "s1", "student_address": "s1@school.example"}
BOUNCING = STUDENT | {"student_address": "unknown550@school.example"}


def send(batch) -> int:
    queued = 0
    for n in batches.send(batch):
        queued += n
        db.session.commit()
    return queued


def propose(opened, day=None):
    batch = planner.propose(opened, day)
    db.session.commit()
    return batch


def announced() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Announcement))


@pytest.fixture
def opened(signed_context):
    """A round with two trainers, the first of whom has two students, one of them with an address."""
    builders.load(
        builders.row(trainer_address="t1@company.example"),
        builders.row(trainer_address="t1@company.example", **STUDENT),
        builders.row(trainer_address="t2@company.example"),
    )
    return builders.open_round()


def test_there_is_one_mail_per_trainer_and_one_per_direct_student(opened):
    assert send(propose(opened)) == 3
    kinds = db.session.scalars(sa.select(Message.kind).order_by(Message.kind)).all()
    assert kinds == ["invite_student", "invite_trainer", "invite_trainer"]
    assert announced() == 6


def test_sending_again_queues_nothing(opened):
    batch = propose(opened)
    assert [send(batch), send(batch)] == [3, 0]


def test_overlapping_batches_announce_each_seat_once(opened):
    first, second = propose(opened), propose(opened)
    assert [send(first), send(second)] == [3, 0]
    assert announced() == 6
    assert batches.counts(second)["queued"] == 0


def test_a_later_student_of_the_same_trainer_gets_an_announcement_of_its_own(opened):
    send(propose(opened))
    builders.load(builders.row(trainer_address="t1@company.example"))
    assert send(propose(opened)) == 1
    assert announced() == 8


def test_an_overlapping_batch_announces_only_what_is_left(opened):
    first = propose(opened)
    builders.load(builders.row(trainer_address="t1@company.example"))
    second = propose(opened)
    assert [send(first), send(second)] == [3, 1]
    assert announced() == 8


def test_a_batch_goes_by_chunks_and_goes_on_where_it_stopped(opened, monkeypatch):
    monkeypatch.setattr(batches, "CHUNK", 1)
    batch = propose(opened)
    begun = batches.send(batch)
    assert [next(begun), next(begun)] == [0, 1]
    db.session.commit()
    begun.close()
    assert send(batch) == 2
    assert announced() == 6


def test_a_chunk_that_was_rolled_back_is_sent_the_next_time(opened):
    batch = propose(opened)
    for _n in batches.send(batch):
        db.session.rollback()
    assert send(batch) == 3


def test_a_closed_round_is_not_sent(opened):
    batch = propose(opened)
    rounds.close_round(opened)
    with pytest.raises(NotSendable) as caught:
        send(batch)
    assert caught.value.fault == "round_closed"
    assert announced() == 0


def test_a_round_past_its_closing_day_is_not_sent(opened):
    batch = propose(opened)
    builders.set_clock("2027-09-01")
    with pytest.raises(NotSendable):
        send(batch)


def test_a_cancelled_batch_is_not_sent(opened):
    batch = propose(opened)
    batches.cancel(batch)
    with pytest.raises(NotSendable) as caught:
        send(batch)
    assert caught.value.fault == "cancelled"


def test_pausing_holds_what_waits_and_resuming_queues_it(opened, mailing_app):
    batch = propose(opened)
    send(batch)
    assert batches.pause(batch) == 3
    db.session.commit()
    assert builders.deliver()["sent"] == 0
    assert batches.resume(batch) == 3
    db.session.commit()
    assert builders.deliver()["sent"] == 3


def test_a_batch_paused_while_it_is_queued_stays_held(opened):
    batch = propose(opened)
    batches.pause(batch)
    send(batch)
    assert batches.counts(batch)["held"] == 3


def test_what_was_cancelled_can_be_proposed_and_sent_again(opened, mailing_app):
    batch = propose(opened)
    send(batch)
    assert batches.cancel(batch) == 3
    again = propose(opened)
    assert again.seats == 6
    assert send(again) == 3
    assert builders.deliver()["sent"] == 3
    assert batches.counts(batch)["dropped"] == 3


def test_cancelling_leaves_what_was_sent(opened, mailing_app):
    batch = propose(opened)
    send(batch)
    builders.deliver()
    assert batches.cancel(batch) == 0
    assert propose(opened).seats == 0


def test_a_held_batch_can_be_cancelled(opened):
    batch = propose(opened)
    send(batch)
    batches.pause(batch)
    assert batches.cancel(batch) == 3
    assert batch.paused_at is None
    assert propose(opened).seats == 6


def test_a_seat_withdrawn_since_the_proposal_is_not_announced(opened):
    batch = propose(opened)
    loading.withdraw_gone(builders.SCHOOL, Summary())
    db.session.commit()
    assert send(batch) == 0


def test_a_trainer_replaced_since_the_proposal_is_not_written_to(context, mailing_app, mail_server):
    row = builders.row(trainer_address="old@company.example")
    builders.load(row)
    opened = builders.open_round()
    batch = propose(opened)
    builders.load(dataclasses.replace(row, trainer_address="new@company.example"))
    send(batch)
    assert builders.deliver()["sent"] == 0
    send(propose(opened))
    builders.deliver()
    assert [mail.recipient for mail in mail_server.mails] == ["new@company.example"]


def test_a_bounced_student_is_announced_again_through_the_trainer(signed_context, mailing_app, mail_server):
    row = builders.row(
        trainer_address="t@company.example", **STUDENT | {"student_address": "unknown550@school.example"}
    )
    (placement,) = builders.load(row)
    opened = builders.open_round()
    send(propose(opened))
    assert builders.deliver()["failed"] == 1
    again = propose(opened)
    assert (again.seats, again.trainers, again.students_direct) == (1, 1, 0)
    send(again)
    builders.deliver()
    db.session.expire_all()
    seat = builders.seat(placement)
    assert (seat.route, seat.invited_at is not None) == ("forwarded", True)
    assert len(mail_server.to("t@company.example")) == 2


def test_a_corrected_address_is_mailed_straight_again(signed_context, mailing_app, mail_server):
    row = builders.row(**BOUNCING)
    builders.load(row)
    opened = builders.open_round()
    send(propose(opened))
    builders.deliver()
    builders.load(dataclasses.replace(row, student_address="good@school.example"))
    assert send(propose(opened)) == 1
    builders.deliver()
    assert len(mail_server.to("good@school.example")) == 1


def test_sending_is_noted_once(opened):
    batch = propose(opened)
    send(batch)
    send(batch)
    sent = sa.select(AuditEntry).where(AuditEntry.action == "batch_sent")
    assert db.session.scalars(sent).one().details == {"batch": batch.id, "seats": 6}


def test_sending_binds_the_questionnaires(opened):
    send(propose(opened))
    assert opened.student_digest


def test_messages_are_bulk_and_wait_for_nothing(opened):
    send(propose(opened))
    message = db.session.scalars(sa.select(Message).limit(1)).one()
    assert message.status == MailStatus.QUEUED
    assert message.not_before <= dt.datetime.now(dt.UTC)
    assert message.priority == 5


def test_batches_are_listed_newest_first(opened):
    first, second = propose(opened), propose(opened)
    assert batches.everything() == batches.everything(opened.id) == [second, first]
