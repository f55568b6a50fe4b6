"""Which fields of a student a school may deliver on a day, by the agreement in force."""

import datetime as dt
from typing import Any

from app.agreements import register
from app.agreements.models import Category
from app.placements.columns import Field

CATEGORY_OF = {
    Field.FIRST_NAME: Category.FIRST_NAME,
    Field.STUDENT_NUMBER: Category.STUDENT_NUMBER,
    Field.STUDENT_ADDRESS: Category.ADDRESS,
}
# What a contact holds of each category, with what stands there when it holds nothing.
NOTHING: dict[Category, dict[str, Any]] = {
    Category.ADDRESS: {"address": None, "address_hash": None, "given_address": None, "bounced_at": None},
    Category.FIRST_NAME: {"first_name": "", "given_first_name": None},
    Category.STUDENT_NUMBER: {"student_number": "", "given_student_number": None},
}


def fields_on(day: dt.date) -> dict[str, frozenset[Field]]:
    """Return the fields per BRIN; a school without an agreement is not there."""
    return {
        brin: frozenset(field for field, category in CATEGORY_OF.items() if category in shared)
        for brin, shared in register.categories_on(day).items()
    }
