"""Students' addresses by file: read and checked at once, held for a day until somebody says yes, then taken over."""

import datetime as dt
from collections import Counter
from collections.abc import Collection

import sqlalchemy as sa

from app import clock
from app.accounts import audit
from app.agreements.models import Category
from app.database import changed_rows
from app.extensions import db
from app.placements import files, remembered
from app.placements.columns import Columns, Field, ForbiddenColumns, MissingColumns
from app.placements.models import Placement
from app.placements.remembered import Meanings, Reading
from app.placements.sharing import CATEGORY_OF
from app.placements.sheet import Row, Sheet, SheetError, SheetFault
from app.placements.values import brin_of, clean_text, number_of, without_zeros
from app.portal import students
from app.portal.models import Delivery

KEPT = dt.timedelta(days=1)
MAX_ROWS = 20_000  # checked while somebody waits; no school has more students at once
FAULT_COLUMN = "fout"


class NotShared(ForbiddenColumns):
    """The file has columns that the agreement does not name."""


class ColumnsUnanswered(Exception):
    """The file has columns under names we do not know that look like something we use: the questions of `reading`."""

    def __init__(self, reading: Reading):
        super().__init__([heading.name for heading in reading.questions])
        self.reading = reading


def hand_in(
    brin: str, crebos: Collection[str] | None, data: bytes, made_by: int, words: dict, answers: Meanings
) -> Delivery:
    """Check a file and keep what it says for a day. `words` says what is wrong with a row, by fault.

    Raises ColumnsUnanswered, NotShared or one of placements.words.RECOGNISED_ERRORS, and then nothing of it is kept.
    """
    reading = remembered.read(data, answers, [brin])
    sheet, known = reading.sheet, reading.columns
    if reading.questions:
        raise ColumnsUnanswered(reading)
    remembered.remember(sheet, reading.answers, [brin])
    _check_columns(brin, sheet, known)
    rows = list(sheet)
    if len(rows) > MAX_ROWS:
        raise SheetError(SheetFault.TOO_LARGE)
    accepted, refused, counts = _sift(brin, crebos, rows, known)
    delivery = Delivery(
        brin=brin,
        made_by=made_by,
        made_at=clock.now(),
        rows=accepted,
        counts={name: counts[name] for name in ("new", "changed", "same", "refused")},
        refused=_sheet_of(sheet, known, refused, words) if refused else None,
        refused_kind=sheet.format.kind,
        unread=reading.unread,
    )
    db.session.add(delivery)
    db.session.flush()
    audit.record("students_handed_in", brin=brin, delivery=delivery.id, rows=len(rows))
    return delivery


def find(brin: str, crebos: Collection[str] | None, user_id: int, delivery_id: int) -> Delivery | None:
    """Return a delivery of the school; an account limited to some programmes finds its own only."""
    wanted = sa.select(Delivery).where(Delivery.brin == brin, Delivery.id == delivery_id)
    return db.session.scalar(wanted if crebos is None else wanted.where(Delivery.made_by == user_id))


def is_waiting(delivery: Delivery) -> bool:
    """Tell whether it can still be taken over."""
    return delivery.taken_at is None and delivery.rows is not None and delivery.made_at > clock.now() - KEPT


def take(delivery: Delivery, crebos: Collection[str] | None) -> bool:
    """Keep what the file says, in so far as it may still be said today; False when it was done or waited too long."""
    still = sa.update(Delivery).where(Delivery.id == delivery.id, Delivery.taken_at.is_(None))
    if not is_waiting(delivery) or not changed_rows(still.values(taken_at=clock.now())):
        return False
    rows: list = delivery.rows or []
    may = set(students.allowed(delivery.brin))
    there = students.found(delivery.brin, crebos, [id_ for id_, _values in rows])
    said = {
        there[id_]: {Category(name): text for name, text in values.items() if name in may}
        for id_, values in rows
        if id_ in there
    }
    students.save(delivery.brin, {placement: values for placement, values in said.items() if values})
    delivery.rows = delivery.unread = None
    return True


def _check_columns(brin: str, sheet: Sheet, known: Columns) -> None:
    if Field.AGREEMENT_NUMBER not in known:
        raise MissingColumns([Field.AGREEMENT_NUMBER])
    may = students.allowed(brin)
    named = {field: category for field, category in CATEGORY_OF.items() if field in known}
    if over := [sheet.header[known[field]] for field, category in named.items() if category not in may]:
        raise NotShared(over)
    if not named:
        raise MissingColumns([field for field, category in CATEGORY_OF.items() if category in may])


def _sift(brin: str, crebos: Collection[str] | None, rows: list[Row], known: Columns) -> tuple[list, list, Counter]:
    """Return the accepted rows as (placement id, values), the refused ones as (row, fault), and the counts."""
    by_number = _by_number(brin, crebos)
    seen: set[int] = set()
    accepted, refused, counts = [], [], Counter[str]()
    for row in rows:
        texts = {field: clean_text(row.values[place]) for field, place in known.items()}
        placement = by_number.get(without_zeros(number_of(texts[Field.AGREEMENT_NUMBER])))
        values = {category: texts[field] for field, category in CATEGORY_OF.items() if texts.get(field)}
        fault = _fault(placement, values, seen)
        if texts.get(Field.BRIN) and brin_of(texts[Field.BRIN]) != brin:
            fault = "other_school"
        if fault or placement is None:
            refused.append((row, fault))
            counts["refused"] += 1
            continue
        seen.add(placement.id)
        accepted.append([placement.id, values])
        counts[_kind(placement, values)] += 1
    return accepted, refused, counts


def _by_number(brin: str, crebos: Collection[str] | None) -> dict[str, Placement]:
    """Return the placements by their number without zeros in front."""
    wanted = students.of_school(brin, crebos).options(sa.orm.joinedload(Placement.trainer))
    return {without_zeros(one.agreement_number): one for one in db.session.scalars(wanted) if one.agreement_number}


def _fault(placement: Placement | None, values: students.Values, seen: set[int]) -> str | None:
    if placement is None:
        return "unknown_number"
    if placement.id in seen:
        return "twice"
    return students.fault(placement, values) if values else "nothing"


def _kind(placement: Placement, values: students.Values) -> str:
    if not students.changes(placement, values):
        return "same"
    return "changed" if any(students.current(placement).values()) else "new"


def _sheet_of(sheet: Sheet, known: Columns, refused: list[tuple[Row, str]], words: dict) -> bytes:
    """Write the refused rows with what is wrong, and no column that we do not read."""
    places = sorted(known.values())
    rows = ([*(row.values[place] for place in places), str(words[fault])] for row, fault in refused)
    return files.write(sheet.format, [*(sheet.header[place] for place in places), FAULT_COLUMN], rows)
