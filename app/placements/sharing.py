"""Which fields of a student a school may deliver on a day, by the agreement in force."""

import datetime as dt

from app.agreements import register
from app.agreements.models import Category
from app.placements.columns import Field

CATEGORY_OF = {
    Field.FIRST_NAME: Category.FIRST_NAME,
    Field.STUDENT_NUMBER: Category.STUDENT_NUMBER,
    Field.STUDENT_ADDRESS: Category.ADDRESS,
}


def fields_on(day: dt.date) -> dict[str, frozenset[Field]]:
    """Return the fields per BRIN; a school without an agreement is not there."""
    return {
        brin: frozenset(field for field, category in CATEGORY_OF.items() if category in shared)
        for brin, shared in register.categories_on(day).items()
    }
