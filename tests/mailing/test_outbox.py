"""Waiting, claiming, leases, pauses and ends, on both databases."""

import datetime as dt
import threading

import pytest
import sqlalchemy as sa

from app import clock
from app.extensions import db
from app.mailing import outbox
from app.mailing.models import Message
from app.mailing.states import MailStatus
from tests.mailing.notes import put, queue, queue_one, status_of, stored

pytestmark = pytest.mark.usefixtures("context")
HOUR = dt.timedelta(hours=1)
RUN = 7


def claim(limit: int = 10, claimant: str = "me") -> list[int]:
    taken = [message.id for message in outbox.claim(limit, claimant)]
    db.session.commit()
    return taken


def sending(claimant: str = "me", **options) -> int:
    """Return a message that `claimant` is handing over."""
    message_id = queue_one(**options)
    claim(claimant=claimant)
    assert outbox.start_sending(message_id, claimant)
    db.session.commit()
    return message_id


def expire(message_id: int) -> None:
    put(message_id, lease_until=clock.machine_now() - HOUR)


def sweep() -> int:
    lost = outbox.sweep()
    db.session.commit()
    return lost


# Claiming


def test_urgent_mail_goes_first_then_the_oldest():
    bulk = queue_one(priority=outbox.BULK)
    first, second = queue("a@x.nl", "b@x.nl")
    assert claim() == [first, second, bulk]


def test_what_waits_longest_goes_first_within_a_priority():
    later, sooner = queue("a@x.nl", "b@x.nl")
    put(sooner, not_before=clock.machine_now() - HOUR)
    assert claim() == [sooner, later]


def test_no_more_are_claimed_than_asked_for():
    first, second, _third = queue("a@x.nl", "b@x.nl", "c@x.nl")
    assert claim(2) == [first, second]


def test_a_future_retry_is_left():
    put(queue_one(), not_before=clock.machine_now() + HOUR)
    assert claim() == []


def test_a_held_message_is_left():
    put(queue_one(), status=MailStatus.HELD)
    assert claim() == []


def test_a_claim_is_leased_for_the_set_time(app):
    app.config["BPV_LEASE_SECONDS"] = 60
    message_id = queue_one()
    before = clock.machine_now()
    claim()
    assert before < stored(message_id).lease_until.replace(tzinfo=dt.UTC) <= clock.machine_now() + HOUR / 60


def test_a_claimed_message_is_not_claimed_again():
    queue_one()
    assert len(claim(claimant="one")) == 1
    assert claim(claimant="other") == []


def test_reading_a_claimed_message_opens_no_transaction():
    queue_one("ada@example.org")
    (message,) = outbox.claim(1, "me")
    db.session.commit()
    assert message.to == "ada@example.org"
    assert not db.session().in_transaction()


def test_claimants_at_the_same_time_share_nothing(app):
    queued = queue(*[f"a{n}@x.nl" for n in range(200)])
    taken: dict[str, list[int]] = {}

    def take_all(name: str) -> None:
        with app.app_context():
            taken[name] = []
            while found := claim(7, name):
                taken[name] += found

    threads = [threading.Thread(target=take_all, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(sum(taken.values(), [])) == queued


# Sending


def test_only_the_claimant_starts_sending():
    message_id = queue_one()
    claim(claimant="me")
    assert not outbox.start_sending(message_id, "someone else")
    assert outbox.start_sending(message_id, "me")


def test_a_lost_claim_does_not_start():
    message_id = queue_one()
    claim()
    expire(message_id)
    sweep()
    assert not outbox.start_sending(message_id, "me")


def test_sending_starts_a_new_lease():
    message_id = queue_one()
    claim()
    expire(message_id)
    outbox.start_sending(message_id, "me")
    db.session.commit()
    assert stored(message_id).lease_until.replace(tzinfo=dt.UTC) > clock.machine_now()


# Leases that run out


def test_an_expired_claim_goes_back_to_the_queue():
    message_id = queue_one()
    claim()
    expire(message_id)
    assert sweep() == 0
    assert claim(claimant="other") == [message_id]


def test_an_expired_sending_becomes_uncertain():
    message_id = sending()
    expire(message_id)
    assert sweep() == 1
    row = stored(message_id)
    assert (row.status, row.reason, row.lease_until) == ("uncertain", "lease_ended", None)


def test_a_living_lease_is_left():
    message_id = sending()
    assert sweep() == 0
    assert status_of(message_id) == MailStatus.SENDING


def test_a_sender_that_outlived_its_lease_still_says_it_was_sent():
    message_id = sending()
    expire(message_id)
    sweep()
    assert outbox.finish(message_id, "me", MailStatus.SENT)
    db.session.commit()
    assert status_of(message_id) == MailStatus.SENT


def test_a_sender_that_outlived_its_lease_can_still_put_off():
    message_id = sending()
    expire(message_id)
    sweep()
    assert outbox.put_off(db.session.get_one(Message, message_id), "me", "server_later")


def test_a_late_sender_does_not_touch_what_another_took_over():
    message_id = sending()
    expire(message_id)
    sweep()
    put(message_id, status=MailStatus.QUEUED)
    claim(claimant="other")
    assert not outbox.finish(message_id, "me", MailStatus.SENT)
    assert status_of(message_id) == MailStatus.CLAIMED


# Pauses


@pytest.mark.parametrize(("attempts", "minutes"), [(0, 1), (1, 5), (2, 15), (3, 60), (4, 120), (5, 240), (40, 240)])
def test_pauses_grow_with_the_attempts(attempts, minutes):
    message_id = sending()
    put(message_id, attempts=attempts)
    before = clock.machine_now()
    assert outbox.put_off(db.session.get_one(Message, message_id), "me", "server_later")
    db.session.commit()
    row = stored(message_id)
    pause = row.not_before.replace(tzinfo=dt.UTC) - before
    assert dt.timedelta(0) <= pause - dt.timedelta(minutes=minutes) < dt.timedelta(seconds=20)
    assert (row.status, row.attempts, row.reason, row.lease_until) == ("queued", attempts + 1, "server_later", None)


# Giving back


def test_given_back_messages_can_be_claimed_at_once_and_count_no_attempt():
    queued = queue("a@x.nl", "b@x.nl")
    claim()
    assert outbox.give_back(queued, "me") == 2
    db.session.commit()
    assert stored(queued[0]).attempts == 0
    assert claim(claimant="other") == queued


def test_giving_back_leaves_what_was_held_meanwhile():
    message_id = queue_one(run_id=RUN)
    claim()
    outbox.hold(RUN)
    assert outbox.give_back([message_id], "me") == 0
    db.session.commit()
    assert status_of(message_id) == MailStatus.HELD


def test_putting_off_leaves_what_was_held_meanwhile():
    message_id = queue_one(run_id=RUN)
    claim()
    outbox.hold(RUN)
    assert not outbox.put_off(db.session.get_one(Message, message_id), "me", "cannot_be_composed")
    db.session.commit()
    assert status_of(message_id) == MailStatus.HELD


# Ends


@pytest.mark.parametrize("end", [MailStatus.SENT, MailStatus.FAILED])
def test_an_end_blanks_a_one_off_address(end):
    message_id = sending(address="one-off@example.org")
    outbox.finish(message_id, "me", end, "why")
    db.session.commit()
    row = stored(message_id)
    assert (row.status, row.to, row.reason, row.lease_until) == (end, None, "why", None)
    assert row.ended_at


def test_what_is_no_longer_wanted_is_dropped_and_its_address_blanked():
    message_id = queue_one()
    claim()
    assert outbox.finish(message_id, "me", MailStatus.DROPPED, "answered")
    db.session.commit()
    assert (stored(message_id).status, stored(message_id).to) == ("dropped", None)


def test_an_uncertain_message_keeps_its_address_since_it_may_be_sent_again():
    message_id = sending(address="one-off@example.org")
    outbox.finish(message_id, "me", MailStatus.UNCERTAIN)
    db.session.commit()
    assert stored(message_id).to == "one-off@example.org"


def test_a_message_ends_once():
    message_id = sending()
    assert outbox.finish(message_id, "me", MailStatus.FAILED)
    assert not outbox.finish(message_id, "me", MailStatus.SENT)


def test_a_message_that_is_not_being_sent_cannot_be_sent():
    message_id = queue_one()
    claim()
    assert not outbox.finish(message_id, "me", MailStatus.SENT)


# Runs


def test_holding_stops_what_no_server_has_seen_and_resuming_lets_it_go():
    in_hand = sending(run_id=RUN)
    claimed = queue_one(run_id=RUN)
    claim()
    waiting, of_another_run = queue_one(run_id=RUN), queue_one(run_id=RUN + 1)
    assert outbox.hold(RUN) == 2
    db.session.commit()
    assert status_of(in_hand) == MailStatus.SENDING
    assert claim() == [of_another_run]
    assert outbox.resume(RUN) == 2
    db.session.commit()
    assert claim() == [claimed, waiting]


def test_dropping_ends_what_no_server_has_seen_and_forgets_its_address():
    in_hand = sending(run_id=RUN)
    waiting, held = queue("a@x.nl", "b@x.nl", run_id=RUN)
    put(held, status=MailStatus.HELD)
    assert outbox.drop(RUN, "cancelled") == 2
    db.session.commit()
    assert status_of(in_hand) == MailStatus.SENDING
    for message_id in (waiting, held):
        row = stored(message_id)
        assert (row.status, row.reason, row.to) == ("dropped", "cancelled", None)


def test_counts_name_every_status():
    sending(run_id=RUN)
    queue_one(run_id=RUN)
    counts = outbox.counts(RUN)
    assert list(counts) == [status.value for status in MailStatus]
    assert {name: n for name, n in counts.items() if n} == {"queued": 1, "sending": 1}


def test_reasons_are_counted_per_status():
    queue("a@x.nl", "b@x.nl", run_id=RUN)
    outbox.drop(RUN, "cancelled")
    db.session.commit()
    assert outbox.reasons(RUN, MailStatus.DROPPED) == {"cancelled": 2}
    assert outbox.reasons(RUN, MailStatus.FAILED) == {}


def test_a_run_has_one_message_of_a_kind_for_a_subject():
    outbox.enqueue("note", 1, run_id=RUN)
    with pytest.raises(sa.exc.IntegrityError):
        outbox.enqueue("note", 1, run_id=RUN)


# Idle


def test_an_empty_outbox_has_nothing_left():
    assert outbox.nothing_left()


@pytest.mark.parametrize("status", [MailStatus.QUEUED, MailStatus.CLAIMED, MailStatus.SENDING])
def test_ready_and_leased_messages_are_left(status):
    put(queue_one(), status=status)
    assert not outbox.nothing_left()


@pytest.mark.parametrize("status", [MailStatus.HELD, MailStatus.SENT, MailStatus.UNCERTAIN, MailStatus.FAILED])
def test_held_and_ended_messages_are_not_waited_for(status):
    put(queue_one(), status=status)
    assert outbox.nothing_left()


def test_a_future_retry_is_not_waited_for():
    put(queue_one(), not_before=clock.machine_now() + HOUR)
    assert outbox.nothing_left()
