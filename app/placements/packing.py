"""How an upload waits: a sheet as compressed CSV, before-images as compressed JSON."""

import csv
import datetime as dt
import io
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from app.placements.sheet import Row, Sheet, SheetFormat, SheetKind

MOMENTS: dict[str, Any] = {"date": dt.date, "datetime": dt.datetime}


def pack_sheet(sheet: Sheet, rows: Iterable[Row], places: Sequence[int]) -> bytes:
    """Pack these rows and columns of a sheet, with empty lines where others were, so that each row keeps its number."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    line = 0
    for number, values in chain([Row(sheet.header_number, sheet.header)], rows):
        writer.writerows([[]] * (number - line - 1))
        writer.writerow([values[place] for place in places])
        line = number
    return zlib.compress(text.getvalue().encode())


def unpack_sheet(packed: bytes, form: dict[str, Any]) -> Sheet:
    """Return the sheet, to be read row by row; `form` is how the file was written that it came from."""
    text = zlib.decompress(packed).decode()

    def records() -> Iterator[list[str]]:
        return csv.reader(io.StringIO(text, newline=""), strict=True)

    number, header = next((number, record) for number, record in enumerate(records(), start=1) if any(record))
    return Sheet(header, SheetFormat(**(form | {"kind": SheetKind(form["kind"])})), number, records)


def pack(value: Any) -> bytes:
    return zlib.compress(json.dumps(value, default=_as_json).encode())


def unpack(packed: bytes) -> Any:
    return json.loads(zlib.decompress(packed), object_hook=_from_json)


def _as_json(moment: dt.date) -> dict[str, str]:
    return {type(moment).__name__: moment.isoformat()}


def _from_json(found: dict[str, Any]) -> Any:
    for name, kind in MOMENTS.items():
        if name in found:
            return kind.fromisoformat(found[name])
    return found
