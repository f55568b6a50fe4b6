"""CSV in all the ways schools write it: encoding, delimiter and line ending are found out, and kept when writing."""

import csv
import io
import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from functools import partial

from app.cells import defused, undefused
from app.placements.sheet import SheetError, SheetFault, SheetFormat, SheetKind

DELIMITERS = ";,\t|"
OLE_START = b"\xd0\xcf\x11\xe0"  # old .xls, and every Office file with a password
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
OTHER_STARTS = (b"%PDF", b"<", b"{", b"[")  # also HTML and XML named .xls, RTF, JSON
SEPARATOR_LINE = re.compile(r"sep=.?", re.IGNORECASE)  # tells a spreadsheet what splits the values, and is no row
LINE_ENDING = re.compile(rb"\r\n|\n|\r")


def format_of(data: bytes) -> SheetFormat:
    """Return how a CSV file is written. Raises SheetError when it is none."""
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
        return next((len(values) for values in records(data, form) if any(values)), 0)
    except SheetError:
        return 0


def records(data: bytes, form: SheetFormat) -> Iterator[list[str]]:
    """Yield the lines of a file, stripped and without what `defused` added. Raises SheetError."""
    encoding = "utf-8-sig" if form.bom else form.encoding
    row = 1
    with io.TextIOWrapper(io.BytesIO(data), encoding, newline="") as text:
        try:
            # Strict, since a quotation mark that is never closed would swallow the rows after it unseen.
            for values in csv.reader(text, delimiter=form.delimiter, strict=True, skipinitialspace=True):
                marked = row == 1 and SEPARATOR_LINE.fullmatch("".join(values))
                yield [] if marked else [undefused(value.strip()) for value in values]
                row += 1
        except csv.Error:
            raise SheetError(SheetFault.BAD_QUOTES, row=row) from None


def written(records: Iterable[list[str]], form: SheetFormat) -> bytes:
    """Write a file; UTF-8 with BOM where its own encoding lacks a character."""
    text = "".join(_line(values, form) for values in records)
    try:
        encoded = text.encode(form.encoding)
    except UnicodeEncodeError:
        return text.encode("utf-8-sig")
    return BOM_UTF8 + encoded if form.bom else encoded


def _line(values: list[str], form: SheetFormat) -> str:
    return form.delimiter.join(_quoted(defused(value), form.delimiter) for value in values) + form.line_ending


def _quoted(text: str, delimiter: str) -> str:
    if any(mark in text for mark in (delimiter, '"', "\r", "\n")):
        return '"' + text.replace('"', '""') + '"'
    return text
