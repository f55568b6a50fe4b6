"""The students of a school as a table to fill in, what somebody filled in, and all we hold as a list to take along."""

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from wtforms import Form, SelectField

from app.agreements.models import Category
from app.listing import Column, Listing, Order, choices
from app.placements.models import Placement, StudentContact
from app.portal import students
from app.portal.students import Values

IS_HELD = StudentContact.holds()
NARROWED = {
    "without": (_l("without an address"), StudentContact.address.is_(None)),
    "held": (_l("of whom we hold something"), IS_HELD),
    "bounced": (_l("whose mail came back"), StudentContact.bounced_at.is_not(None)),
}
ORDERS = {"end": Order(Placement.ends_on, Placement.id)}
Said = dict[Placement, dict[Category, str]]


class StudentFilters(Form):
    """What the table is narrowed to; anything unknown narrows nothing."""

    who = SelectField(_l("Students"), choices=choices({name: label for name, (label, _c) in NARROWED.items()}))

    def narrowed(self, wanted: sa.Select) -> sa.Select:
        return wanted.where(NARROWED[self.who.data][1]) if self.who.data in NARROWED else wanted


def _of_contact(name: str) -> Any:
    return lambda row: getattr(row.Placement.student, name)


TABLE = Listing(
    columns=(
        Column(_l("Agreement number"), lambda row: row.Placement.agreement_number),
        Column(_l("Programme"), lambda row: row.Placement.programme.name),
        Column(_l("Ends on"), lambda row: row.Placement.ends_on, order="end"),
    ),
    orders=ORDERS,
    usual="-end",
)
EVERYTHING = Listing(
    columns=(
        *TABLE.columns,
        Column(_l("Company"), lambda row: row.Placement.company.name),
        Column(_l("First name"), _of_contact("first_name")),
        Column(_l("Student number"), _of_contact("student_number")),
        Column(_l("Mail address"), _of_contact("address")),
        Column(_l("Mail came back"), _of_contact("bounced_at")),
        Column(_l("Language"), lambda row: row.Placement.language),
    ),
    orders=ORDERS,
    usual="-end",
)


def said_in(brin: str, crebos: Collection[str] | None, form: Mapping[str, str]) -> tuple[Said, dict[str, str]]:
    """Return what a filled-in table says anew of the students in it, and by field what is wrong with it.

    What stands in it as it was shown is not said, though something else may be held by now.
    """
    posted: dict[int, dict[Category, str]] = {}
    for category in students.allowed(brin):
        for name, text in form.items():
            kind, _dash, number = name.partition("-")
            if kind == category and number.isdecimal() and len(number) < 10 and text != form.get(f"shown-{name}"):
                posted.setdefault(int(number), {})[category] = text.strip()
    there = students.found(brin, crebos, posted)
    said = {there[id_]: values for id_, values in posted.items() if id_ in there}
    said = {placement: values for placement, values in said.items() if students.changes(placement, values)}
    return said, _faults(said)


def _faults(said: Mapping[Placement, Values]) -> dict[str, str]:
    found = {placement.id: students.fault(placement, values) for placement, values in said.items()}
    return {f"{Category.ADDRESS}-{id_}": fault for id_, fault in found.items() if fault}
