"""The audit log: who did what. Entries are only ever added."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from flask import has_request_context
from flask_login import current_user

from app import clock
from app.accounts.models import AuditEntry, User
from app.extensions import db

NAMED_AT_ONCE = 50  # of many things an entry is about


def record(action: str, brin: str | None = None, **details: Any) -> None:
    """Add an entry for the person of this request, or for the command line; `brin` names the school it concerns.

    `details` hold ids and numbers, never addresses.
    """
    db.session.add(AuditEntry(**_entry(action, brin, details)))


def record_each(action: str, placements: Collection[int], brin: str | None = None) -> None:
    """Add entries that name these placements, so many in each."""
    ids = [str(id_) for id_ in placements]
    for start in range(0, len(ids), NAMED_AT_ONCE):
        record(action, brin, placements=" ".join(ids[start : start + NAMED_AT_ONCE]))


def record_looking(action: str, brin: str | None = None, **details: Any) -> None:
    """Add an entry in a transaction of its own, for a page that only reads; call it before what it shows is read.

    Of a file, call it last: once its bytes are there, and with nothing more to read, so that no entry tells of a file
    that could not be made, and none is given without an entry.
    """
    entry = _entry(action, brin, details)
    db.session.rollback()  # what was read so far must not make this wait
    with db.engine.begin() as connection:
        connection.execute(sa.insert(AuditEntry).values(**entry))


def entries(brin: str | None = None) -> sa.Select:
    """Return a SELECT of the entries, or of those that concern one school, the latest first."""
    wanted = sa.select(AuditEntry).order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    return wanted.where(AuditEntry.brin == brin) if brin else wanted


def is_by() -> sa.ColumnElement[bool]:
    """Return the condition, for a join, that an entry is an account's."""
    return AuditEntry.actor == sa.literal("account ") + sa.cast(User.id, sa.String)


def _entry(action: str, brin: str | None, details: dict[str, Any]) -> dict[str, Any]:
    signed_in = has_request_context() and current_user.is_authenticated
    actor = f"account {current_user.id}" if signed_in else "command"
    plain = {key: value if isinstance(value, int | str | None) else str(value) for key, value in details.items()}
    return {"at": clock.now(), "actor": actor, "action": action, "brin": brin, "details": plain}
