"""The worker: sender threads around mailing's sender, one for long jobs, and the periodic work beside them."""

import fcntl
import secrets
import signal
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import IO, Any

import structlog
from flask import Flask

from app.database import Unavailable
from app.extensions import db
from app.mailing import outbox
from app.mailing.sender import Sender, Tally
from app.mailing.transport import ServerUnavailable
from app.privacy import restoring
from app.worker import jobs, periodic

log = structlog.get_logger()
IDLE_SECONDS = 0.5
JOB_SECONDS = 0.7
LONGEST_PAUSE = 60
TRIES_UNTIL_IDLE = 3
PERIODIC_SECONDS = 20


class SecondWorker(Exception):
    """SQLite serves one worker; another one is running."""


class Worker:
    """N sender threads and one for jobs, one tally, one way to stop them all."""

    def __init__(self, app: Flask, until_idle: bool = False):
        self.app = app
        self.until_idle = until_idle
        self.tally = Tally()
        self.stopping = threading.Event()
        self.trouble: str | None = None

    def run(self) -> None:
        """Send until stopped, or with `until_idle` until nothing is ready and no lease lives."""
        name = secrets.token_hex(4)
        senders = [f"{name}-{number}" for number in range(self.app.config["MAIL_CONNECTIONS"])]
        threads = [threading.Thread(target=self._send, args=(sender,), name=sender) for sender in senders]
        job = partial(jobs.work, self.stopping)
        threads.append(threading.Thread(target=self._do, args=(job, JOB_SECONDS), name=f"{name}-jobs"))
        for thread in threads:
            thread.start()
        if not self.until_idle:
            self._do(self._work_periodically, PERIODIC_SECONDS)
        for thread in threads:
            thread.join()

    def stop(self, *_signal: object) -> None:
        self.stopping.set()

    def _send(self, name: str) -> None:
        with self.app.app_context():
            sender = Sender(name, self.tally, self.stopping)
            try:
                self._repeat(sender.work, self._nothing_left, IDLE_SECONDS / 5 if self.until_idle else IDLE_SECONDS)
            except Exception:  # a thread that dies silently would leave the queue standing
                log.exception("sender stopped")
                self.trouble = "a sender stopped unexpectedly; see the log"
                self.stopping.set()
            finally:
                sender.close()

    def _repeat(self, step: Callable[[], Any], is_done: Callable[[], bool], idle: float) -> None:
        """Take steps until stopped, `idle` seconds after one that found nothing; with `until_idle` until all is done.

        A mail server or a database that is busy, restarts or is away is waited for.
        """
        failures = locked_out = 0
        while not self.stopping.is_set():
            try:
                worked = step()
                if not worked and self.until_idle and is_done():
                    return
            except ServerUnavailable as error:
                failures += 1
                self._pause("mail server unavailable", str(error), failures)
                continue
            except Unavailable as error:
                locked_out += 1
                db.session.remove()
                self._pause("database unavailable", str(getattr(error, "orig", error)), locked_out)
                continue
            locked_out = 0
            if worked:
                failures = 0
            else:
                self.stopping.wait(idle)

    @staticmethod
    def _nothing_left() -> bool:
        done = outbox.nothing_left()
        db.session.rollback()
        return done

    def _pause(self, what: str, error: str, failures: int) -> None:
        """Wait longer after each failure; `until_idle` gives up after a few."""
        log.warning(what, error=error, failures=failures)
        if self.until_idle and failures >= TRIES_UNTIL_IDLE:
            self.trouble = error
            self.stopping.set()
        self.stopping.wait(min(2 ** (failures - 1), LONGEST_PAUSE))

    def _do(self, step: Callable[[], Any], idle: float) -> None:
        with self.app.app_context():
            self._repeat(step, lambda: True, idle)

    def _work_periodically(self) -> list[str]:
        """Write down how far the database is, and do what is due; stop where a backup was put back meanwhile."""
        try:
            restoring.keep()
            db.session.commit()
        except restoring.OlderDatabase as error:
            self.trouble = str(error)
            self.stop()
            return []
        except (restoring.NotReady, OSError) as error:  # a full disk must not stop the mail
            db.session.rollback()
            log.error("epoch not kept", error=str(error))
        return periodic.run_due()


def stop_on_signals(worker: Worker) -> None:
    """Let SIGTERM and SIGINT end the worker after the mail in hand."""
    signal.signal(signal.SIGTERM, worker.stop)
    signal.signal(signal.SIGINT, worker.stop)


def lock_sqlite(app: Flask) -> IO | None:
    """Take the file lock that keeps a second worker off SQLite; PostgreSQL needs none.

    Raises SecondWorker. The lock lives as long as the returned file is open.
    """
    url = db.engine.url
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    file = Path(url.database + ".worker").open("w")  # noqa: SIM115
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.close()
        raise SecondWorker from error
    file.write(str(time.time()))
    return file
