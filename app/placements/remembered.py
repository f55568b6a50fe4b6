"""What headings mean in the files of a school, as somebody said once; used at its next file with the same headings.

Among others the same heading may mean something else: an address beside a trainer's name, and beside a student's.
"""

from collections.abc import Collection
from hashlib import blake2b
from typing import NamedTuple

import sqlalchemy as sa

from app.database import insert_into
from app.extensions import db
from app.placements import files
from app.placements.checking import brin_in
from app.placements.columns import Columns, DoubledColumn, Field, check_contents, folded, recognise, unread
from app.placements.headings import Heading, headings, school_column
from app.placements.models import RememberedColumn
from app.placements.sheet import Sheet
from app.reference.models import School

LENGTH = 200
Meanings = dict[str, Field | None]  # what a heading (folded) stands for, None for nothing of use


class Reading(NamedTuple):
    """A file that was read: where our fields stand, answers about it, headings that are none, those to answer first."""

    sheet: Sheet
    columns: Columns
    answers: Meanings
    headings: list[Heading]
    questions: list[Heading]

    @property
    def unread(self) -> list[dict]:
        """Return what is not read, with the first values; sheets of a workbook by their name alone."""
        columns = [{"heading": heading.name, "values": heading.examples} for heading in self.headings]
        return [*columns, *({"sheet": name} for name in self.sheet.left_out)]


def read(data: bytes, answers: Meanings, brins: Collection[str] | None = None) -> Reading:
    """Read a file with what is known of its headings: by name, from earlier files of its schools, by these answers.

    Raises SheetError, ForbiddenColumns, DoubledColumn.
    """
    sheet = files.read(data)
    known = recognise(sheet.header, answers)
    known |= school_column(sheet, known)
    places = unread(sheet.header, known)
    recalled = recall(sheet, known, brins)
    known |= {field: places[key] for key, field in recalled.items() if field and field not in known}
    answers = {key: field for key, field in answers.items() if key in places}
    for key, field in answers.items():
        if field and [*answers.values()].count(field) > 1:
            raise DoubledColumn(field, [sheet.header[places[one]] for one in answers if answers[one] is field])
        if field:
            known[field] = places[key]
    check_contents(sheet, known)
    found = headings(sheet, known)
    questions = [one for one in found if one.must_answer and one.key not in recalled | answers]
    return Reading(sheet, known, answers, found, questions)


def recall(sheet: Sheet, columns: Columns, brins: Collection[str] | None = None) -> Meanings:
    """Return what unread columns mean, where all that is remembered for these schools agrees.

    Without `brins` they are the schools in the sheet.
    """
    places = unread(sheet.header, columns)
    same = RememberedColumn.among == _among(sheet), RememberedColumn.heading.in_(places)
    kept = list(db.session.scalars(sa.select(RememberedColumn).where(*same)))
    schools = set(brins or ())
    if kept and brins is None:
        if Field.BRIN in columns:
            where = {columns[Field.BRIN]}
        else:
            where = {places[one.heading] for one in kept if one.field == Field.BRIN}
        schools = {brin for place in where for brin in schools_in(sheet, place)}
    said: dict[str, set[Field | None]] = {}
    for one in kept:
        if one.brin in schools:
            said.setdefault(one.heading, set()).add(Field(one.field) if one.field else None)
    return {key: meanings.pop() for key, meanings in said.items() if len(meanings) == 1}


def remember(sheet: Sheet, meanings: Meanings, brins: Collection[str]) -> None:
    """Keep what headings of a sheet mean in the files of these schools, in so far as we know them."""
    known = db.session.scalars(sa.select(School.brin).where(School.brin.in_(brins)))
    rows = [
        {"brin": brin, "among": _among(sheet), "heading": key[:LENGTH], "field": field}
        for brin in sorted(known)
        for key, field in meanings.items()
    ]
    if rows:
        statement = insert_into(RememberedColumn)
        newer = {"field": statement.excluded.field}
        keys = ["brin", "among", "heading"]
        db.session.execute(statement.on_conflict_do_update(index_elements=keys, set_=newer), rows)


def _among(sheet: Sheet) -> str:
    """Return what tells a set of headings from another."""
    return blake2b("\n".join(sorted(map(folded, sheet.header))).encode(), digest_size=8).hexdigest()


def schools_in(sheet: Sheet, place: int) -> set[str]:
    return {brin for row in sheet if (brin := brin_in(row, place))}
