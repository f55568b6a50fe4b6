"""The legal moves, one by one; every other move is refused."""

import itertools

import pytest

from app.mailing.states import ENDS, sources
from app.mailing.states import MailStatus as S

LEGAL = {
    (S.QUEUED, S.CLAIMED): "a worker takes it",
    (S.QUEUED, S.HELD): "its run is paused",
    (S.QUEUED, S.DROPPED): "it is no longer wanted",
    (S.CLAIMED, S.SENDING): "the connection is ready",
    (S.CLAIMED, S.QUEUED): "the lease ran out",
    (S.CLAIMED, S.HELD): "its run is paused",
    (S.CLAIMED, S.DROPPED): "it is no longer wanted",
    (S.SENDING, S.SENT): "the server accepts it",
    (S.SENDING, S.QUEUED): "the server asks to come back",
    (S.SENDING, S.FAILED): "the server refuses it",
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
    assert not ENDS & set(sources(S.CLAIMED))
