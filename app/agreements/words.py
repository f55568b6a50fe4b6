"""What the screens call stages, states and categories of data."""

from typing import Any

from flask_babel import lazy_gettext as _l

from app.agreements.models import Agreement, Category, Stage

STAGES = {
    Stage.TO_APPROACH: _l("to approach"),
    Stage.INTERESTED: _l("interested"),
    Stage.IN_TALKS: _l("in talks"),
    Stage.SIGNED: _l("signed"),
    Stage.DECLINED: _l("declined"),
    Stage.ENDED: _l("ended"),
}
STATES = {"valid": _l("valid"), "coming": _l("coming"), "expired": _l("expired"), "ended": _l("ended")}
CATEGORIES = {
    Category.ADDRESS: _l("Mail address"),
    Category.FIRST_NAME: _l("First name"),
    Category.STUDENT_NUMBER: _l("Student number"),
}


def categories_of(agreement: Agreement) -> list[Any]:
    """Return what an agreement shares, in words, in the order of Category."""
    return [words for category, words in CATEGORIES.items() if category in agreement.categories]
