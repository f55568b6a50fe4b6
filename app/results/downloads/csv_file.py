"""Results as one CSV file: a row per measure and a row per answer, below rows that say what the file is about.

All rows have the same columns; the first says of which kind a row is. Numbers are written as the reader writes them,
since a Dutch spreadsheet takes 7.4 for the seventh of April.
"""

import csv
import io
from collections.abc import Iterator

from flask_babel import format_decimal
from flask_babel import gettext as _

from app.cells import defused
from app.results import words
from app.results.downloads import about, tables
from app.results.downloads.contents import Contents, theme_of
from app.results.downloads.tables import Cell, Number
from app.results.figures import Figure
from app.results.selection import Side


def written(contents: Contents) -> bytes:
    """Return the file, with the mark by which spreadsheets know UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    start = [_("Row"), _("Theme"), "id", _("Question"), _("Answer or measure"), _("Unit"), _("Figure")]
    heads = [*start, _("From"), _("To"), _("Number"), _("Elsewhere"), _("Elsewhere in the sector"), _("In words")]
    writer.writerow(heads)
    numbers = _("Decimals are written as in %(example)s; shares are per cents.", example=format_decimal(7.4, "0.0"))
    lines = [*about.lines(contents), (_("Numbers"), numbers)]
    for row in (*([_("about"), label, "", text] for label, text in lines), *_rows(contents.chosen.side)):
        writer.writerow(defused(cell) for cell in [*row, *[""] * (len(heads) - len(row))])
    return out.getvalue().encode("utf-8-sig")


def _rows(side: Side) -> Iterator[list[str]]:
    for one in side.report.themes:
        others = [theme_of(report, one.page.id) for report in (side.elsewhere, side.sector)]
        yield _measure([words.page_title(one.page), one.page.id, _("The theme as a whole")], one.figure, others)
    for page, question in tables.asked(side.report):
        figure = side.report.figures[question.id]
        others = [report.figures.get(question.id) if report else None for report in (side.elsewhere, side.sector)]
        start = [words.page_title(page), question.id, tables.text(question, side)]
        yield _measure(start, figure, others)
        for label, part, count in tables.answers_of(side.report, question):
            yield [_("answer"), *start, label, "%", _number(tables.share(part)), "", "", _number(count)]


def _measure(start: list[str], figure: Figure, others: list[Figure | None]) -> list[str]:
    unit = "1–10" if figure.measure == "mean" else "%" if figure.measure != "distribution" else ""
    numbers = [tables.elsewhere(figure), *tables.ends(figure), tables.persons(figure), *map(tables.elsewhere, others)]
    said = words.shown(figure) if unit or not figure.is_full else ""
    return [_("measure"), *start, str(words.MEASURES[figure.measure]), unit, *map(_number, numbers), said]


def _number(cell: Cell) -> str:
    if not isinstance(cell, Number):
        return ""
    if cell.style == "share":
        return format_decimal(100 * cell.value, "0.0")
    return format_decimal(cell.value, "0.00" if cell.style == "grade" else "0")
