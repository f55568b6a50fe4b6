"""`kill -9` of the worker in the middle of 2,000 mails: nothing lost, no mail twice, few uncertain."""

import subprocess
import time
from collections import Counter

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.mailing.models import Message
from tests import builders
from tests.worker.processes import environment, run_until_idle, start

pytestmark = pytest.mark.slow
MAILS = 2000
CONNECTIONS = 2
KILLED_AT = (300, 1000)


@pytest.fixture
def two_thousand_mails(context):
    """A batch to as many trainers, queued."""
    opened = builders.open_round()
    for start_at in range(0, MAILS, 1000):
        numbers = range(start_at, start_at + 1000)
        builders.load(*[builders.row(trainer_address=f"{n}.trainer@x.example") for n in numbers])
    builders.send_batch(opened)
    db.session.rollback()


def kill_in_the_middle(environ: dict[str, str], workers: int, arrived, n: int) -> None:
    """Let workers send until `n` mails arrived, then kill them all at once."""
    processes = [start(environ, "--json") for _ in range(workers)]
    until = time.monotonic() + 60
    while arrived() < n and time.monotonic() < until:
        time.sleep(0.01)
    assert all(process.poll() is None for process in processes), "a worker ended by itself"
    for process in processes:
        process.kill()
    for process in processes:
        process.communicate()


def finish(environ: dict[str, str], workers: int) -> None:
    """Let workers send the rest."""
    others: list[subprocess.Popen] = [start(environ, "--until-idle", "--json") for _ in range(workers - 1)]
    run_until_idle(environ)
    for process in others:
        process.communicate(timeout=60)


def counts() -> Counter:
    by_status = sa.select(Message.status, sa.func.count()).group_by(Message.status)
    found = Counter({row[0]: row[1] for row in db.session.execute(by_status)})
    db.session.rollback()
    return found


def test_a_killed_worker_loses_nothing_and_sends_nothing_twice(two_thousand_mails, mail_server, database_url, tmp_path):
    workers = 1 if database_url.startswith("sqlite") else 2
    set_up = {"BPV_LEASE_SECONDS": 2, "MAIL_CONNECTIONS": CONNECTIONS, "DATA_DIR": tmp_path / "data"}
    environ = environment(database_url, mail_server, **set_up)
    for n in KILLED_AT:
        kill_in_the_middle(environ, workers, lambda: len(mail_server.mails), n)
    finish(environ, workers)
    found = counts()
    assert set(found) <= {"sent", "uncertain"}
    assert found.total() == MAILS
    assert found["uncertain"] <= len(KILLED_AT) * workers * CONNECTIONS
    arrived = Counter(message_id(mail.content) for mail in mail_server.mails)
    assert max(arrived.values()) == 1
    assert found["sent"] <= len(arrived) <= MAILS


def message_id(content: bytes) -> bytes:
    """Return a mail's Message-ID without parsing the whole of it."""
    (line,) = [line for line in content.split(b"\r\n\r\n")[0].split(b"\r\n") if line.lower().startswith(b"message-id:")]
    return line
