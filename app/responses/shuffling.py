"""Rewrites the answers of open rounds together, in random order, once a night; and their counters and first forms.

Rows written in one transaction share its number on PostgreSQL, and so does the seat that was done in it. Until this
has run whoever holds the database files can join the two by it; afterwards background is left, see docs/privacy.md.
"""

import datetime as dt
import secrets
from typing import Any

import sqlalchemy as sa

from app import clock
from app.extensions import db
from app.invitations import rounds
from app.invitations.models import Round
from app.responses.models import CompletionCounter, FirstForm, Response

AFTER_CLOSING = dt.timedelta(days=7)  # the answers of a round's last day are shuffled too, also after a night missed


def shuffle_open_rounds() -> int:
    """Give every answer of the running and just closed rounds a new key and a new place; returns how many."""
    ids = [one.id for one in rounds.everything() if _was_open_lately(one)]
    table: Any = Response.__table__
    # what is deleted is what is written again: an answer that comes in meanwhile is left alone
    taken = sa.delete(table).where(table.c.round_id.in_(ids)).returning(*table.c)
    rows = [dict(row) | {"key": secrets.token_hex(16)} for row in db.session.execute(taken).mappings()]
    secrets.SystemRandom().shuffle(rows)
    if rows:
        db.session.execute(sa.insert(table), rows)
    marks = sa.update(FirstForm).where(FirstForm.round_id.in_(ids))
    db.session.execute(marks.values(mark=FirstForm.mark))
    # the counters last: whoever sends meanwhile waits for them
    counters = sa.update(CompletionCounter).where(CompletionCounter.round_id.in_(ids))
    db.session.execute(counters.values(n=CompletionCounter.n))
    return len(rows)


def _was_open_lately(one: Round) -> bool:
    since = clock.now() - AFTER_CLOSING
    return one.closes_on >= since.date() and (one.closed_at is None or one.closed_at >= since)
