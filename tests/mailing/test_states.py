"""The legal moves, one by one; every other move is refused."""

import itertools

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.mailing import outbox
from app.mailing.models import Message
from app.mailing.states import MailStatus as S
from app.mailing.states import sources
from tests.mailing.notes import put, queue_one, status_of

LEGAL = {
    (S.QUEUED, S.CLAIMED): "a worker takes it",
    (S.QUEUED, S.HELD): "its run is paused",
    (S.QUEUED, S.DROPPED): "it is no longer wanted",
    (S.CLAIMED, S.SENDING): "the connection is ready",
    (S.CLAIMED, S.QUEUED): "the lease ran out",
    (S.CLAIMED, S.HELD): "its run is paused",
    (S.CLAIMED, S.DROPPED): "it is no longer wanted",
    (S.SENDING, S.SENT): "the server accepts it",
    (S.SENDING, S.QUEUED): "the server asks to come back, or refuses us",
    (S.SENDING, S.FAILED): "there is no such address, or the server refused us for a day",
    (S.SENDING, S.UNCERTAIN): "the server falls silent",
    (S.HELD, S.QUEUED): "its run is resumed",
    (S.HELD, S.DROPPED): "its run is cancelled",
    (S.UNCERTAIN, S.QUEUED): "a person has it sent again",
    (S.UNCERTAIN, S.SENT): "a person saw it arrive",
    (S.UNCERTAIN, S.BOUNCED): "a bounce comes back",
    (S.FAILED, S.QUEUED): "the address is corrected",
    (S.SENT, S.BOUNCED): "a bounce comes back",
}
OTHERS = sorted(set(itertools.product(S, S)) - set(LEGAL))


@pytest.mark.parametrize(("before", "after"), LEGAL, ids=[f"{a}-{b}: {why}" for (a, b), why in LEGAL.items()])
def test_a_legal_move_is_allowed(before, after):
    assert before in sources(after)


@pytest.mark.parametrize(("before", "after"), OTHERS, ids=[f"{a}-{b}" for a, b in OTHERS])
def test_any_other_move_is_refused(before, after):
    assert before not in sources(after)


def test_what_was_sent_or_dropped_never_goes_again():
    assert not {S.SENT, S.DROPPED, S.BOUNCED} & set(sources(S.QUEUED))


def test_from_an_end_no_worker_takes_a_message():
    assert sources(S.CLAIMED) == [S.QUEUED]


@pytest.mark.parametrize("before", S)
def test_no_forbidden_move_is_made_in_the_database(context, before):
    message_id = queue_one(run_id=1)
    tried = set()
    for after, act in itertools.product(S, ACTS):
        if (before, after) in LEGAL or after not in act(message_id, before, after):
            continue
        tried.add(after)
        assert status_of(message_id) == before
    assert tried == {after for after in S if (before, after) not in LEGAL and after is not S.BOUNCED}


def by_its_sender(message_id, before, after):
    if after in (S.CLAIMED, S.HELD, S.BOUNCED):
        return set()
    put(message_id, status=before, claimed_by="me")
    message = db.session.scalars(sa.select(Message).where(Message.id == message_id)).one()
    if after is S.SENDING:
        outbox.start_sending(message_id, "me")
    elif after is S.QUEUED:
        outbox.put_off(message, "me", "server_later")
        outbox.give_back([message_id], "me")
    else:
        outbox.finish(message_id, "me", after)
    db.session.commit()
    return {after}


def by_others(message_id, before, after):
    put(message_id, status=before)
    acts = {
        S.CLAIMED: lambda: outbox.claim(1, "other"),
        S.HELD: lambda: outbox.hold(1),
        S.QUEUED: lambda: (outbox.settle(message_id, S.QUEUED), outbox.resume(1)),
        S.SENT: lambda: outbox.settle(message_id, S.SENT),
        S.DROPPED: lambda: outbox.drop(1, "cancelled"),
    }
    acts.get(after, lambda: None)()
    db.session.commit()
    return set(acts)


ACTS = (by_its_sender, by_others)
