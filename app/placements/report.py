"""The refused rows of a sheet, given back in the format they came in with a column that says what is wrong.

The words are the caller's.
"""

from collections.abc import Callable, Iterable

from app.placements.checking import Outcome
from app.placements.columns import folded
from app.placements.sheet import Sheet, write

FAULT_COLUMN = "fout"


def refused_sheet(sheet: Sheet, outcomes: Iterable[Outcome], explain: Callable[[Outcome], str]) -> bytes:
    """Write the refused rows as they came, with `explain(outcome)` in a last column.

    A last column of that name, from a sheet given back before, is replaced.
    """
    width = len(sheet.header) - (folded(sheet.header[-1]) == FAULT_COLUMN)
    rows = ([*outcome.row.values[:width], explain(outcome)] for outcome in outcomes if outcome.refusal)
    return write(sheet.format, [*sheet.header[:width], FAULT_COLUMN], rows)
