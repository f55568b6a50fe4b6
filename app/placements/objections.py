"""Who is not to be asked: what persons said themselves, by objecting or by having themselves erased.

It is kept as keyed hashes of addresses, of student numbers at their school and of placements, apart from seats and
rounds: so it holds before there are any, in each of them, and after they are gone. A student's seat goes by the hash
of its placement, which gets the person's word as soon as an address or number of theirs stands at it, and loses it when
those of somebody else stand there; a trainer's seat goes by that of the trainer's address.
"""

import datetime as dt
import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from app import clock
from app.database import insert_into
from app.extensions import db
from app.placements.models import Objection

LOCK = 1_400_000  # the number of this lock among all advisory ones
Names = Mapping[str, str]  # keyed hashes of a student, by field


def say(hashes: Iterable[str], until: dt.date | None = None) -> None:
    """Remember that who is known by these is not to be asked up to and including `until`, or never again."""
    said = {"word": secrets.token_hex(8), "until": until, "at": clock.now()}
    rows = [{"hash": hashed, **said} for hashed in sorted(set(hashes))]
    if rows:
        db.session.execute(sa.insert(Objection), rows)


def take_back(hashes: Collection[str]) -> None:
    """Forget all that was said by who is known by one of these: they say so themselves."""
    words = set(db.session.scalars(sa.select(Objection.word).where(Objection.hash.in_(hashes))))
    db.session.execute(sa.delete(Objection).where(Objection.word.in_(words)))


def among(hashes: Collection[str]) -> bool:
    """Tell whether one of these is known as someone's who is not to be asked today."""
    known = sa.select(sa.func.count()).where(Objection.hash.in_(hashes), holds_on(clock.today()))
    return bool(db.session.scalar(known))


def hear(named: Mapping[str, Names]) -> None:
    """Let what persons said hold for placements that name them, and no more for those that name somebody else by now.

    `named` are the hashes of the student by field, per hash of the placement. A field that is not named any more says
    nothing: the school may just not share it.
    """
    hashes = {hashed for names in named.values() for hashed in names.values()}
    wanted = sa.select(Objection).where(Objection.through.is_(None), Objection.hash.in_(hashes))
    said = defaultdict(list)
    for one in db.session.scalars(wanted):
        said[one.hash].append({"word": one.word, "until": one.until, "at": one.at})
    heard = sa.select(Objection).where(Objection.through.is_not(None), Objection.hash.in_(named))
    for one in db.session.scalars(heard).all():
        other = named[one.hash].get(one.through or "")
        if other and one.word not in [word["word"] for word in said[other]]:
            db.session.delete(one)
    rows = [
        {"hash": place, "through": field, **word}
        for place, names in named.items()
        for field, hashed in names.items()
        for word in said[hashed]
    ]
    if rows:
        db.session.flush()
        db.session.execute(insert_into(Objection).on_conflict_do_nothing(), rows)


def heard_at(places: Collection[str]) -> list[list[str]]:
    """Return hash and word of what these placements got by naming somebody."""
    wanted = sa.select(Objection.hash, Objection.word).where(Objection.through.is_not(None), Objection.hash.in_(places))
    return [list(row) for row in db.session.execute(wanted)]


def unhear(places: Collection[str], before: Collection[Sequence[str]]) -> None:
    """Let these placements forget what they got by naming somebody since they had got what is `before`."""
    since = [row for row in heard_at(places) if row not in [list(one) for one in before]]
    for hashed, word in since:
        db.session.execute(sa.delete(Objection).where(Objection.hash == hashed, Objection.word == word))


def hold(*, to_load: bool = False) -> None:
    """Let no word be said while a file is loaded, nor a file be loaded while one is said; SQLite does it by itself."""
    if db.engine.dialect.name == "postgresql":
        lock = sa.func.pg_advisory_xact_lock_shared if to_load else sa.func.pg_advisory_xact_lock
        db.session.execute(sa.select(lock(LOCK)))


def holds_on(day: Any) -> sa.ColumnElement[bool]:
    """Return the condition that an objection holds on `day`."""
    return sa.or_(Objection.until.is_(None), Objection.until >= day)


def of(hashed: Any, day: Any) -> sa.ColumnElement[bool]:
    """Return the condition that who is known by `hashed`, a column, is not to be asked on `day`."""
    return sa.select(Objection.hash).where(Objection.hash == hashed, holds_on(day)).exists()
