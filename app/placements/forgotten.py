"""Who was erased, as keyed hashes, and which answers were withdrawn: no file brings them back, nor a restored backup.

The hashes stand in the database and in a file of this machine's beside it (DATA_DIR), which a restored backup of the
database does not touch.
"""

import os
from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import current_app

from app import clock
from app.database import insert_into
from app.extensions import db
from app.hashing import address_hash, keyed_hash
from app.placements.checking import CheckedRow
from app.placements.models import Forgotten
from app.placements.values import without_zeros

NO_STUDENT: dict[str, Any] = {"first_name": "", "student_number": "", "student_address": None}
NO_TRAINER: dict[str, Any] = {"trainer_name": "", "trainer_address": None}


def among(hashes: Collection[str]) -> set[str]:
    """Return those of these hashes that were forgotten."""
    return set(db.session.scalars(sa.select(Forgotten.hash).where(Forgotten.hash.in_(hashes))))


def remember(hashes: Iterable[str]) -> None:
    """Keep these hashes for good, in the file first: what cannot be written there is not erased. Raises OSError."""
    fresh = set(hashes)
    if fresh:
        _add_to_file(fresh)
        rows = [{"hash": hashed, "at": clock.now()} for hashed in sorted(fresh)]
        db.session.execute(insert_into(Forgotten).on_conflict_do_nothing(), rows)


def number_hash(brin: str, student_number: str) -> str:
    """Return the keyed hash of a student's number at a school, without the zeros in front, which spreadsheets lose."""
    return keyed_hash("student_number", brin, without_zeros(student_number))


def without(rows: dict[str, CheckedRow]) -> dict[str, CheckedRow]:
    """Return rows, by the hash of their key, without the persons who were forgotten."""
    gone = among({hashed for key, row in rows.items() for hashed in (key, *names_in(row).values(), *_trainer_of(row))})
    return {key: _without(key, row, gone) for key, row in rows.items()} if gone else rows


def in_file() -> set[str]:
    """Return the hashes that this machine's file holds."""
    return set(_file().read_text(encoding="ascii").split()) if _file().exists() else set()


def write_down() -> None:
    """Add to this machine's file what the database knows and the file does not."""
    _add_to_file(set(db.session.scalars(sa.select(Forgotten.hash))))


def _add_to_file(hashes: set[str]) -> None:
    if missing := sorted(hashes - in_file()):
        _file().parent.mkdir(parents=True, exist_ok=True)
        _file().touch(mode=0o600)
        with _file().open("a", encoding="ascii") as file:
            file.write("\n".join(missing) + "\n")
            file.flush()
            os.fsync(file.fileno())


def _file() -> Path:
    return current_app.config["DATA_DIR"] / "forgotten.txt"


def names(brin: str, student_number: str, address: str | None) -> dict[str, str]:
    """Return by what a student is known: the hashes of the number at the school and of the address, by field."""
    number = {"student_number": number_hash(brin, student_number)} if student_number else {}
    return number | ({"address": address_hash(address)} if address else {})


def names_in(row: CheckedRow) -> dict[str, str]:
    """Return by what the student of a row is known."""
    return names(row.brin, row.student_number, row.student_address)


def _trainer_of(row: CheckedRow) -> list[str]:
    return [address_hash(row.trainer_address)] if row.trainer_address else []


def _without(key: str, row: CheckedRow, gone: set[str]) -> CheckedRow:
    if gone.intersection([key, *names_in(row).values()]):
        row = replace(row, **NO_STUDENT)
    return replace(row, **NO_TRAINER) if gone.intersection(_trainer_of(row)) else row
