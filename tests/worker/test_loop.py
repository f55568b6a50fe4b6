"""The loop around the senders: when it ends, what it says, and the lock that keeps SQLite to one worker."""

import threading

import pytest

from app.extensions import db
from app.mailing import outbox
from app.mailing.sender import Sender
from app.mailing.transport import ServerUnavailable
from app.worker import loop
from app.worker.loop import SecondWorker, Worker, lock_sqlite


def test_until_idle_it_ends_once_nothing_is_left(mailing_app):
    worker = Worker(mailing_app, until_idle=True)
    worker.run()
    assert worker.trouble is None
    assert set(worker.tally.as_dict().values()) == {0}


def test_a_sender_that_breaks_down_ends_the_worker_and_is_said(mailing_app, monkeypatch):
    def break_down(_sender: Sender) -> int:
        raise RuntimeError("the database is gone")

    monkeypatch.setattr(Sender, "work", break_down)
    worker = Worker(mailing_app)
    worker.run()
    assert worker.trouble
    assert worker.stopping.is_set()


def test_other_senders_finding_nothing_does_not_make_the_server_available(mailing_app, monkeypatch):
    """One sender holds the only message while it fails; the others find none. The worker must end all the same."""
    answers = iter([ServerUnavailable("down"), 0, ServerUnavailable("down"), 0, ServerUnavailable("down")])

    def work(_sender: Sender) -> int:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    mailing_app.config["MAIL_CONNECTIONS"] = 1
    monkeypatch.setattr(Sender, "work", work)
    monkeypatch.setattr(loop, "IDLE_SECONDS", 0)
    monkeypatch.setattr(loop, "LONGEST_PAUSE", 0)
    with mailing_app.app_context():
        outbox.enqueue("note", 1)
        db.session.commit()
    worker = Worker(mailing_app, until_idle=True)
    worker.run()
    assert worker.trouble == "down"


def test_stopping_ends_all_senders(mailing_app):
    worker = Worker(mailing_app)
    running = threading.Thread(target=worker.run)
    running.start()
    worker.stop()
    running.join(timeout=20)
    assert not running.is_alive()


def test_only_sqlite_is_locked_and_only_once(context, database_url):
    lock = lock_sqlite(context)
    if not database_url.startswith("sqlite"):
        assert lock is None
        return
    with pytest.raises(SecondWorker):
        lock_sqlite(context)
    lock.close()
    lock_sqlite(context).close()
