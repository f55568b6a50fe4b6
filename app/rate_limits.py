"""Rate limits counted in the database, so that all processes share them.

Each count is a short transaction of its own, made before the request's: a count inside a request's write transaction
would wait for itself on SQLite, and a rolled back request must still count.
"""

import hashlib
import time
from typing import Any

import sqlalchemy as sa
from flask import Flask
from limits.storage import Storage
from sqlalchemy.orm import Mapped, mapped_column

from app.database import changed_rows, insert_into
from app.extensions import Model, db, limiter


class RateCounter(Model):
    """How often one key was seen in the window that ends at `expires` (Unix seconds)."""

    __tablename__ = "rate_counters"

    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    hits: Mapped[int]
    expires: Mapped[float] = mapped_column(index=True)


class DatabaseStorage(Storage):
    """The storage Flask-Limiter counts in; keys are hashed, since they may hold an address."""

    STORAGE_SCHEME = ["database"]

    @property
    def base_exceptions(self) -> type[Exception]:
        return sa.exc.SQLAlchemyError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        db.session.rollback()  # a limit comes before any write; what was only read must not make this count wait
        now = time.time()
        fresh = RateCounter.expires <= now
        counter = insert_into(RateCounter).values(key=_hashed(key), hits=amount, expires=now + expiry)
        counter = counter.on_conflict_do_update(
            index_elements=["key"],
            set_={
                "hits": sa.case((fresh, amount), else_=RateCounter.hits + amount),
                "expires": sa.case((fresh, now + expiry), else_=RateCounter.expires),
            },
        )
        with db.engine.begin() as connection:
            return connection.execute(counter.returning(RateCounter.hits)).scalar_one()

    def get(self, key: str) -> int:
        return self._column(RateCounter.hits, key) or 0

    def get_expiry(self, key: str) -> float:
        return self._column(RateCounter.expires, key) or time.time()

    def check(self) -> bool:
        return True

    def reset(self) -> int | None:
        with db.engine.begin() as connection:
            return connection.execute(sa.delete(RateCounter)).rowcount or 0

    def clear(self, key: str) -> None:
        with db.engine.begin() as connection:
            connection.execute(sa.delete(RateCounter).where(RateCounter.key == _hashed(key)))

    def _column(self, column: Any, key: str) -> Any:
        wanted = sa.select(column).where(RateCounter.key == _hashed(key), RateCounter.expires > time.time())
        with db.engine.connect() as connection:
            return connection.execute(wanted).scalar()


def count_unknown_link() -> None:
    """Count a personal link that is not ours against its network, which may be a whole school's; too many are a 429."""
    with limiter.shared_limit("300 per hour", scope="unknown links"):
        pass


def erase_expired() -> int:
    """Delete the counters whose window has passed; returns how many."""
    return changed_rows(sa.delete(RateCounter).where(RateCounter.expires <= time.time()))


def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def init_app(app: Flask) -> None:
    """Bind the limiter, whose storage `database://` is known once this module is loaded."""
    limiter.init_app(app)
