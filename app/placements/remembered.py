"""What headings mean in the files of a school, as somebody said once; used at that school's next file."""

import sqlalchemy as sa

from app.database import insert_into
from app.extensions import db
from app.placements.checking import brin_in
from app.placements.columns import Columns, Field, folded, unread
from app.placements.models import RememberedColumn
from app.placements.sheet import Sheet
from app.reference.models import School

LENGTH = 200
Meanings = dict[int, Field | None]  # what stands at a place, None for nothing of use


def recall(sheet: Sheet, columns: Columns) -> Meanings:
    """Return what unread columns mean, where all that is remembered for the schools in this sheet agrees."""
    places = unread(sheet.header, columns)
    kept = list(db.session.scalars(sa.select(RememberedColumn).where(RememberedColumn.heading.in_(places))))
    if Field.BRIN in columns:
        brins = {columns[Field.BRIN]}
    else:
        brins = {places[one.heading] for one in kept if one.field == Field.BRIN}
    schools = {brin for place in brins for brin in _schools(sheet, place)} if kept else set()
    said: dict[int, set[Field | None]] = {}
    for one in kept:
        if one.brin in schools:
            said.setdefault(places[one.heading], set()).add(Field(one.field) if one.field else None)
    return {place: meanings.pop() for place, meanings in said.items() if len(meanings) == 1}


def remember(sheet: Sheet, brin_place: int, meanings: Meanings) -> None:
    """Keep what headings mean in the files of the schools in this sheet."""
    known = db.session.scalars(sa.select(School.brin).where(School.brin.in_(_schools(sheet, brin_place))))
    rows = [
        {"brin": brin, "heading": folded(sheet.header[place])[:LENGTH], "field": field}
        for brin in sorted(known)
        for place, field in meanings.items()
    ]
    if rows:
        statement = insert_into(RememberedColumn)
        newer = {"field": statement.excluded.field}
        keys = ["brin", "heading"]
        db.session.execute(statement.on_conflict_do_update(index_elements=keys, set_=newer), rows)


def _schools(sheet: Sheet, place: int) -> set[str]:
    return {brin for row in sheet if (brin := brin_in(row, place))}
