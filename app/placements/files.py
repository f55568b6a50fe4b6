"""Files as schools make them, CSV or XLSX: bytes to a sheet, and rows back to bytes in the same format."""

import re
from collections.abc import Callable, Iterable
from functools import partial
from itertools import chain

from app.placements import csv_file, xlsx_file
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
    form, records = _opened(data)
    number, header = _first_filled(records())
    _check_header(header)
    sheet = Sheet(header, form, number, records)
    _check_rows(sheet)
    return sheet


def write(format: SheetFormat, header: list[str], rows: Iterable[list[str]]) -> bytes:
    """Write a sheet; CSV becomes UTF-8 with BOM where its own encoding lacks a character."""
    records = chain([header], rows)
    return xlsx_file.written(records) if format.kind is SheetKind.XLSX else csv_file.written(records, format)


def _opened(data: bytes) -> tuple[SheetFormat, Callable[[], Iterable[list[str]]]]:
    if data.startswith(ZIP_START):
        return SheetFormat(SheetKind.XLSX), partial(xlsx_file.records, xlsx_file.first_sheet(data))
    form = csv_file.format_of(data)
    return form, partial(csv_file.records, data, form)


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
