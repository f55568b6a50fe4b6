"""Counting for screens: small rounds at once, large ones by the worker."""

import threading
from dataclasses import astuple

import pytest

from app.extensions import db
from app.invitations import counting
from app.invitations.models import Round
from app.worker import jobs
from tests import builders


def work() -> bool:
    return jobs.work(threading.Event())


@pytest.fixture
def large(context, monkeypatch):
    """A round of four seats, which here is a large one."""
    monkeypatch.setattr(counting, "LARGE", 4)
    builders.load(builders.row(), builders.row())
    return builders.open_round().id


def due(round_id: int) -> int:
    return counting.latest(db.session.get_one(Round, round_id))[0]["all"]["trainer"]["due"]


def test_a_large_round_shows_what_the_worker_counted_last(large):
    assert due(large) == 2
    assert work()
    builders.load(builders.row())
    assert due(large) == 2
    db.session.get_one(Round, large).counted_at -= counting.FRESH + counting.FRESH
    db.session.commit()
    assert work()
    assert due(large) == 3


def test_what_agreements_cover_is_counted_along(large):
    builders.sharing_school()
    assert work()
    builders.load(builders.row())
    measured = db.session.get_one(Round, large)
    assert [astuple(cover) for cover in counting.covers(measured)[0].values()] == [(2, 2, 0, 0)]
    assert counting.covers(measured, {builders.OTHER_SCHOOL})[0] == {}


def test_a_large_round_is_not_counted_again_at_once(large):
    assert [work(), work()] == [True, False]


def test_a_small_round_is_counted_when_it_is_looked_at(context):
    builders.load(builders.row())
    round_id = builders.open_round().id
    assert not work()
    builders.load(builders.row())
    assert due(round_id) == 2


def test_counting_keeps_nobody_from_writing(large, monkeypatch):
    counted = counting.all_and_closed

    def count(measured):
        counts = counted(measured)
        with db.engine.begin() as somebody_else:
            somebody_else.exec_driver_sql("UPDATE rounds SET due_days = due_days")
        return counts

    monkeypatch.setattr(counting, "all_and_closed", count)
    assert work()
    db.session.rollback()
    assert db.session.get_one(Round, large).counted
