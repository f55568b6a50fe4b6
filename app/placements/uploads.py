"""Uploads by page: between the dry run and the confirmation only the checked rows wait here, for a day."""

import datetime as dt
import json
import zlib
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

import sqlalchemy as sa

from app import clock
from app.agreements import register
from app.database import changed_rows
from app.extensions import db
from app.placements import loading
from app.placements.checking import CheckedRow, Outcome
from app.placements.loading import Summary
from app.placements.models import Upload
from app.placements.reading import ReadSheet

KEPT = dt.timedelta(days=1)
DATES = ("begins_on", "planned_end_on", "actual_end_on")


def check(sheet: ReadSheet, made_by: int) -> tuple[Upload, list[Outcome]]:
    """Check a sheet without storing any of its placements.

    Returns the upload that waits for confirmation, and the refused outcomes, which are shown now and not kept.
    """
    summary = Summary()
    outcomes = list(sheet.outcomes(loading.reference_today()))
    for _n in loading.load(outcomes, sheet.columns, summary, dry_run=True):
        pass
    loading.count_gone(summary)
    rows = [outcome.checked for outcome in outcomes if outcome.checked]
    upload = Upload(made_at=clock.now(), made_by=made_by, rows=_packed(rows), summary=summary.as_dict())
    db.session.add(upload)
    db.session.flush()
    return upload, [outcome for outcome in outcomes if outcome.refusal]


def confirm(upload: Upload) -> Iterator[int]:
    """Load the rows of an upload, a chunk at a time; the caller commits after each. Twice is once."""
    if upload.rows is None:
        return
    rows = _still_shared(_unpacked(upload.rows))
    summary = Summary()
    for start in range(0, len(rows), loading.CHUNK):
        loading.store(rows[start : start + loading.CHUNK], summary)
        yield min(len(rows), start + loading.CHUNK)
    upload.rows = None
    upload.confirmed_at = clock.now()
    upload.summary = upload.summary | {kind: summary.as_dict()[kind] for kind in ("new", "changed", "same")}
    db.session.flush()


def erase_old() -> int:
    """Erase the rows of uploads that nobody confirmed within a day; returns how many uploads."""
    old = sa.update(Upload).where(Upload.made_at < clock.now() - KEPT, Upload.rows.is_not(None))
    return changed_rows(old.values(rows=None))


def _still_shared(rows: list[CheckedRow]) -> list[CheckedRow]:
    """Leave out the students of schools whose agreement ended since the dry run."""
    sharing = register.sharing_on(clock.today())
    nothing: dict[str, Any] = {"first_name": "", "student_number": "", "student_address": None}
    return [row if row.brin in sharing else replace(row, **nothing) for row in rows]


def _packed(rows: list[CheckedRow]) -> bytes:
    return zlib.compress(json.dumps([asdict(row) for row in rows], default=str).encode())


def _unpacked(packed: bytes) -> list[CheckedRow]:
    return [_row(values) for values in json.loads(zlib.decompress(packed))]


def _row(values: dict[str, Any]) -> CheckedRow:
    dates = {name: dt.date.fromisoformat(values[name]) if values[name] else None for name in DATES}
    return CheckedRow(**(values | dates))
