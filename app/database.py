"""What both databases need: the declarative base, column types, and how each connection is set up."""

import datetime as dt
import secrets
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import Any, ClassVar

import sqlalchemy as sa
from flask import current_app, has_request_context, request
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import DeclarativeBase

PATIENCE = 30  # seconds a writer waits for the others on SQLite
MOST_VERSIONS = 2**31 - 1
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_reads: ContextVar[bool] = ContextVar("reads", default=False)
# What a database raises that is busy, restarts or is away: it may answer again in a moment.
Unavailable = (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.PendingRollbackError)
Json = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class InTurn(sqlite3.Connection):
    """A connection that waits for the other writers of its process in a queue.

    SQLite lets one write at a time and has the others look again ever later; a queue wastes no time between them.
    """

    _turns: ClassVar[dict[str, threading.Lock]] = defaultdict(threading.Lock)

    def __init__(self, database: str, *args: Any, **options: Any):
        _keep_private(database)
        super().__init__(database, *args, **options)
        self._turn = self._turns[str(database)]
        self._has_turn = False

    def take_turn(self) -> None:
        """Wait to be the only writer of this process, as long as for one of another process."""
        self._has_turn = self._turn.acquire(timeout=PATIENCE)

    def pass_on(self) -> None:
        if self._has_turn:
            self._has_turn = False
            self._turn.release()

    def commit(self) -> None:
        try:
            super().commit()
        finally:
            self.pass_on()

    def rollback(self) -> None:
        try:
            super().rollback()
        finally:
            self.pass_on()

    def close(self) -> None:
        super().close()
        self.pass_on()


class Base(DeclarativeBase):
    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(sa.types.TypeDecorator[dt.datetime]):
    """An aware UTC time; SQLite keeps it without its zone, so it is put back on reading."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True
    python_type = dt.datetime

    def process_bind_param(self, value: dt.datetime | None, dialect: Any) -> dt.datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value and value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Any) -> dt.datetime | None:
        return value.replace(tzinfo=dt.UTC) if value and value.tzinfo is None else value


def engine_options(url: str) -> dict[str, Any]:
    """Return the pool settings: more connections than a process has threads, and a patient SQLite.

    Errors hide the values of a statement, which may be addresses or answers on their way into a log.
    """
    if url.startswith("sqlite"):
        connect_args = {"timeout": PATIENCE, "check_same_thread": False, "factory": InTurn}
        return {"connect_args": connect_args, "pool_size": 32, "hide_parameters": True}
    # Compiling our long statements with many cases takes PostgreSQL ten times as long as running them.
    return {
        "connect_args": {"options": "-c jit=off"},
        "pool_size": 16,
        "max_overflow": 16,
        "pool_pre_ping": True,
        "hide_parameters": True,
    }


def set_up(engine: Engine) -> None:
    """Give the engine what its database needs; call once per engine."""
    if engine.dialect.name == "sqlite":
        if engine.url.database:
            Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
        sa.event.listen(engine, "connect", _set_up_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
    else:
        sa.event.listen(engine, "engine_connect", _read_without_transaction)


def _keep_private(database: str) -> None:
    """Let nobody but its owner read the file, made here when missing; SQLite gives those beside it the same mode.

    One that is there is not opened: closing it would end the locks that this process has on it.
    """
    with suppress(FileExistsError):
        Path(database).touch(0o600, exist_ok=False)
    for file in (Path(f"{database}{end}") for end in ("", "-wal", "-shm")):
        if file.exists() and file.stat().st_mode & 0o077:
            file.chmod(0o600)


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, below
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # an acknowledged answer survives a power cut
        "foreign_keys=ON",
        f"busy_timeout={PATIENCE * 1000:.0f}",
        "secure_delete=ON",  # erased means overwritten
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at once unless this is a reading request.

    A plain BEGIN that later writes fails with "database is locked" as soon as someone else wrote in between.
    """
    if _is_reading():
        connection.exec_driver_sql("BEGIN")
        return
    writer: Any = connection.connection.dbapi_connection
    writer.take_turn()
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    except sa.exc.OperationalError:
        writer.pass_on()
        raise


def _read_without_transaction(connection: Connection) -> None:
    """Let a reading request on PostgreSQL do without BEGIN and ROLLBACK, at the same isolation.

    Each ROLLBACK makes psycopg forget its prepared statements, and planning a page's queries anew costs more than
    running them.
    """
    if _is_reading():
        connection.execution_options(isolation_level="AUTOCOMMIT")


@contextmanager
def reading() -> Iterator[None]:
    """Let the transaction that begins in this block only read, so that on SQLite it keeps nobody waiting."""
    token = _reads.set(True)
    try:
        yield
    finally:
        _reads.reset(token)


@contextmanager
def reading_in_pieces() -> Iterator[None]:
    """Do the same for what is fetched piece by piece, which PostgreSQL does within a transaction only."""
    with reading() if _dialect() == "sqlite" else nullcontext():
        yield


def _is_reading() -> bool:
    return _reads.get() or (has_request_context() and request.method in SAFE_METHODS)


def by_number(model: Any, text: str) -> Any:
    """Return the row whose id `text` writes, or None; a number no column can hold is no error."""
    number = int(text) if text.strip().isdecimal() else 0
    session = current_app.extensions["sqlalchemy"].session
    return session.get(model, number) if 0 < number < 2**31 else None


def insert_into(table: Any) -> Any:
    """Return an INSERT that knows ON CONFLICT, for the database in use."""
    return (postgresql if _dialect() == "postgresql" else sqlite).insert(table)


def _dialect() -> str:
    return current_app.extensions["sqlalchemy"].engine.dialect.name


def new_version() -> int:
    """Return a random number for what a link leads to: after a restore the same id is handed out for something else."""
    return 1 + secrets.randbelow(MOST_VERSIONS)


def new_versions() -> sa.ColumnElement[int]:
    """Return the SQL for such a number, another in each row."""
    whole = sa.cast(sa.func.floor(sa.func.random() * MOST_VERSIONS), sa.Integer)
    return 1 + (whole if _dialect() == "postgresql" else sa.func.abs(sa.func.random() % MOST_VERSIONS))


def changed_rows(statement: Any) -> int:
    """Execute an INSERT, UPDATE or DELETE in the session and return how many rows it touched."""
    return current_app.extensions["sqlalchemy"].session.execute(statement).rowcount
