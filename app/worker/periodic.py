"""Work that is done once per period, by whichever worker is first: the row's key decides."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa
import structlog

from app import clock, rate_limits
from app.database import Unavailable, insert_into
from app.extensions import db
from app.privacy import erasing
from app.responses import shuffling
from app.results import editions, files, withdrawing
from app.worker.models import PeriodicRun

log = structlog.get_logger()


@dataclass(frozen=True)
class Task:
    """A named task and its period: so many characters of a moment as 2026-11-23T14:05 name one.

    `run` returns how many rows it touched, or yields them piece by piece, and each piece is committed.
    """

    name: str
    run: Callable[[], int | Iterator[int]]
    period: int


DAILY = len("2026-11-23")
HOURLY = len("2026-11-23T14")
TASKS = (
    Task("shuffle_responses", shuffling.shuffle_open_rounds, DAILY),
    Task("make_editions", editions.make_due, DAILY),
    Task("take_withdrawn_out_of_editions", withdrawing.take_out, HOURLY),  # before the log is emptied, as the last does
    Task("forget_files_of_editions", files.forget_gone, HOURLY),
    Task("erase_what_is_due", erasing.hourly, HOURLY),
    Task("erase_rate_counters", rate_limits.erase_expired, HOURLY),
)
unfinished: set[tuple[str, str]] = set()


def run_due(moment: dt.datetime | None = None) -> list[str]:
    """Run each task whose period nobody took yet, and commit each; returns the names of those that ran through.

    Raises Unavailable.
    """
    _free_periods()
    moment = (moment or clock.machine_now()).astimezone(clock.AMSTERDAM)
    return [task.name for task in TASKS if _run_or_leave(task, moment.isoformat()[: task.period])]


def _run_or_leave(task: Task, period: str) -> bool:
    try:
        return _run_once(task, period)
    except Unavailable:  # the database's fault: the worker pauses, and tries again
        raise
    except Exception:  # it must stop neither the other tasks nor the mail; its period stays free for another try
        db.session.rollback()
        log.exception("periodic work failed", task=task.name, period=period)
        return False


def _run_once(task: Task, period: str) -> bool:
    row = insert_into(PeriodicRun).values(name=task.name, period=period, started_at=clock.machine_now())
    row = row.on_conflict_do_nothing().returning(PeriodicRun.name)  # psycopg counts the rows of an INSERT as -1
    taken = db.session.scalar(row) is not None
    if taken:
        n = _run(task, period)
        log.info("periodic", task=task.name, period=period, rows=n)
    db.session.commit()
    return taken


def _run(task: Task, period: str) -> int:
    """Run a task piece by piece; one that fails after its first piece leaves its period free as well."""
    try:
        return _in_pieces(task.run())
    except Exception:
        db.session.rollback()
        unfinished.add((task.name, period))
        _free_periods()
        raise


def _free_periods() -> None:
    """Free the periods of what failed halfway; where the database was away at that moment, as soon as it is back."""
    if unfinished:
        keys = sa.tuple_(PeriodicRun.name, PeriodicRun.period)
        db.session.execute(sa.delete(PeriodicRun).where(keys.in_(unfinished)))
        db.session.commit()
        unfinished.clear()


def _in_pieces(done: int | Iterator[int]) -> int:
    if isinstance(done, int):
        return done
    n = 0
    for piece in done:
        db.session.commit()
        n += piece
    return n
