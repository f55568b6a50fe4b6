"""A database that is busy or restarts pauses a worker; it never ends it, and no mail goes twice."""

import sqlite3
import threading
from contextlib import closing, contextmanager

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.mailing.opt_outs import opt_out
from app.worker import jobs, loop, periodic
from app.worker.loop import Worker
from app.worker.models import PeriodicRun
from app.worker.periodic import DAILY, Task
from tests.mailing.notes import Notes, queue, status_of
from tests.worker.test_commands import wait_for


@pytest.fixture
def quick(monkeypatch):
    """A worker that looks often and waits briefly."""
    monkeypatch.setattr("app.database.PATIENCE", 0.05)
    for name in ("IDLE_SECONDS", "JOB_SECONDS", "LONGEST_PAUSE", "PERIODIC_SECONDS"):
        monkeypatch.setattr(loop, name, 0.02)


@pytest.fixture
def met_trouble(monkeypatch):
    """The names of the threads whose part had to pause."""
    met: set[str] = set()
    pause = Worker._pause

    def note(worker: Worker, *why) -> None:
        met.add(threading.current_thread().name.rpartition("-")[2])
        pause(worker, *why)

    monkeypatch.setattr(Worker, "_pause", note)
    return met


@pytest.fixture
def worker(mailing_app, quick, monkeypatch):
    """A worker that runs in this process, with a job and a task that write at every step."""

    def job():
        yield opt_out("job@x.example")

    monkeypatch.setattr(jobs, "JOBS", (job,))
    monkeypatch.setattr(periodic, "TASKS", (Task("task", lambda: opt_out("task@x.example") or 0, 0),))
    monkeypatch.setattr(periodic, "_run_once", lambda task, _period: task.run() or db.session.commit())
    with mailing_app.app_context():
        db.engine.dispose()
    running = Worker(mailing_app)
    thread = threading.Thread(target=running.run, name="worker-main")
    thread.start()
    yield running
    running.stop()
    thread.join(timeout=30)
    assert not thread.is_alive()
    assert running.trouble is None


@pytest.fixture
def patient(monkeypatch):
    """Return a function that lets this process wait for SQLite's lock again, the test's own statements, too."""

    def be_patient() -> None:
        monkeypatch.setattr("app.database.PATIENCE", 30)
        if db.engine.dialect.name == "sqlite":
            db.engine.dispose()

    return be_patient


@contextmanager
def out_of_order(app, request):
    """Hold SQLite's write lock, or stop PostgreSQL, for the length of the block."""
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None, timeout=30)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
    else:
        with request.getfixturevalue("postgresql").away():
            yield


def test_every_part_of_a_worker_waits_for_the_database_and_goes_on(
    mailing_app, worker, met_trouble, request, mail_server, patient
):
    with out_of_order(mailing_app, request):
        wait_for(lambda: {"0", "1", "2", "3", "jobs", "main"} <= met_trouble)
    with mailing_app.app_context():
        patient()
        Notes(mailing_app)
        note = queue("ada@example.org")[0]
        wait_for(lambda: status_of(note) == "sent")
    assert len(mail_server.mails) == 1


def test_a_restart_in_the_middle_of_a_batch_sends_nothing_twice(mailing_app, quick, request, mail_server, patient):
    people = [f"p{n}@example.org" for n in range(60)]
    with mailing_app.app_context():
        Notes(mailing_app)
        ids = queue(*people)
        db.session.remove()
        db.engine.dispose()
        worker = Worker(mailing_app)
        thread = threading.Thread(target=worker.run)
        thread.start()
        try:
            wait_for(lambda: len(mail_server.mails) > 5)
            with out_of_order(mailing_app, request):
                pass
            patient()
            wait_for(lambda: {status_of(id_) for id_ in ids} <= {"sent", "claimed", "sending", "uncertain"})
        finally:
            worker.stop()
            thread.join(timeout=30)
        assert worker.trouble is None
        told = [mail.recipient for mail in mail_server.mails]
        assert len(told) == len(set(told))


def test_a_period_of_work_that_broke_off_is_freed_once_the_database_is_back(context, request, monkeypatch):
    def break_off():
        yield opt_out("first piece") or 1
        with out_of_order(context, request):
            db.session.scalar(sa.select(PeriodicRun.name))

    monkeypatch.setattr("app.database.PATIENCE", 0.05)
    db.session.remove()
    db.engine.dispose()
    monkeypatch.setattr(periodic, "TASKS", (Task("broken", break_off, DAILY),))
    with pytest.raises(loop.Unavailable):
        periodic.run_due()
    db.session.remove()
    monkeypatch.setattr(periodic, "TASKS", (Task("broken", lambda: 0, DAILY),))
    assert periodic.run_due() == ["broken"]
