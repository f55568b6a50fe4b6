"""Uploads by page, up to the work of a worker: handing in, naming columns, confirming, asking to undo, erasing.

What waits holds as little as it can: no column that is not read, no contact of a student whose school shares none.
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from app import clock
from app.accounts import audit
from app.database import changed_rows
from app.extensions import db
from app.placements import checking, columns, packing, remembered, sharing
from app.placements.columns import REQUIRED, Columns, Field, MissingColumns
from app.placements.headings import Heading, headings
from app.placements.models import UPLOAD_KEPT, Upload
from app.placements.remembered import Meanings, Reading
from app.placements.sheet import Sheet

SLOW_SECONDS = 10
RECENT = 20
NOTHING = dict.fromkeys(("sheet", "report", "unread", "asked_at", "undo_asked_at"))  # what an old upload holds


def hand_in(data: bytes, made_by: int, language: str) -> Upload:
    """Keep a file until its columns are named, or for a worker to check.

    Raises one of words.RECOGNISED_ERRORS, and then nothing of it is kept.
    """
    reading = remembered.read(data, {})
    upload = Upload(made_at=clock.now(), made_by=made_by, language=language, format=asdict(reading.sheet.format))
    upload.unread = reading.unread
    if _must_ask(reading):
        _keep(upload, reading.sheet, reading.columns, range(len(reading.sheet.header)))
    else:
        _take(upload, reading.sheet, reading.columns)
    db.session.add(upload)
    db.session.flush()
    return upload


def unnamed(upload: Upload) -> tuple[list[Field], list[Heading]]:
    """Return the fields that have no column yet, required ones first, and the headings to choose for."""
    fields = [*REQUIRED, *(field for field in Field if field not in REQUIRED)]
    return [field for field in fields if field not in upload.columns], headings(_waiting(upload), upload.columns)


def name_columns(upload: Upload, said: Meanings) -> None:
    """Take the columns of a file that waits for names for what somebody says they are, and remember it."""
    sheet = _waiting(upload)
    places = columns.unread(sheet.header, upload.columns)
    known = upload.columns | {field: places[key] for key, field in said.items() if field}
    remembered.remember(sheet, dict.fromkeys(places) | said, remembered.schools_in(sheet, known[Field.BRIN]))
    names = {heading.name for heading in headings(sheet, known)}
    upload.unread = [one for one in upload.unread or [] if one.get("heading") in names or "sheet" in one]
    _take(upload, sheet, known)


def confirm(upload: Upload) -> bool:
    """Let a worker load what was checked; False when that was asked before, or it waited too long."""
    if not _change(upload, Upload.is_to_confirm(), confirmed_at=clock.now(), **_asked()):
        return False
    audit.record("placements_confirmed", upload=upload.id)
    return True


def ask_undo(upload: Upload) -> bool:
    """Let a worker undo what was loaded; False when it is too late, or asked already."""
    now = clock.now()
    possible = sa.and_(Upload.loaded_at > now - UPLOAD_KEPT, Upload.undo_asked_at.is_(None))
    if not _change(upload, possible, undo_asked_at=now, **_asked()):
        return False
    audit.record("placements_undo_asked", upload=upload.id)
    return True


def undo_until(upload: Upload) -> dt.datetime | None:
    """Return until when a loaded upload can be undone; None when it cannot."""
    until = upload.loaded_at and upload.loaded_at + UPLOAD_KEPT
    return until if until and until > clock.now() else None


def waits_long(upload: Upload) -> bool:
    """Tell whether work waits that no worker took for a while."""
    since = clock.machine_now() - dt.timedelta(seconds=SLOW_SECONDS)
    return upload.asked_at is not None and upload.asked_at < since and not upload.is_held


def recent() -> list[Upload]:
    """Return the last uploads, without what they hold."""
    wanted = sa.select(Upload).order_by(Upload.made_at.desc(), Upload.id.desc()).limit(RECENT)
    heavy = [sa.orm.defer(column) for column in (Upload.sheet, Upload.report)]
    return list(db.session.scalars(wanted.options(*heavy, sa.orm.joinedload(Upload.user))))


def is_old() -> sa.ColumnElement[bool]:
    """Return the condition that what happened last to an upload was a day ago, and that it is in no worker's hands."""
    last = sa.func.coalesce(Upload.undo_asked_at, Upload.loaded_at, Upload.confirmed_at, Upload.made_at)
    return sa.and_(last < clock.now() - UPLOAD_KEPT, Upload.is_free())


def is_holding() -> sa.ColumnElement[bool]:
    """Return the condition that an upload holds something still, or waits for work on it."""
    return sa.or_(*(column.is_not(None) for column in (Upload.sheet, Upload.report, Upload.asked_at)))


def _must_ask(reading: Reading) -> bool:
    """Tell whether somebody has to name columns: one is missing, or one that is not read looks like one of ours.

    Raises MissingColumns when there are not enough to choose from.
    """
    missing = columns.missing(reading.columns)
    if len(reading.headings) < len(missing):
        raise MissingColumns(missing)
    return bool(missing or reading.questions)


def _waiting(upload: Upload) -> Sheet:
    assert upload.sheet
    return packing.unpack_sheet(upload.sheet, upload.format)


def _take(upload: Upload, sheet: Sheet, known: Columns) -> None:
    """Keep the columns that are read, for a worker to check."""
    places = sorted(known.values())
    _keep(upload, sheet, known, places)
    upload.columns = {field: places.index(place) for field, place in known.items()}
    for name, value in _asked().items():
        setattr(upload, name, value)


def _keep(upload: Upload, sheet: Sheet, known: Columns, places: Sequence[int]) -> None:
    tally: Counter[str] = Counter(upload.summary)
    rows = checking.without_students(sheet, known, sharing.fields_on(clock.today()), tally)
    upload.sheet = packing.pack_sheet(sheet, rows, places)
    upload.columns = known
    upload.total, upload.summary = tally["rows"], {"dropped": tally["dropped"]}


def _asked() -> dict[str, Any]:
    """Return what makes an upload wait for a worker."""
    return {"asked_at": clock.machine_now(), "lease_until": None, "attempts": 0, "done": 0}


def _change(upload: Upload, still: sa.ColumnElement[bool], **values: Any) -> bool:
    """Change an upload if this condition holds now; False when it does not."""
    return changed_rows(sa.update(Upload).where(Upload.id == upload.id, still).values(**values)) == 1
