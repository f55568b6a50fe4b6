"""Ten years of answers to measure results over: the demonstration's, many times as large, on SQLite.

What results are made of can be copied to a PostgreSQL, so that the same question can be asked of its `responses`.
"""

import gc
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade
from psycopg.types.json import Jsonb

import config
from app import create_app
from app.demo.world import ADMIN
from app.extensions import db
from app.results import counting
from bench import crowd, servers
from tests.pages import Visitor

SCALE, QUICK_SCALE = 30.0, 0.3  # of about 20,000 answers
PASSWORD = "bench-of-results-2026"  # of an invented administrator
# What results are made of, without the seats and people that an edition does not need any more.
COPIED = ("regions", "schools", "sectors", "programmes", "users", "rounds", "block_cells", "populations", "responses")
NUMBERED = ("users", "rounds", "increments", "editions")  # whose next rows PostgreSQL has to count on from
MADE = ("increments", "editions", "edition_files", "publications", "history_figures")


@dataclass(frozen=True)
class TenYears:
    """A database with ten years of answers and their editions, and where web processes keep fetched files."""

    url: str
    data: Path

    @property
    def environ(self) -> dict[str, str]:
        return crowd.environment(self.url) | {"DATA_DIR": str(self.data), "BPV_PASSWORD": PASSWORD}

    def app(self) -> Flask:
        return create_app(config.load(os.environ | self.environ))

    def command(self, *arguments: str) -> None:
        """Run a `flask` command of the product."""
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
        subprocess.run(command, cwd=servers.ROOT, env=os.environ | self.environ, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def on_sqlite(scale: float, folder: Path | None) -> Iterator[TenYears]:
    """Yield ten years, built where they are not there yet; a `folder` keeps them for the next run."""
    with tempfile.TemporaryDirectory(prefix="bpv-bench-") as temporary:
        place = folder or Path(temporary)
        built = TenYears(f"sqlite:///{place.resolve()}/ten.sqlite", place.resolve() / "data")
        if not (place / "ten.sqlite").exists():
            built.command("db", "upgrade")
            built.command("demo", "--scale", str(scale), "--json")
        yield built


@contextmanager
def on_postgresql(original: TenYears) -> Iterator[TenYears]:
    """Yield the same on PostgreSQL, as far as results need it."""
    with servers.database("PostgreSQL") as (url, _processes), tempfile.TemporaryDirectory(prefix="bpv-bench-") as data:
        copied = TenYears(url, Path(data))
        target, source = copied.app(), original.app()
        with target.app_context():
            upgrade(directory=str(servers.ROOT / "migrations"))
            db.engine.dispose()
        with source.app_context(), psycopg.connect(url) as connection:
            connection.execute("SET session_replication_role = replica")  # foreign keys: not all tables come along
            connection.execute(f"TRUNCATE {', '.join((*COPIED, *MADE))} CASCADE")
            for name in (*COPIED, *MADE):
                _copy(connection, db.metadata.tables[name])
            for name in NUMBERED:
                last = f"(SELECT coalesce(max(id), 1) FROM {name})"
                connection.execute(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), {last})")
            connection.commit()
            connection.autocommit = True
            connection.execute("VACUUM ANALYZE")
            db.session.rollback()
            db.engine.dispose()
        yield copied


def _copy(connection: psycopg.Connection, table: sa.Table) -> None:
    names = [column.name for column in table.columns]
    wanted = sa.select(table).execution_options(yield_per=5_000)
    with connection.cursor().copy(f"COPY {table.name} ({', '.join(names)}) FROM STDIN") as copy:
        for row in db.session.execute(wanted):
            copy.write_row(_adapted(row))


def _adapted(row: Iterable[Any]) -> list[Any]:
    return [Jsonb(value) if isinstance(value, dict | list) else value for value in row]


def forget_counts() -> None:
    """Forget what this process counted, as when every round has a new edition."""
    for one in vars(counting).values():
        if hasattr(one, "cache_clear"):
            one.cache_clear()


def signed_in(app: Flask) -> Visitor:
    """Return somebody who may see every school and the country, in a process that is begun as a web process is."""
    reader = Visitor(app).sign_in(ADMIN, PASSWORD)
    gc.collect()
    gc.freeze()
    return reader
