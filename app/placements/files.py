"""Files as schools make them, CSV or XLSX: bytes to a sheet, and rows back to bytes in the same format."""

import re
from collections.abc import Callable, Iterable
from functools import partial
from itertools import chain

from app.placements import csv_file, xlsx_file
from app.placements.columns import FIELD_OF, Field, folded
from app.placements.sheet import MAX_COLUMNS, MAX_ROWS, Sheet, SheetError, SheetFault, SheetFormat, SheetKind

MAX_BYTES = 100_000_000
ZIP_START = b"PK\x03\x04"
# What stands in a row of data but is never a column's name: numbers, dates, addresses.
DATA_CELL = re.compile(r"[0-9]{5,}|[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}|[^\s@]+@\S+")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def read(data: bytes) -> Sheet:
    """Read a CSV or XLSX file, told apart by content, and check that all of it can be read.

    Raises SheetError. Iterating the sheet afterwards does not.
    """
    if len(data) > MAX_BYTES:
        raise SheetError(SheetFault.TOO_LARGE)
    form, records, left_out = _opened(data)
    number, header = _first_filled(records())
    _check_header(header)
    sheet = Sheet(header, form, number, records, left_out)
    _check_rows(sheet)
    return sheet


def write(format: SheetFormat, header: list[str], rows: Iterable[list[str]]) -> bytes:
    """Write a sheet; CSV becomes UTF-8 with BOM where its own encoding lacks a character."""
    records = chain([header], rows)
    return xlsx_file.written(records) if format.kind is SheetKind.XLSX else csv_file.written(records, format)


def _opened(data: bytes) -> tuple[SheetFormat, Callable[[], Iterable[list[str]]], list[str]]:
    """Return how a file is written, how to read it (of a workbook the sheet with most of our columns), other sheets."""
    if not data.startswith(ZIP_START):
        form = csv_file.format_of(data)
        return form, partial(csv_file.records, data, form), []
    known = {
        sheet: FIELD_OF.keys() & set(map(folded, _first_filled(xlsx_file.records(sheet))[1]))
        for sheet in xlsx_file.sheets(data)
    }
    tables = [sheet.name for sheet, names in known.items() if Field.AGREEMENT_NUMBER in map(FIELD_OF.get, names)]
    if len(tables) > 1:
        raise SheetError(SheetFault.SEVERAL_SHEETS, sheets=", ".join(tables))
    if not known:
        raise SheetError(SheetFault.EMPTY)
    best = max(known, key=lambda sheet: len(known[sheet]))
    left_out = [sheet.name for sheet in known if sheet is not best]
    return SheetFormat(SheetKind.XLSX), partial(xlsx_file.records, best), left_out


def _first_filled(records: Iterable[list[str]]) -> tuple[int, list[str]]:
    for number, values in enumerate(records, start=1):
        if any(values):
            return number, _trimmed(values)
    raise SheetError(SheetFault.EMPTY)


def _check_header(header: list[str]) -> None:
    if len(header) > MAX_COLUMNS:
        raise SheetError(SheetFault.TOO_LARGE)
    if any(CONTROL.search(name) for name in header):
        raise SheetError(SheetFault.NOT_A_TABLE)
    if not any(letter.isalnum() for name in header for letter in name):
        raise SheetError(SheetFault.NO_HEADER)
    # Names of columns are shown and logged; the values of a file without names must never be.
    if any(DATA_CELL.fullmatch(name) for name in header):
        raise SheetError(SheetFault.NO_HEADER)


def _check_rows(sheet: Sheet) -> None:
    try:
        for count, _ in enumerate(sheet, start=1):
            if count > MAX_ROWS:
                raise SheetError(SheetFault.TOO_LARGE)
    except SheetError as error:
        if error.fault is SheetFault.ROW_TOO_LONG and len(sheet.header) == 1:  # a title above the table
            raise SheetError(SheetFault.NO_HEADER) from None
        raise


def _trimmed(values: list[str]) -> list[str]:
    while not values[-1]:
        values = values[:-1]
    return values
