"""How far the links of a round got, for screens: a small round is counted now, a large one by the worker."""

import datetime as dt
from collections.abc import Collection, Generator
from typing import Any

import sqlalchemy as sa

from app import clock
from app.database import changed_rows, reading
from app.extensions import db
from app.invitations import coverage, rounds
from app.invitations.coverage import Covers
from app.invitations.models import Invitation, Round
from app.invitations.reach import all_and_closed

FRESH = dt.timedelta(minutes=10)
LARGE = 20_000  # seats; counting so many takes about as long as a page may


def latest(measured: Round) -> tuple[dict[str, Any], dt.datetime]:
    """Return the counts of reach.all_and_closed, and when they were made."""
    if measured.counted and _is_large(measured):
        return measured.counted, dt.datetime.fromisoformat(measured.counted["at"])
    return all_and_closed(measured), clock.machine_now()


def covers(measured: Round, brins: Collection[str] | None = None) -> tuple[Covers, dt.datetime]:
    """Return what agreements cover of a round, of these schools or of all, and when that was counted."""
    if measured.counted and "covers" in measured.counted and _is_large(measured):
        counted_at = dt.datetime.fromisoformat(measured.counted["at"])
        return coverage.covers(measured.counted["covers"], brins), counted_at
    return coverage.of_round(measured, brins), clock.machine_now()


def work() -> Generator[None, None, None]:
    """Count each large round that runs and was not counted lately; a job of the worker, which commits at each yield."""
    for one in rounds.running():
        if _is_large(one) and _claim(one):
            yield
            with reading():
                counted = all_and_closed(one) | {"covers": coverage.count(one)}
            yield
            one.counted = counted | {"at": clock.machine_now().isoformat()}


def _claim(measured: Round) -> bool:
    """Take the counting of a round; of two workers one gets it."""
    now = clock.machine_now()
    lately = sa.or_(Round.counted_at.is_(None), Round.counted_at < now - FRESH)
    return changed_rows(sa.update(Round).where(Round.id == measured.id, lately).values(counted_at=now)) == 1


def _is_large(measured: Round) -> bool:
    some = sa.select(Invitation.id).where(Invitation.round_id == measured.id).limit(LARGE).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(some)) == LARGE
