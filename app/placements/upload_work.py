"""What a worker does with an upload: check it, load it once it is confirmed, undo it when that is asked.

Every function here that yields does so where its caller is to commit. The lease is renewed with each piece; whoever
finds it in other hands stops. Loading goes on where the last worker left, checking begins again.
"""

import datetime as dt
import secrets
from collections import Counter
from collections.abc import Generator, Iterator
from functools import partial
from itertools import islice
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import force_locale

from app import clock
from app.accounts import audit
from app.database import changed_rows
from app.extensions import db
from app.placements import checking, loading, packing, remembered, undoing, words, writing
from app.placements.checking import Outcome, Remark
from app.placements.columns import Field
from app.placements.loading import Summary
from app.placements.models import TRIES, LoadedChunk, Upload
from app.placements.sheet import Sheet

SHOWN_REFUSALS = 100
NOTHING_LEFT = {"asked_at": None, "lease_until": None}


class LeaseLost(Exception):
    """Another worker has the upload in hand by now."""


def work() -> Generator[None, None, None]:
    """Take one upload that waits and do its work; yields nothing where none waits."""
    upload = _claim()
    if upload is None:
        return
    try:
        yield
        do = _undo if upload.undo_asked_at else _load if upload.confirmed_at else _check
        yield from do(upload)
    except GeneratorExit:  # told to stop: the next worker may go on at once
        _advance(upload, lease_until=None, attempts=0)


def _claim() -> Upload | None:
    waiting = sa.select(Upload.id).where(Upload.asked_at.is_not(None), Upload.attempts < TRIES, Upload.is_free())
    first = waiting.order_by(Upload.asked_at).limit(1).with_for_update(skip_locked=True).cte("first")
    taken = sa.update(Upload).where(Upload.id.in_(sa.select(first.c.id)))
    claim = {"claimed_by": secrets.token_hex(8), "lease_until": _lease(), "attempts": Upload.attempts + 1}
    how = {"synchronize_session": False, "populate_existing": True}
    upload = db.session.scalar(taken.values(claim).returning(Upload), execution_options=how)
    if upload:
        db.session.expunge(upload)  # what it says is what this worker knows, whatever is committed since
    return upload


def _lease() -> dt.datetime:
    return clock.machine_now() + dt.timedelta(seconds=current_app.config["BPV_LEASE_SECONDS"])


def _advance(upload: Upload, **values: Any) -> None:
    """Change an upload that is in this worker's hands. Raises LeaseLost."""
    values = {"lease_until": _lease()} | values
    held = sa.update(Upload).where(Upload.id == upload.id, Upload.claimed_by == upload.claimed_by)
    if changed_rows(held.values(values)) == 0:
        raise LeaseLost
    for name, value in values.items():
        setattr(upload, name, value)


def _outcomes(upload: Upload) -> tuple[Sheet, Iterator[Outcome]]:
    """Return what waits, and what becomes of its rows today."""
    assert upload.sheet
    sheet = packing.unpack_sheet(upload.sheet, upload.format)
    return sheet, checking.check_sheet(sheet, upload.columns, loading.reference_today())


def _check(upload: Upload) -> Iterator[None]:
    sheet, outcomes = _outcomes(upload)
    kept = {name: upload.summary.get(name) for name in ("dropped", "again")} | {"stands": _stands(upload, sheet)}
    summary = Summary(remarks=Counter({Remark.DROPPED_NO_AGREEMENT: kept["dropped"]}))
    _advance(upload, done=0)
    yield
    for n in loading.load(outcomes, upload.columns, summary, loading.sift):
        _advance(upload, done=upload.done + n)
        yield
    loading.count_gone(summary)
    shown = [[one.row.number, one.refusal, one.field] for one in summary.refused[:SHOWN_REFUSALS]]
    told = summary.as_dict() | {"reach": summary.reach, "refusals": shown} | kept
    refused = _report(upload, sheet, summary.refused)
    _advance(upload, summary=told, report=refused, checked_at=clock.now(), done=0, **NOTHING_LEFT)
    yield


def _report(upload: Upload, sheet: Sheet, refused: list[Outcome]) -> bytes | None:
    with force_locale(upload.language):
        return words.refused_sheet(sheet, refused) if refused else None


def _stands(upload: Upload, sheet: Sheet) -> str:
    return loading.stands(remembered.schools_in(sheet, upload.columns[Field.BRIN]))


def _load(upload: Upload) -> Iterator[None]:
    """Load what was confirmed; what a file changed since is checked once more, so that somebody looks at it again."""
    sheet, outcomes = _outcomes(upload)
    if not upload.done and upload.summary.get("stands") != _stands(upload, sheet):
        _advance(upload, confirmed_at=None, checked_at=None, summary=upload.summary | {"again": True})
        yield from _check(upload)
        return
    summary = Summary(counts=Counter(upload.summary.get("loaded")))
    yield
    rest = islice(outcomes, upload.done, None)
    store = partial(loading.store, write=partial(_write, upload))
    for n in loading.load(rest, upload.columns, summary, store):
        loaded = {kind: summary.counts[kind] for kind in ("new", "changed", "same")}
        _advance(upload, done=upload.done + n, summary=upload.summary | {"loaded": loaded})
        yield
    told = upload.summary | upload.summary.get("loaded", {})
    _advance(upload, loaded_at=clock.now(), sheet=None, report=None, unread=None, summary=told, **NOTHING_LEFT)
    audit.record("placements_loaded", upload=upload.id, rows=upload.done)
    yield


def _write(upload: Upload, fresh: writing.Rows, known: writing.Known) -> None:
    """Write the rows of a chunk that say something new, and keep what stood there."""
    before = undoing.before(fresh, known)
    kept = undoing.after(before, writing.write(fresh, known))
    db.session.add(LoadedChunk(upload_id=upload.id, start=upload.done, before=packing.pack(kept)))


def _undo(upload: Upload) -> Iterator[None]:
    """Undo the chunks; all of it is refused where one cannot be. One that cannot any more once it began stays."""
    chunks = sa.select(LoadedChunk.start).where(LoadedChunk.upload_id == upload.id)
    starts = list(db.session.scalars(chunks.order_by(LoadedChunk.start.desc())))
    _advance(upload, total=upload.done + len(starts))
    found: Counter[str] = Counter()
    for start in [] if upload.done else starts:
        found.update(undoing.obstacles(_kept(upload, start)))
        _advance(upload)
        yield
    if found.total():
        _advance(upload, undo_asked_at=None, summary=upload.summary | {"undo_refused": dict(+found)}, **NOTHING_LEFT)
        yield
        return
    for start in starts:
        left = upload.summary.get("left", 0) + _undo_chunk(upload, start)
        _advance(upload, done=upload.done + 1, summary=upload.summary | {"left": left})
        yield
    _advance(upload, undone_at=clock.now(), **NOTHING_LEFT)
    audit.record("placements_undone", upload=upload.id, left=upload.summary.get("left", 0))
    yield


def _undo_chunk(upload: Upload, start: int) -> int:
    """Undo one chunk; returns how many placements were left as loaded."""
    kept = _kept(upload, start)
    stays = any(undoing.obstacles(kept).values())
    if not stays:
        undoing.undo(kept)
    db.session.execute(sa.delete(LoadedChunk).where(LoadedChunk.upload_id == upload.id, LoadedChunk.start == start))
    return len(kept["digests"]) if stays else 0


def _kept(upload: Upload, start: int) -> undoing.Before:
    one = LoadedChunk.upload_id == upload.id, LoadedChunk.start == start
    return packing.unpack(db.session.scalars(sa.select(LoadedChunk.before).where(*one)).one())
