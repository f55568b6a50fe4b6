"""Reads a CSV file of figures of earlier years; one with mistakes is refused with all of them. Stores nothing."""

import csv
import io
import math
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from app.placements.values import clean_text
from app.results.history import metrics
from app.results.history.metrics import COUNT, GRADE, SHARE, UNITS
from app.results.models import HistoryFigure

NEEDED = ("year", "role", "metric", "breakdown", "value", "source")
OPTIONAL = ("unit", "n", "qualifier", "brin")
COLUMNS = NEEDED + OPTIONAL
OTHER_NAMES = {"school": "brin"}
FILLED = ("role", "metric", "source")
LENGTHS = {"role": 60, "metric": 120, "breakdown": 60, "value": 20, "qualifier": 200, "source": 500}
FEWEST, MOST = 5, 2**31 - 1  # n: of fewer answers nothing is shown, and more the database has no room for
YEAR = re.compile(r"[12][0-9]{3}")
NUMBER = re.compile(r"-?[0-9]+([.,][0-9]+)?")
WHOLE = re.compile(r"[0-9]+")
N = re.compile(r"[1-9][0-9]{0,9}")
BOUNDS = {SHARE: (0, 100), GRADE: (1, 10)}
Cells = dict[str, str]


class HistoryFault(ValueError):
    """A file of figures has mistakes; `mistakes` lists them, one sentence each."""

    def __init__(self, *mistakes: str) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True)
class Known:
    """What rows are checked against: the BRINs there are, and the year it is."""

    schools: Collection[str]
    year: int


def read(data: bytes, known: Known) -> list[HistoryFigure]:
    """Return a file's figures: UTF-8, with commas or semicolons, numbers with comma or point. Raises HistoryFault."""
    lines = _lines(data)
    header = _header(next(lines, (1, []))[1])
    found = [(line, values) for line, values in lines if any(values)]
    if not found:
        raise HistoryFault("the file holds no figures; each is a line below the heading")
    rows = [(line, _cells(header, values)) for line, values in found if len(values) == len(header)]
    mistakes = [
        (line, f": there are {len(values)} values for {len(header)} columns; check commas and quotation marks")
        for line, values in found
        if len(values) != len(header)
    ]
    mistakes += [*_mistakes(rows, known), *_twice(rows)]
    if mistakes:
        raise HistoryFault(*(f"line {line}{words}" for line, words in sorted(mistakes)))
    return [_figure(cells) for _line, cells in rows]


def number(value: str) -> float:
    """Return what a value with a decimal comma or point stands for."""
    return float(value.replace(",", "."))


def _lines(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield the line each record starts on, and its values."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise HistoryFault("this is not UTF-8; save it as CSV in UTF-8") from None
    heading = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;", key=heading.count), strict=True)
    line = 1
    try:
        for values in reader:
            yield line, [clean_text(value) for value in values]
            line = reader.line_num + 1
    except csv.Error:
        raise HistoryFault(f"line {line}: a quotation mark is not closed, or stands within a value; mend it") from None


def _header(values: list[str]) -> list[str]:
    """Return our names of the columns. An unknown one is refused: it may have been meant to name a school."""
    header = [OTHER_NAMES.get(name.lower(), name.lower()) for name in values]
    mistakes = [f"line 1: column {name} is missing; add it" for name in NEEDED if name not in header]
    mistakes += [
        f"line 1: column '{name}' is not known; take it out, or name it one of {', '.join(COLUMNS)}"
        for name in header
        if name not in COLUMNS
    ]
    twice = sorted({name for name in header if header.count(name) > 1})
    mistakes += [f"line 1: column {name} stands there twice; take one out" for name in twice]
    if mistakes:
        raise HistoryFault(*mistakes)
    return header


def _cells(header: list[str], values: list[str]) -> Cells:
    """Return a row by column, with the unit its metric has where none is given."""
    cells = dict.fromkeys(OPTIONAL, "") | dict(zip(header, values, strict=True))
    cells["brin"] = cells["brin"].upper()
    cells["unit"] = cells["unit"] or _usual_unit(cells) or ""
    return cells


def _usual_unit(cells: Cells) -> str | None:
    meaning = metrics.meanings().get((cells["metric"], cells["role"], cells["breakdown"]))
    return meaning.unit if meaning else None


def _mistakes(rows: list[tuple[int, Cells]], known: Known) -> Iterator[tuple[int, str]]:
    for line, cells in rows:
        for column, words in (*_mistakes_in_words(cells, known), *_mistakes_in_numbers(cells)):
            yield line, f", {column}: {words}"


def _twice(rows: list[tuple[int, Cells]]) -> Iterator[tuple[int, str]]:
    first: dict[tuple[str, ...], int] = {}
    for line, cells in rows:
        key = tuple(cells[name] for name in ("year", "role", "metric", "breakdown", "brin"))
        if first.setdefault(key, line) != line:
            yield line, f": the same year, role, metric, breakdown and school as line {first[key]}; take one out"


def _mistakes_in_words(cells: Cells, known: Known) -> Iterator[tuple[str, str]]:
    """Yield the column and the words of each mistake in what a figure is of."""
    if not YEAR.fullmatch(cells["year"]):
        yield "year", f"'{cells['year']}' is no year; write four digits"
    elif int(cells["year"]) > known.year:
        yield "year", f"{cells['year']} is yet to come; correct it"
    if cells["brin"] and cells["brin"] not in known.schools:
        yield "brin", f"there is no school '{cells['brin']}'; load the reference tables, or check the BRIN"
    for column in FILLED:
        if not cells[column]:
            yield column, "it is empty; fill it in"
    for column, length in LENGTHS.items():
        if len(cells[column]) > length:
            yield column, f"it has more than {length} characters; shorten it"


def _mistakes_in_numbers(cells: Cells) -> Iterator[tuple[str, str]]:
    """Yield the same of its value, unit and number of answers."""
    value, unit, n, usual = cells["value"], cells["unit"], cells["n"], _usual_unit(cells)
    if unit not in UNITS:
        yield "unit", f"'{unit}' is no unit; write one of {', '.join(UNITS)}"
    elif usual not in (None, unit):
        yield "unit", f"this metric is in {usual}, not in {unit}; correct it"
    low, high = BOUNDS.get(unit, (-math.inf, math.inf))
    if not NUMBER.fullmatch(value):
        yield "value", f"'{value}' is no number; write it like 7,5 or 7.5"
    elif unit == COUNT and not WHOLE.fullmatch(value):
        yield "value", f"'{value}' is no count; write digits only, without a sign or separator"
    elif not low <= number(value) <= high:
        yield "value", f"{value} is not between {low} and {high}; correct the value or the unit"
    if n and not (N.fullmatch(n) and int(n) <= MOST):
        yield "n", f"'{n}' is no number of answers; write a whole number above 0, or nothing"
    elif n and int(n) < FEWEST:
        yield "n", f"a figure of fewer than {FEWEST} answers says something about persons; take the line out"


def _figure(cells: Cells) -> HistoryFigure:
    read = {"year": int(cells["year"]), "n": int(cells["n"]) if cells["n"] else None, "brin": cells["brin"] or None}
    return HistoryFigure(**(cells | read))
