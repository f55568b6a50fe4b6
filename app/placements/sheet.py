"""Files as schools make them, CSV or XLSX: bytes to rows of text, and rows back to bytes in the same format.

What the columns mean is not known here.
"""

import csv
import io
import re
import zipfile
import zlib
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import partial
from itertools import chain
from typing import NamedTuple

import xlsxwriter
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

MAX_BYTES = 100_000_000
MAX_UNPACKED = 250_000_000
MAX_ROWS = 500_000
MAX_COLUMNS = 300
MAX_CELLS = 10_000_000

DELIMITERS = ";,\t|"
ZIP_START = b"PK\x03\x04"
OLE_START = b"\xd0\xcf\x11\xe0"  # old .xls, and every Office file with a password
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
OTHER_STARTS = (b"%PDF", b"<", b"{", b"[")  # also HTML and XML named .xls, RTF, JSON

FORMULA_STARTS = tuple("=+-@\t\r")
GUARDED = tuple("'" + start for start in FORMULA_STARTS)
PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")
# What stands in a row of data but is never a column's name: numbers, dates, addresses.
DATA_CELL = re.compile(r"[0-9]{5,}|[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}|[^\s@]+@\S+")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
LINE_ENDING = re.compile(rb"\r\n|\n|\r")
CELL_TAG = re.compile(
    rb"<(?:\w+:)?(row|c)(?=[\s/>])(?:\s+r=\"([A-Z]*)([0-9]{1,9})\")?|\br\s*=\s*[\"']([A-Za-z]*)([0-9]{1,9})"
)


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


class SheetError(Exception):
    """The file as a whole cannot be read; `details` holds `row` where one row is to blame, never a value."""

    def __init__(self, fault: SheetFault, **details: int):
        super().__init__(fault, details)
        self.fault = fault
        self.details = details


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
    """A header and rows of stripped text, read again from the file's bytes at each iteration."""

    header: list[str]
    format: SheetFormat
    header_number: int = field(repr=False)
    records: Callable[[], Iterable[list[str]]] = field(repr=False)

    def __iter__(self) -> Iterator[Row]:
        width = len(self.header)
        for number, values in enumerate(self.records(), start=1):
            if number > self.header_number and any(values):
                yield Row(number, _fitted(values, width, number))


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
    if format.kind is SheetKind.XLSX:
        return _written_xlsx(records)
    text = "".join(_csv_line(record, format) for record in records)
    try:
        encoded = text.encode(format.encoding)
    except UnicodeEncodeError:
        return text.encode("utf-8-sig")
    return BOM_UTF8 + encoded if format.bom else encoded


def defused(text: str) -> str:
    """Put a quotation mark before text that a spreadsheet would run as a formula; plain numbers stay."""
    if text.startswith(FORMULA_STARTS) and not PLAIN_NUMBER.fullmatch(text):
        return "'" + text
    return text


def _opened(data: bytes) -> tuple[SheetFormat, Callable[[], Iterable[list[str]]]]:
    if data.startswith(ZIP_START):
        return SheetFormat(SheetKind.XLSX), partial(_xlsx_records, _first_sheet(data))
    form = _csv_format(data)
    return form, partial(_csv_records, data, form)


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


def _fitted(values: list[str], width: int, number: int) -> list[str]:
    if len(values) > width and any(values[width:]):
        raise SheetError(SheetFault.ROW_TOO_LONG, row=number)
    return values[:width] + [""] * (width - len(values))


def _trimmed(values: list[str]) -> list[str]:
    while not values[-1]:
        values = values[:-1]
    return values


# CSV


def _csv_format(data: bytes) -> SheetFormat:
    if data.startswith(OLE_START):
        protected = ENCRYPTED_STREAM in data
        raise SheetError(SheetFault.BROKEN_XLSX if protected else SheetFault.NOT_A_TABLE)
    if b"\0" in data or data.lstrip().startswith(OTHER_STARTS):
        raise SheetError(SheetFault.NOT_A_TABLE)
    bom = data.startswith(BOM_UTF8)
    encoding = _encoding(data, bom)
    ending = LINE_ENDING.search(data)
    line_ending = ending.group().decode() if ending else "\r\n"
    forms = [SheetFormat(SheetKind.CSV, encoding, mark, bom, line_ending) for mark in DELIMITERS]
    return max(forms, key=partial(_header_width, data))


def _encoding(data: bytes, bom: bool) -> str:
    for encoding in ("utf-8",) if bom else ("ascii", "utf-8", "cp1252"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    raise SheetError(SheetFault.NOT_A_TABLE)


def _header_width(data: bytes, form: SheetFormat) -> int:
    try:
        return next((len(values) for values in _csv_records(data, form) if any(values)), 0)
    except SheetError:
        return 0


def _csv_records(data: bytes, form: SheetFormat) -> Iterator[list[str]]:
    encoding = "utf-8-sig" if form.bom else form.encoding
    row = 1
    with io.TextIOWrapper(io.BytesIO(data), encoding, newline="") as text:
        try:
            # Strict, since a quotation mark that is never closed would swallow the rows after it unseen.
            for values in csv.reader(text, delimiter=form.delimiter, strict=True):
                yield [_unguarded(value.strip()) for value in values]
                row += 1
        except csv.Error:
            raise SheetError(SheetFault.BAD_QUOTES, row=row) from None


def _unguarded(text: str) -> str:
    """Undo `defused`, so that a sheet given back and loaded again is the same."""
    return text[1:] if text.startswith(GUARDED) else text


def _csv_line(values: list[str], form: SheetFormat) -> str:
    return form.delimiter.join(_quoted(defused(value), form.delimiter) for value in values) + form.line_ending


def _quoted(text: str, delimiter: str) -> str:
    if any(mark in text for mark in (delimiter, '"', "\r", "\n")):
        return '"' + text.replace('"', '""') + '"'
    return text


# XLSX


def _first_sheet(data: bytes) -> CalamineSheet:
    _check_archive(data)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for sheet in workbook.sheets_metadata:
            if (sheet.typ, sheet.visible) == (SheetTypeEnum.WorkSheet, SheetVisibleEnum.Visible):
                found = workbook.get_sheet_by_name(sheet.name)
                if found.height:
                    return found
    except CalamineError:
        raise SheetError(SheetFault.BROKEN_XLSX) from None
    raise SheetError(SheetFault.EMPTY)


def _check_archive(data: bytes) -> None:
    """Refuse zip bombs, and lone cells far away: the reader makes room for every cell up to the last."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if "xl/workbook.xml" not in archive.namelist():
                raise SheetError(SheetFault.NOT_A_TABLE)
            room = MAX_UNPACKED
            for member in archive.infolist():
                content = _unpacked(archive, member, room)
                room -= len(content)
                _check_extent(content)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError, OSError):
        raise SheetError(SheetFault.BROKEN_XLSX) from None


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, room: int) -> bytes:
    # The directory may lie about the size, so read until the data end, whatever it says.
    member.file_size, member.CRC = room + 1, None  # type: ignore[assignment]
    with archive.open(member) as stream:
        content = stream.read(room + 1)
    if len(content) > room:
        raise SheetError(SheetFault.TOO_LARGE)
    return content


def _check_extent(xml: bytes) -> None:
    row = column = rows = columns = 0
    for match in CELL_TAG.finditer(xml):
        tag, letters, digits, other_letters, other_digits = match.groups()
        row += tag == b"row"
        column = 0 if tag == b"row" else column + (tag == b"c")
        column = _column_number(letters or other_letters) or column
        row = int(digits or other_digits or row)
        rows, columns = max(rows, row), max(columns, column)
    if columns > MAX_COLUMNS or (columns and rows > MAX_ROWS) or rows * columns > MAX_CELLS:
        raise SheetError(SheetFault.TOO_LARGE)


def _column_number(letters: bytes | None) -> int:
    number = 0
    for letter in (letters or b"")[:4].upper():
        number = number * 26 + letter - 64
    return number


def _xlsx_records(sheet: CalamineSheet) -> Iterator[list[str]]:
    return ([_text(value) for value in values] for values in sheet.iter_rows())


def _text(value: str | float | bool | date | time | timedelta) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _written_xlsx(records: Iterable[list[str]]) -> bytes:
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as workbook:
        worksheet = workbook.add_worksheet()
        for number, values in enumerate(records):
            for column, value in enumerate(values):
                worksheet.write_string(number, column, value)
    return stream.getvalue()
