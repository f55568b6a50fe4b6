"""Writing very many rows: a batch at a time, with statements on tables instead of models."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

import sqlalchemy as sa

from app.extensions import db

Row = dict[str, Any]
T = TypeVar("T")
BATCH = 2000


def batches(many: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """Return the items in lists of at most `size`."""
    rest = iter(many)
    while batch := list(islice(rest, size)):
        yield batch


def insert(model: Any, rows: Iterable[Row]) -> None:
    """Insert rows that all name the same columns."""
    for batch in batches(rows):
        db.session.execute(sa.insert(model.__table__), batch)


def reserve(model: Any, n: int) -> int:
    """Return the first of `n` ids that nobody else gets, `n` being one or more."""
    last = sa.select(sa.func.coalesce(sa.func.max(model.id), 0) + n).scalar_subquery()
    if db.engine.dialect.name == "postgresql":  # where a sequence gives them out
        sequence = sa.func.pg_get_serial_sequence(model.__tablename__, "id")
        last = sa.func.setval(sequence, last)  # type: ignore[assignment]
    return (db.session.scalar(sa.select(last)) or 0) - n + 1
