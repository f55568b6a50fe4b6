"""Periodic work: each period once, however many workers; what failed is tried again."""

import datetime as dt
import threading

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.mailing.models import OptOut
from app.mailing.opt_outs import opt_out
from app.worker import periodic
from app.worker.models import PeriodicRun
from app.worker.periodic import DAILY, HOURLY, Task

pytestmark = pytest.mark.usefixtures("context")
NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


@pytest.fixture
def tasks(monkeypatch):
    """Return a function that makes these the only tasks."""
    return lambda *tasks: monkeypatch.setattr(periodic, "TASKS", tasks)


@pytest.fixture
def runs(tasks):
    """A list that grows with each run of the only task, an hourly one."""
    done: list[int] = []
    tasks(Task("count", lambda: done.append(1) or 1, HOURLY))
    return done


def count(model) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_each_period_is_done_once(runs):
    assert periodic.run_due(NOON) == ["count"]
    assert periodic.run_due(NOON + dt.timedelta(minutes=59)) == []
    assert len(runs) == 1


def test_the_next_period_is_done_again(runs):
    periodic.run_due(NOON)
    assert periodic.run_due(NOON + dt.timedelta(hours=1)) == ["count"]


def test_days_begin_at_midnight_in_amsterdam(tasks):
    tasks(Task("daily", lambda: 0, DAILY))
    assert periodic.run_due(dt.datetime(2026, 11, 23, 22, 59, tzinfo=dt.UTC)) == ["daily"]
    assert periodic.run_due(dt.datetime(2026, 11, 23, 23, 0, tzinfo=dt.UTC)) == ["daily"]
    assert periodic.run_due(dt.datetime(2026, 11, 24, 22, 59, tzinfo=dt.UTC)) == []


def test_of_two_workers_at_the_same_time_one_does_it(app, runs):
    gate = threading.Barrier(2)

    def work() -> None:
        with app.app_context():
            gate.wait()
            periodic.run_due(NOON)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(runs) == 1


def test_a_task_that_failed_is_tried_again_in_the_same_period_and_leaves_nothing_half_done(tasks):
    def fail() -> int:
        opt_out("half done")
        raise RuntimeError("this task fails")

    tasks(Task("shaky", fail, DAILY))
    assert periodic.run_due(NOON) == []
    assert (count(PeriodicRun), count(OptOut)) == (0, 0)
    tasks(Task("shaky", lambda: 0, DAILY))
    assert periodic.run_due(NOON) == ["shaky"]


def test_a_task_that_failed_after_a_piece_is_tried_again_too(tasks):
    def fail_later():
        opt_out("first piece")
        yield 1
        raise RuntimeError("this task fails")

    tasks(Task("shaky", fail_later, DAILY))
    assert periodic.run_due(NOON) == []
    assert (count(PeriodicRun), count(OptOut)) == (0, 1)
    tasks(Task("shaky", lambda: iter([2, 3]), DAILY))
    assert periodic.run_due(NOON) == ["shaky"]


def test_a_task_that_fails_stops_no_other(tasks):
    tasks(Task("bad", lambda: 1 // 0, DAILY), Task("good", lambda: 0, DAILY))
    assert periodic.run_due(NOON) == ["good"]


def test_what_a_task_did_and_that_it_was_done_are_kept_together(tasks):
    tasks(Task("good", lambda: opt_out("done") or 1, DAILY))
    periodic.run_due(NOON)
    db.session.rollback()
    assert (count(PeriodicRun), count(OptOut)) == (1, 1)


def test_the_products_own_tasks_run_through():
    assert periodic.run_due(NOON) == [task.name for task in periodic.TASKS]


def test_task_names_and_periods_fit_their_columns():
    names = [task.name for task in periodic.TASKS]
    assert len(set(names)) == len(names)
    assert max(map(len, names)) <= 40
    assert all(task.period <= min(20, len(NOON.isoformat())) for task in periodic.TASKS)
