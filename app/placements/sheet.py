"""A sheet as schools make them: rows of text under a header, how its file is written, and what can be wrong with it.

What the columns mean is not known here.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from app.refusing import Refused

MAX_ROWS = 500_000
MAX_COLUMNS = 300


class SheetKind(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


class SheetFault(StrEnum):
    EMPTY = "empty"
    NOT_A_TABLE = "not_a_table"
    TOO_LARGE = "too_large"
    NO_HEADER = "no_header"
    BROKEN_XLSX = "broken_xlsx"
    ROW_TOO_LONG = "row_too_long"
    BAD_QUOTES = "bad_quotes"
    SEVERAL_SHEETS = "several_sheets"


class SheetError(Refused):
    """The file as a whole cannot be read, by a SheetFault; `details` names the `row` or `sheets`, never a value."""


@dataclass(frozen=True)
class SheetFormat:
    """How a file is written; for XLSX only `kind` says anything. Encoding: ascii, utf-8 or cp1252."""

    kind: SheetKind = SheetKind.CSV
    encoding: str = "utf-8"
    delimiter: str = ";"
    bom: bool = False
    line_ending: str = "\r\n"


class Row(NamedTuple):
    """One row, as long as the header; `number` is the one a spreadsheet shows."""

    number: int
    values: list[str]


@dataclass(frozen=True)
class Sheet:
    """A header and rows of stripped text, read again from the file's bytes at each iteration.

    `left_out` names the other sheets of a workbook.
    """

    header: list[str]
    format: SheetFormat
    header_number: int = field(repr=False)
    records: Callable[[], Iterable[list[str]]] = field(repr=False)
    left_out: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[Row]:
        width = len(self.header)
        for number, values in enumerate(self.records(), start=1):
            if number > self.header_number and any(values):
                yield Row(number, _fitted(values, width, number))


def _fitted(values: list[str], width: int, number: int) -> list[str]:
    if len(values) > width and any(values[width:]):
        raise SheetError(SheetFault.ROW_TOO_LONG, row=number)
    return values[:width] + [""] * (width - len(values))
