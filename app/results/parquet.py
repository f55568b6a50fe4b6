"""Parquet files: writing rows to one, and asking questions of some. DuckDB does both."""

import csv
import hashlib
import os
import tempfile
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb


@dataclass(frozen=True)
class Written:
    """A Parquet file, and how many rows are in it."""

    content: bytes
    rows: int

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


# Per process; what needs more memory goes through a temporary file.
SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "memory_limit": "256MB",
    "threads": 2,
    "temp_directory": str(Path(tempfile.gettempdir(), "bpv-duckdb")),
}
ROW_GROUP = 8192  # rows that are read together, or passed over where none of them is asked for
_local = threading.local()
_opening = threading.Lock()


def written(types: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> Written:
    """Return a Parquet file of rows; `types` are its columns, with their types in SQL, in the order of a row's values.

    The rows go through a file, since DuckDB reads a file of 100,000 rows faster than it takes one row.
    """
    with tempfile.TemporaryDirectory(prefix="bpv-edition-") as folder:
        source = Path(folder, "rows.csv")
        with source.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerows(rows)
        read = f"read_csv(?, auto_detect=false, header=false, delim=',', quote='\"', columns={dict(types)!r})"
        return _copied(f"SELECT * FROM {read}", source)  # noqa: S608


def derived(sql: str, content: bytes) -> Written:
    """Return the Parquet file of what `sql` finds in another one, `content`; its placeholder is where that lies."""
    with tempfile.TemporaryDirectory(prefix="bpv-edition-") as folder:
        source = Path(folder, "rows.parquet")
        source.write_bytes(content)
        return _copied(sql, source)


def digest_of(digests: Mapping[str, str]) -> str:
    """Return one digest of several files, of which each is given by name."""
    return hashlib.sha256("".join(digests[name] for name in sorted(digests)).encode()).hexdigest()


def _copied(sql: str, source: Path) -> Written:
    target = source.with_name("copied.parquet")
    options = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP}"
    [(n,)] = ask(f"COPY ({sql}) TO '{target}' ({options})", [str(source)])
    return Written(target.read_bytes(), n)


def ask(sql: str, values: Sequence[Any] = ()) -> list[tuple]:
    """Return the rows that answer a question in SQL; each thread has a cursor of its own."""
    return _cursor().execute(sql, list(values)).fetchall()


def _cursor() -> duckdb.DuckDBPyConnection:
    if getattr(_local, "process", None) != os.getpid():
        _local.cursor, _local.process = _database(os.getpid()).cursor(), os.getpid()
    return _local.cursor


def _database(process: int) -> duckdb.DuckDBPyConnection:
    """Return this process's database; one opened before a fork has lost its threads and would wait for ever."""
    with _opening:
        if process not in _databases:
            _databases[process] = duckdb.connect(":memory:", config=SETTINGS)
        return _databases[process]


_databases: dict[int, duckdb.DuckDBPyConnection] = {}
