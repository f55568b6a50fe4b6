"""XLSX files, with care for archives that unpack to more than memory holds."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta

import xlsxwriter
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from app.cells import undefused
from app.placements.sheet import MAX_COLUMNS, MAX_ROWS, SheetError, SheetFault

MAX_UNPACKED = 250_000_000
MAX_CELLS = 10_000_000
EXACT = 1e15  # from here on a number in a spreadsheet has lost digits
CELL_TAG = re.compile(
    rb"<(?:\w+:)?(row|c)(?=[\s/>])(?:\s+r=\"([A-Z]*)([0-9]{1,9})\")?|\br\s*=\s*[\"']([A-Za-z]*)([0-9]{1,9})"
)


def sheets(data: bytes) -> list[CalamineSheet]:
    """Return the sheets that can be seen and hold something. Raises SheetError."""
    _check_archive(data)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        seen = (SheetTypeEnum.WorkSheet, SheetVisibleEnum.Visible)
        names = [sheet.name for sheet in workbook.sheets_metadata if (sheet.typ, sheet.visible) == seen]
        found = [workbook.get_sheet_by_name(name) for name in names]
        return [sheet for sheet in found if any(any(row) for row in records(sheet))]
    except CalamineError:
        raise SheetError(SheetFault.BROKEN_XLSX) from None


def _check_archive(data: bytes) -> None:
    """Refuse zip bombs, and lone cells far away: the reader makes room for every cell up to the last."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if "xl/workbook.xml" not in {name.replace("\\", "/").lower() for name in archive.namelist()}:
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


def records(sheet: CalamineSheet) -> Iterator[list[str]]:
    return ([_text(value) for value in values] for values in sheet.iter_rows())


def _text(value: str | float | bool | date | time | timedelta) -> str:
    if isinstance(value, str):
        return undefused(value.strip())
    if isinstance(value, float):
        if abs(value) >= EXACT:  # written as a spreadsheet shows it, which is refused as a number
            return f"{value:.14E}"
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date | time) else str(value)


def written(records: Iterable[list[str]]) -> bytes:
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as workbook:
        worksheet = workbook.add_worksheet()
        for number, values in enumerate(records):
            for column, value in enumerate(values):
                worksheet.write_string(number, column, value)
    return stream.getvalue()
