"""Who is not to be asked: what persons said themselves, by objecting or by having themselves erased.

It is kept as keyed hashes of addresses, of student numbers at their school and of placements, apart from seats and
rounds: so it holds before there are any, in each of them, and after they are gone. A student's seat goes by the hash
of its placement, which gets the person's word as soon as an address or number of theirs stands at it; a trainer's seat
by that of the trainer's address.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from app import clock
from app.database import insert_into
from app.extensions import db
from app.placements.models import Objection


def say(hashes: Iterable[str], until: dt.date | None = None) -> None:
    """Remember that who is known by these is not to be asked up to and including `until`, or never again."""
    rows = [{"hash": hashed, "until": until, "at": clock.now()} for hashed in sorted(set(hashes))]
    if rows:
        said = insert_into(Objection)
        longer = sa.case(
            (sa.or_(Objection.until.is_(None), said.excluded.until.is_(None)), sa.null()), else_=_later(said)
        )
        db.session.execute(said.on_conflict_do_update(index_elements=["hash"], set_={"until": longer}), rows)


def take_back(hashes: Collection[str]) -> None:
    """Forget that who is known by these was not to be asked: they say so themselves."""
    db.session.execute(sa.delete(Objection).where(Objection.hash.in_(hashes)))


def among(hashes: Collection[str]) -> bool:
    """Tell whether one of these is known as someone's who is not to be asked today."""
    return bool(
        db.session.scalar(sa.select(sa.func.count()).where(Objection.hash.in_(hashes), holds_on(clock.today())))
    )


def spread(known: Mapping[str, Collection[str]]) -> None:
    """Let what persons said hold for placements that name them; `known`: hashes of the student, by the placement's."""
    mentioned = {one for those in known.values() for one in those}
    wanted = sa.select(Objection.hash, Objection.until).where(Objection.hash.in_(mentioned))
    said = {row[0]: row[1] for row in db.session.execute(wanted)}
    for until in set(said.values()):
        say([place for place, those in known.items() if any(said.get(one, ...) == until for one in those)], until)


def holds_on(day: Any) -> sa.ColumnElement[bool]:
    """Return the condition that an objection holds on `day`."""
    return sa.or_(Objection.until.is_(None), Objection.until >= day)


def of(hashed: Any, day: Any) -> sa.ColumnElement[bool]:
    """Return the condition that who is known by `hashed`, a column, is not to be asked on `day`."""
    return sa.select(Objection.hash).where(Objection.hash == hashed, holds_on(day)).exists()


def _later(said: Any) -> Any:
    return sa.case((Objection.until > said.excluded.until, Objection.until), else_=said.excluded.until)
