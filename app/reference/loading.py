"""Loads the reference tables from a folder of four CSV files; what is there is updated, nothing is deleted."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

OWN_FOLDER = Path(__file__).parent / "data"


class ReferenceFault(Exception):
    """A reference file is missing or lacks a column; the message says which."""


@dataclass(frozen=True)
class Table:
    """One file of the folder: its table, key, and the CSV column each table column comes from."""

    name: str
    key: str
    columns: dict[str, str]


TABLES = (
    Table("sectors", "code", {"code": "code", "name": "name"}),
    Table("schools", "brin", {"brin": "brin", "name": "name"}),
    Table("regions", "name", {"name": "name"}),
    Table(
        "programmes",
        "crebo",
        {
            "crebo": "crebo",
            "name": "name",
            "level": "level",
            "pathways": "pathways",
            "dossier": "dossier",
            "dossier_name": "dossier_name",
            "sector_code": "sector",
        },
    ),
)


def load(connection: Connection, folder: Path = OWN_FOLDER) -> dict[str, int]:
    """Write every file of `folder` to its table; returns the rows per table.

    Works from table and column names alone, so that the first migration can call it.
    Raises ReferenceFault before anything is written when a file cannot be used.
    """
    contents = [(table, _read(folder, table)) for table in TABLES]
    for table, rows in contents:
        _write(connection, table, rows)
    return {table.name: len(rows) for table, rows in contents}


def _read(folder: Path, table: Table) -> list[dict[str, Any]]:
    path = folder / f"{table.name}.csv"
    if not path.is_file():
        raise ReferenceFault(f"{path}: there is no such file; the folder needs {table.name}.csv.")
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        lacking = set(table.columns.values()) - set(reader.fieldnames or ())
        if lacking:
            raise ReferenceFault(f"{path}: column {', '.join(sorted(lacking))} is missing.")
        return [{ours: row[theirs].strip() for ours, theirs in table.columns.items()} for row in reader]


def _write(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    target = sa.table(table.name, *(sa.column(name) for name in table.columns))
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(target)
    others = {name: statement.excluded[name] for name in table.columns if name != table.key}
    if others:
        statement = statement.on_conflict_do_update(index_elements=[table.key], set_=others)
    else:
        statement = statement.on_conflict_do_nothing()
    for row in rows:
        if "level" in row:
            row["level"] = int(row["level"])
    if rows:
        connection.execute(statement, rows)
