"""`flask worker` as a process of its own, against a real mail server, on both databases."""

import datetime as dt
import json
import signal
import time

import pytest
import sqlalchemy as sa

from app import clock
from app.extensions import db
from app.mailing import outbox
from app.mailing.models import Message
from app.worker.models import PeriodicRun
from tests.servers.ports import free_port
from tests.worker.processes import run_until_idle, start

COUNTS = {"sent": 0, "failed": 0, "dropped": 0, "uncertain": 0, "deferred": 0}
NOBODY = "another-worker"


def counts(**changed: int) -> dict[str, int]:
    return COUNTS | changed


def states() -> list[str]:
    db.session.rollback()
    found = list(db.session.scalars(sa.select(Message.status).order_by(Message.id)))
    db.session.rollback()
    return found


def put_all(**values) -> None:
    db.session.execute(sa.update(Message.__table__).values(values))
    db.session.commit()


def claim_all(seconds: float) -> list[int]:
    """Claim what is ready as another worker that has `seconds` of its lease left."""
    ids = [message.id for message in outbox.claim(10, NOBODY)]
    put_all(lease_until=clock.machine_now() + dt.timedelta(seconds=seconds))
    return ids


def test_it_sends_what_is_ready_and_prints_one_object(environ, three_trainers, mail_server):
    assert run_until_idle(environ) == counts(sent=3)
    assert len(mail_server.mails) == 3
    assert states() == ["sent"] * 3


def test_again_it_has_nothing_to_do(environ, three_trainers):
    run_until_idle(environ)
    assert run_until_idle(environ) == counts()


def test_it_counts_every_outcome(environ, three_trainers, mail_server):
    mail_server.handler.answer_as = {
        "trainera": "later451",
        "trainerb": "unknown550",
        "trainerc": "silent",
    }
    assert run_until_idle(environ) == counts(failed=1, uncertain=1, deferred=1)


def test_it_waits_for_a_living_lease_and_then_sends_what_its_worker_left(environ, three_trainers):
    claim_all(seconds=4)
    assert run_until_idle(environ) == counts(sent=3)


def test_what_a_dead_worker_was_handing_over_becomes_uncertain(environ, three_trainers, mail_server):
    for message_id in claim_all(seconds=1):
        outbox.start_sending(message_id, NOBODY)
    put_all(lease_until=clock.machine_now() + dt.timedelta(seconds=1))
    assert run_until_idle(environ) == counts(uncertain=3)
    assert not mail_server.mails


def test_it_does_not_wait_for_future_retries(environ, three_trainers):
    put_all(not_before=clock.machine_now() + dt.timedelta(hours=1))
    assert run_until_idle(environ) == counts()


def test_it_leaves_what_is_held(environ, three_trainers):
    outbox.hold(three_trainers)
    db.session.commit()
    assert run_until_idle(environ) == counts()
    assert states() == ["held"] * 3


def test_it_plans_nothing(environ, three_trainers):
    run_until_idle(environ)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(PeriodicRun)) == 0


def test_a_mail_server_that_is_down_is_said_in_words_and_nothing_is_lost(environ, three_trainers):
    process = start(environ | {"MAIL_PORT": str(free_port())}, "--until-idle", "--json")
    out, words = process.communicate(timeout=60)
    assert process.returncode == 1
    assert json.loads(out) == counts()
    assert "cannot be reached" in words
    assert "waits in the outbox" in words
    assert "Traceback" not in words
    assert states() == ["queued"] * 3


def test_no_log_line_holds_an_address_or_a_link(environ, three_trainers):
    process = start(environ, "--until-idle")
    _out, words = process.communicate(timeout=60)
    assert "@company" not in words
    assert "/t/" not in words


@pytest.fixture
def running(environ):
    """A worker that runs until it is told to stop; ended afterwards in any case."""
    process = start(environ, "--json")
    yield process
    process.kill()
    process.communicate()


def wait_for(condition) -> None:
    until = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < until, "waited too long"
        time.sleep(0.05)


def periodic_work_done() -> bool:
    db.session.rollback()
    done = db.session.scalar(sa.select(sa.func.count()).select_from(PeriodicRun))
    db.session.rollback()
    return bool(done)


def test_without_until_idle_it_goes_on_and_does_the_periodic_work(running, three_trainers, mail_server):
    wait_for(lambda: len(mail_server.mails) == 3 and periodic_work_done())
    assert running.poll() is None


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_ends_in_order(running, three_trainers, mail_server, told):
    wait_for(lambda: len(mail_server.mails) == 3 and periodic_work_done())
    running.send_signal(told)
    out, words = running.communicate(timeout=30)
    assert (running.returncode, json.loads(out)) == (0, counts(sent=3)), words


def test_told_to_stop_it_ends_after_the_mail_in_hand(environ, three_trainers, mail_server):
    mail_server.handler.answer_as = {f"trainer{n}": "slow" for n in "abc"}
    process = start(environ | {"MAIL_CONNECTIONS": "1"}, "--json")
    wait_for(lambda: "sending" in states())
    process.send_signal(signal.SIGTERM)
    out, words = process.communicate(timeout=30)
    assert process.returncode == 0, words
    assert json.loads(out) == counts(sent=1)
    assert sorted(states()) == ["queued", "queued", "sent"]
    assert len(mail_server.mails) == 1


def test_a_second_worker_is_refused_on_sqlite_and_welcome_on_postgresql(running, environ, three_trainers):
    wait_for(periodic_work_done)
    second = start(environ, "--until-idle", "--json")
    out, words = second.communicate(timeout=60)
    if environ["DATABASE_URL"].startswith("sqlite"):
        assert (second.returncode, out) == (1, "")
        assert "a worker already runs" in words
        assert "Traceback" not in words
    else:
        assert second.returncode == 0, words


def test_once_the_first_worker_is_gone_the_next_may_start(running, environ, three_trainers):
    wait_for(periodic_work_done)
    running.kill()
    running.communicate()
    assert run_until_idle(environ)["failed"] == 0
