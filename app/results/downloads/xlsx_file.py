"""Results as a workbook: how to read it, and a sheet per table, ready to be printed."""

import io
from typing import Any

import xlsxwriter
from flask_babel import gettext as _

from app.results.downloads import about, tables
from app.results.downloads.contents import Contents
from app.results.downloads.tables import Number, Table

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
INK, TINT, LINE = "#0c3b4a", "#dfecef", "#d3dcde"
STYLES: dict[str, dict[str, Any]] = {
    "share": {"num_format": "0%"},
    "grade": {"num_format": "0.0"},
    "count": {"num_format": "#,##0"},
    "year": {"num_format": "0"},
    "text": {"text_wrap": True},
    "title": {"bold": True, "font_size": 18, "font_color": INK},
    "label": {"bold": True},
    "head": {"bold": True, "font_color": "#ffffff", "bg_color": INK, "text_wrap": True, "border_color": LINE},
}
READ_ME = (24, 100)  # widths
PAPER_A4 = 9


def written(contents: Contents) -> bytes:
    """Return the workbook's bytes."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, OPTIONS) as book:
        book.set_properties({"title": f"{contents.whose} – {contents.chosen.round.name}", "author": "BPV Monitor"})
        styles = {name: book.add_format({"valign": "top", **style}) for name, style in STYLES.items()}
        _read_me(book, styles, contents)
        for table in tables.all_of(contents):
            _sheet(book, styles, table)
    return stream.getvalue()


def _read_me(book: Any, styles: dict[str, Any], contents: Contents) -> None:
    sheet = book.add_worksheet(_("Read me"))
    sheet.hide_gridlines(2)
    for column, width in enumerate(READ_ME):
        sheet.set_column(column, column, width)
    sheet.write_string(0, 0, _("Results of work placements"), styles["title"])
    for row, (label, text) in enumerate(about.lines(contents), start=2):
        sheet.write_string(row, 0, label, styles["label"])
        sheet.write_string(row, 1, text, styles["text"])
    _for_print(sheet)


def _sheet(book: Any, styles: dict[str, Any], table: Table) -> None:
    sheet = book.add_worksheet(table.name[:31])
    for column, (head, width) in enumerate(table.columns):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, head, styles["head"])
    for number, row in enumerate(table.rows, start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, Number):
                sheet.write_number(number, column, cell.value, styles[cell.style])
            elif cell:
                sheet.write_string(number, column, cell, styles["text"])
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
    sheet.repeat_rows(0)
    _for_print(sheet)


def _for_print(sheet: Any) -> None:
    sheet.set_landscape()
    sheet.set_paper(PAPER_A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&F&C&A&R&P / &N")
