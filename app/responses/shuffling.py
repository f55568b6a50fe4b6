"""Rewrites the answers of open rounds together, in random order, once a night.

Rows written in one transaction share its number on PostgreSQL, and so does the seat that was done in it. Until this
has run the two can be joined by whoever holds the database files; afterwards they cannot.
"""

import secrets

import sqlalchemy as sa

from app.extensions import db
from app.invitations import rounds
from app.responses.models import Response


def shuffle_open_rounds() -> int:
    """Give every answer of the running rounds a new key and a new place; returns how many."""
    ids = [one.id for one in rounds.running()]
    table = Response.__table__
    rows = [dict(row) for row in db.session.execute(sa.select(table).where(table.c.round_id.in_(ids))).mappings()]
    secrets.SystemRandom().shuffle(rows)
    for row in rows:
        row["key"] = secrets.token_hex(16)
    db.session.execute(sa.delete(table).where(table.c.round_id.in_(ids)))
    if rows:
        db.session.execute(sa.insert(table), rows)
    return len(rows)
