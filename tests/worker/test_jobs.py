"""Jobs: done piece by piece, each kept; what fails stops nothing else."""

import threading

import pytest

from app.extensions import db
from app.mailing.models import OptOut
from app.mailing.opt_outs import opt_out
from app.worker import jobs
from app.worker.loop import Worker

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def only(monkeypatch):
    """Return a function that makes these the only jobs."""
    return lambda *some: monkeypatch.setattr(jobs, "JOBS", some)


def opting_out(*addresses: str):
    """Return a job that opts one address out per piece."""
    left = list(addresses)

    def job():
        while left:
            opt_out(left.pop(0))
            yield

    return job


def kept() -> int:
    return db.session.scalar(db.select(db.func.count(OptOut.address_hash)))


def test_a_job_is_done_piece_by_piece_until_nothing_waits(only):
    only(opting_out("a@x.example", "b@x.example"))
    assert jobs.work(threading.Event())
    assert not jobs.work(threading.Event())
    assert kept() == 2


def test_told_to_stop_it_keeps_the_piece_in_hand_and_leaves_the_rest(only):
    only(opting_out("a@x.example", "b@x.example"))
    stopping = threading.Event()
    stopping.set()
    assert jobs.work(stopping)
    assert kept() == 1


def test_what_failed_leaves_nothing_half_done_and_stops_no_other(only):
    def fail():
        opt_out("a@x.example")
        yield 1 // 0

    only(fail, opting_out("b@x.example"))
    assert jobs.work(threading.Event())
    assert kept() == 1


def test_a_worker_until_idle_does_the_jobs_that_wait(only, mailing_app):
    only(opting_out("a@x.example", "b@x.example"))
    db.session.rollback()
    Worker(mailing_app, until_idle=True).run()
    assert kept() == 2
