"""Erasing what is due: a chunk at a time, so that whoever saves a page gets through.

What is due is looked for while others write; the write lock is held for a chunk only, and given up after each.
"""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any

import sqlalchemy as sa

from app.accounts import audit
from app.database import PATIENCE, changed_rows, reading
from app.extensions import db
from app.invitations import freezing
from app.placements.models import Placement, StudentContact
from app.privacy import due, forgetting, terms
from app.privacy.terms import Rule

CHUNK = 1000
TRIES, PAUSE = 20, 0.25  # to empty the write-ahead log while others read
MOMENT = 100  # milliseconds
BREATH = 0.03  # seconds between chunks; whoever waits for SQLite looks again about as often


def count_due() -> dict[str, int]:
    """Return, per table, how many rows would go or lose something today."""
    found: Counter[str] = Counter()
    with reading():
        for rule in terms.RULES:
            counted = sa.select(sa.func.count()).select_from(rule.model).where(rule.due())
            found[rule.table] += db.session.scalar(counted) or 0
    return {table: n for table, n in found.items() if n}


def erase() -> Iterator[Counter[str]]:
    """Erase all that is due; yields, after each chunk, what went so far, per table. The caller commits each.

    Rounds that closed are frozen first, since agreement numbers go once the population is written down.
    """
    erased: Counter[str] = Counter()
    freezing.freeze_closed()
    yield erased
    with reading():
        ended = _schools_without_agreement()
    for rule in terms.RULES:
        with reading():
            found = db.session.scalars(search(rule)).all()
        yield erased  # which ends the reading
        for start in range(0, len(found), CHUNK):
            if n := changed_rows(erasure(rule, found[start : start + CHUNK])):
                erased[rule.table] += n
            yield erased
            time.sleep(BREATH)
    for brin, n in ended.items():
        audit.record("contacts_erased", brin=brin, n=n)
    if erased:
        audit.record("erased", **dict(erased))  # type: ignore[arg-type]
    yield erased


def empty_log() -> None:
    """Empty SQLite's write-ahead log, which holds earlier states of pages; tries for a while when others read.

    The log is waited for only a moment at a time: meanwhile nobody could write.
    """
    if db.engine.dialect.name != "sqlite":
        return
    db.session.rollback()
    with closing(db.engine.raw_connection()) as connection:  # in no transaction, which it would wait for
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={MOMENT}")
        for _try in range(TRIES):
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            if not cursor.fetchone()[0]:  # type: ignore[index]
                break
            time.sleep(PAUSE)
        cursor.execute(f"PRAGMA busy_timeout={PATIENCE * 1000}")


def hourly() -> Iterator[int]:
    """Do this as periodic work, after forgetting again whom a backup brought back; yields the rows of each chunk."""
    forgetting.again()
    yield 0
    before = 0
    for erased in erase():
        yield erased.total() - before
        before = erased.total()
    empty_log()  # also when nothing went: readers may have kept it from being emptied the last time


def search(rule: Rule) -> sa.Select:
    """Return the SELECT of the keys (of several columns, the first) under which rows are due by a rule."""
    return sa.select(_key(rule)).where(rule.due()).distinct()


def erasure(rule: Rule, keys: Sequence[Any]) -> Any:
    """Return the statement that erases what is still due under these keys."""
    how: Any = sa.delete(rule.model) if rule.blank is None else sa.update(rule.model).values(**rule.blank)
    return how.where(_key(rule).in_(keys), rule.due()).execution_options(synchronize_session=False)


def _key(rule: Rule) -> sa.Column:
    return next(iter(rule.model.__table__.primary_key.columns))


def _schools_without_agreement() -> dict[str, int]:
    """Count the students' contacts that go because an agreement is not in force, per school."""
    contacts = sa.select(Placement.brin, sa.func.count()).join(Placement.student)
    contacts = contacts.where(due.no_agreement(), StudentContact.holds())
    return {row[0]: row[1] for row in db.session.execute(contacts.group_by(Placement.brin))}
