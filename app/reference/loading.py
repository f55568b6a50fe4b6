"""Loads the reference tables from a folder of four CSV files; what is there is updated, nothing is deleted."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

OWN_FOLDER = Path(__file__).parent / "data"
NAME_LENGTH = 200


class ReferenceFault(Exception):
    """A reference file is missing or lacks a column; the message says which."""


@dataclass(frozen=True)
class Table:
    """One file of the folder: its table, key, the longest key, and the CSV column each table column comes from."""

    name: str
    key: str
    key_length: int
    columns: dict[str, str]


PROGRAMME = ("crebo", "name", "level", "pathways", "dossier", "dossier_name")
TABLES = (
    Table("sectors", "code", 2, {"code": "code", "name": "name"}),
    Table("schools", "brin", 4, {"brin": "brin", "name": "name"}),
    Table("regions", "name", 100, {"name": "name"}),
    Table("programmes", "crebo", 5, {name: name for name in PROGRAMME} | {"sector_code": "sector"}),
)


def load(connection: Connection, folder: Path = OWN_FOLDER) -> dict[str, int]:
    """Write every file of `folder` to its table; returns the rows per table.

    Works from table and column names alone, so that the first migration can call it.
    Raises ReferenceFault before anything is written when a file cannot be used.
    """
    contents = [(table, _read(folder, table)) for table in TABLES]
    _check_sectors(folder, {table.name: rows for table, rows in contents})
    for table, rows in contents:
        _write(connection, table, rows)
    return {table.name: len(rows) for table, rows in contents}


def _read(folder: Path, table: Table) -> list[dict[str, Any]]:
    path = folder / f"{table.name}.csv"
    if not path.is_file():
        raise ReferenceFault(f"{path}: there is no such file; the folder needs {table.name}.csv.")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReferenceFault(f"{path}: this is not UTF-8; save it as CSV in UTF-8.") from error
    reader = csv.DictReader(io.StringIO(text, newline=""))
    lacking = set(table.columns.values()) - set(reader.fieldnames or ())
    if lacking:
        raise ReferenceFault(f"{path}: column {', '.join(sorted(lacking))} is missing.")
    return [_row(table, row, f"{path}, line {reader.line_num}") for row in reader]


def _row(table: Table, row: dict[str, str | None], place: str) -> dict[str, Any]:
    """Return a row under our names; the name and the key must be filled and fit, a level is 1 to 4."""
    values: dict[str, Any] = {ours: (row[theirs] or "").strip() for ours, theirs in table.columns.items()}
    for needed, length in (("name", NAME_LENGTH), (table.key, table.key_length)):
        if not values[needed]:
            raise ReferenceFault(f"{place}: {needed} is empty.")
        if len(values[needed]) > length:
            raise ReferenceFault(f"{place}: {needed} is too long.")
    if "level" in values:
        if values["level"] not in ("1", "2", "3", "4"):
            raise ReferenceFault(f"{place}: level must be 1, 2, 3 or 4.")
        values["level"] = int(values["level"])
    return values


def _check_sectors(folder: Path, rows: dict[str, list[dict[str, Any]]]) -> None:
    known = {row["code"] for row in rows["sectors"]}
    unknown = {row["sector_code"] for row in rows["programmes"]} - known
    if unknown:
        raise ReferenceFault(f"{folder}: sectors.csv lacks {', '.join(sorted(unknown))}, which programmes.csv names.")


def _write(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    target = sa.table(table.name, *(sa.column(name) for name in table.columns))
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(target)
    others = {name: statement.excluded[name] for name in table.columns if name != table.key}
    if others:
        statement = statement.on_conflict_do_update(index_elements=[table.key], set_=others)
    else:
        statement = statement.on_conflict_do_nothing()
    if rows:
        connection.execute(statement, rows)
