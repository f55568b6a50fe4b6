"""From the bytes of a sheet to checked outcomes; the one door to sheet.py, columns.py and checking.py."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.placements import checking, columns, sheet
from app.placements.checking import Outcome, Reference
from app.placements.columns import Columns
from app.placements.sheet import Sheet


@dataclass(frozen=True)
class ReadSheet:
    """A sheet whose columns are recognised and allowed."""

    sheet: Sheet
    columns: Columns

    def outcomes(self, reference: Reference) -> Iterator[Outcome]:
        return checking.check_sheet(self.sheet, self.columns, reference)


def read(data: bytes) -> ReadSheet:
    """Read a sheet; raises one of words.RECOGNISED_ERRORS, and then nothing of it may be kept."""
    found = sheet.read(data)
    recognised = columns.recognise(found.header)
    columns.check_contents(found, recognised)
    return ReadSheet(found, recognised)
