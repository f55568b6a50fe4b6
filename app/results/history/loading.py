"""Stores figures of earlier years: what is known already is updated, nothing is deleted."""

from collections import Counter
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app import clock
from app.extensions import db
from app.reference.models import School
from app.results.history import file as history_file
from app.results.history import metrics
from app.results.history.file import COLUMNS, Known
from app.results.models import HistoryFigure

PUBLISHED = metrics.DATA / "published_figures.csv"


def load(file: Path = PUBLISHED) -> dict[str, Any]:
    """Store every figure of `file`, by default of those published 2011–2023; raises HistoryFault before that.

    Returns counts: `rows`, the sum of `new`, `changed` and `same`; `of_schools`; `comparable`, with a question or a
    number of ours; and `unknown`, the metrics that metrics.csv does not name.
    """
    known = Known(frozenset(db.session.scalars(sa.select(School.brin))), clock.today().year)
    rows = history_file.read(file.read_bytes(), known)
    stored = {one.key: one for one in db.session.scalars(sa.select(HistoryFigure))}
    counts = Counter(_store(row, stored.get(row.key)) for row in rows)
    db.session.flush()
    return {"rows": len(rows), **{kind: counts[kind] for kind in ("new", "changed", "same")}, **_reach(rows)}


def _store(read: HistoryFigure, stored: HistoryFigure | None) -> str:
    if stored is None:
        db.session.add(read)
        return "new"
    changed = [name for name in COLUMNS if getattr(stored, name) != getattr(read, name)]
    for name in changed:
        setattr(stored, name, getattr(read, name))
    return "changed" if changed else "same"


def _reach(rows: list[HistoryFigure]) -> dict[str, Any]:
    found = [metrics.meanings().get((row.metric, row.role, row.breakdown)) for row in rows]
    unknown = {
        f"{row.metric} ({', '.join(part for part in (row.role, row.breakdown) if part)})"
        for row, meaning in zip(rows, found, strict=True)
        if meaning is None
    }
    return {
        "of_schools": sum(row.brin is not None for row in rows),
        "comparable": sum(bool(meaning and meaning.measure) for meaning in found),
        "unknown": sorted(unknown),
    }
