"""What is wrong with a row, what is shared, and what became of a delivery, in words a school can act on."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.agreements import words as agreed
from app.placements import words as sheets
from app.portal.delivery import NotShared

CATEGORIES = agreed.CATEGORIES
FAULTS = {
    "unknown_number": _l("We know no placement of your school with this agreement number; check it"),
    "other_school": _l("This row is of another school (brin); take it out"),
    "twice": _l("This agreement number stands in the file more than once (zeros in front do not count); keep one row"),
    "nothing": _l("This row says nothing of the student; fill in what you share"),
    "not_an_address": _l("This is not a mail address; write it as name@school.nl"),
    "same_as_trainer": _l("This is the trainer's address; a student needs one of their own"),
    "too_long": _l("This is too long; at most 200 characters"),
}


def explain_file(error: Exception) -> str:
    """Say why a file as a whole cannot be used; of columns only the name is said."""
    if isinstance(error, NotShared):
        return _(
            "Your agreement does not let us hold these columns: %(columns)s. Nothing was stored. Take them out.",
            columns=", ".join(error.names),
        )
    return sheets.explain_sheet(error)
