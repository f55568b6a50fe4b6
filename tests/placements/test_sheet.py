"""Bytes to rows and back: every format a school might send, and files that are no table at all."""

import io
import tracemalloc
import zipfile
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from app.cells import undefused
from app.placements import files, xlsx_file
from app.placements.csv_file import DELIMITERS
from app.placements.files import read, write
from app.placements.sheet import Row, SheetError, SheetFault, SheetFormat, SheetKind

SAMPLES = Path(__file__).parent / "samples"
XLSX = SheetFormat(SheetKind.XLSX)
# Written once: a workbook holds the time it was made, and hypothesis needs the same bytes each time.
BOOK = write(XLSX, ["a", "b"], [["1", "2"], ["3", "4"]])


def rows_of(data):
    return [row.values for row in read(data)]


def fault_of(data):
    with pytest.raises(SheetError) as caught:
        read(data)
    return caught.value.fault


def workbook(fill):
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        fill(book)
    return stream.getvalue()


def repacked(data, name, content):
    """The same archive with one member replaced or added."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            if member != name:
                new.writestr(member, old.read(member))
        new.writestr(name, content)
    return stream.getvalue()


def sheet_xml(cells):
    return (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{cells}</sheetData></worksheet>"
    ).encode()


def with_sheet_xml(cells):
    return repacked(write(XLSX, ["a"], [["b"]]), "xl/worksheets/sheet1.xml", sheet_xml(cells))


# Reading CSV


@pytest.mark.parametrize("delimiter", DELIMITERS)
def test_the_delimiter_is_the_one_that_splits_the_header(delimiter):
    sheet = read(f"brin{delimiter}pok{delimiter}naam\n25LH{delimiter}1{delimiter}x\n".encode())
    assert sheet.format.delimiter == delimiter
    assert sheet.header == ["brin", "pok", "naam"]


def test_a_delimiter_inside_a_quoted_name_does_not_count():
    sheet = read(b'"a,b,c,d";e;f\n1;2;3\n')
    assert sheet.header == ["a,b,c,d", "e", "f"]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_any_line_ending_is_read_and_remembered(ending):
    sheet = read(ending.join(["a;b", "1;2", "3;4"]).encode())
    assert [row.values for row in sheet] == [["1", "2"], ["3", "4"]]
    assert sheet.format.line_ending == ending


@pytest.mark.parametrize(
    ("data", "encoding", "bom"),
    [
        (b"a;b\n1;2\n", "ascii", False),
        ("a;b\né;€\n".encode(), "utf-8", False),
        ("a;b\né;€\n".encode("utf-8-sig"), "utf-8", True),
        ("a;b\né;€\n".encode("cp1252"), "cp1252", False),
    ],
)
def test_the_encoding_is_found(data, encoding, bom):
    sheet = read(data)
    assert (sheet.format.encoding, sheet.format.bom) == (encoding, bom)
    assert sheet.header == ["a", "b"]


def test_accents_are_read_in_utf8_and_in_cp1252():
    text = "naam;plaats\nCafé Zoë;’s-Gravenhage\n"
    assert rows_of(text.encode()) == rows_of(text.encode("cp1252")) == [["Café Zoë", "’s-Gravenhage"]]


def test_a_quoted_value_may_hold_delimiters_quotes_and_line_breaks():
    assert rows_of(b'a;b\n"x;y";"z ""q""\r\nw"\n') == [["x;y", 'z "q"\r\nw']]


def test_values_are_stripped_of_spaces_and_non_breaking_spaces():
    assert rows_of(" a ;b\n\u00a0x \u00a0;\ty \n".encode()) == [["x", "y"]]


def test_leading_zeros_are_kept():
    assert rows_of(b"a;b\n000001;01\n") == [["000001", "01"]]


def test_rows_carry_the_number_a_spreadsheet_shows():
    sheet = read(b'a;b\n"1\n1";2\n\n;\n3;4\n')
    assert list(sheet) == [Row(2, ["1\n1", "2"]), Row(5, ["3", "4"])]


def test_empty_lines_above_the_header_are_skipped_and_counted():
    sheet = read(b"\n;\na;b\n1;2\n")
    assert sheet.header == ["a", "b"]
    assert list(sheet) == [Row(4, ["1", "2"])]


def test_a_short_row_is_padded():
    assert rows_of(b"a;b;c\n1\n") == [["1", "", ""]]


def test_delimiters_without_values_at_the_end_of_lines_are_left_off():
    sheet = read(b"a;b;;\n1;2;;;;\n")
    assert sheet.header == ["a", "b"]
    assert list(sheet) == [Row(2, ["1", "2"])]


def test_a_row_longer_than_the_header_is_named_since_its_values_may_have_shifted():
    with pytest.raises(SheetError) as caught:
        read(b"a;b\n1;2\n1;2;3\n")
    assert caught.value.fault is SheetFault.ROW_TOO_LONG
    assert caught.value.details == {"row": 3}


def test_a_quotation_mark_never_closed_is_named_and_swallows_nothing():
    with pytest.raises(SheetError) as caught:
        read(b'a;b\n1;2\n"t Hoekje;2\n5;6\n')
    assert caught.value.fault is SheetFault.BAD_QUOTES
    assert caught.value.details == {"row": 3}


def test_a_sheet_can_be_read_again_and_again():
    sheet = read(b"a;b\n1;2\n3;4\n")
    assert list(sheet) == list(sheet)


def test_a_header_without_rows_is_a_sheet_without_rows():
    assert list(read(b"a;b\n")) == []


@pytest.mark.slow
def test_fifty_thousand_rows_take_little_more_memory_than_the_file():
    data = b"a;b;c;d\n" + b"012345678901234567890123456789;x;y;z\n" * 50_000
    tracemalloc.start()
    try:
        count = sum(1 for _ in read(data))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 50_000
    assert peak < 3 * len(data)


@pytest.mark.parametrize("text", ['="000001"', '"=""000001"""', "'000001", " 000001"])
def test_what_keeps_a_number_text_is_not_part_of_it(text):
    assert rows_of(f"a;b\n{text};2\n".encode()) == [["000001", "2"]]


@pytest.mark.parametrize("text", ["'t Hof", "'s-Gravenhage", "'", "=1+1", '="a"&"b"'])
def test_other_apostrophes_and_formulas_stay(text):
    assert rows_of(f"a;b\n{text};2\n".encode()) == [[text, "2"]]


@pytest.mark.parametrize("line", ["sep=;", "SEP=;", "\ufeffsep=;"])
def test_a_line_that_names_the_delimiter_is_skipped(line):
    sheet = read(f"{line}\na;b\n1;2\n".encode())
    assert (sheet.header, list(sheet)) == (["a", "b"], [Row(3, ["1", "2"])])


def test_spaces_before_quoted_values_are_skipped():
    assert rows_of(b'"a", "b"\n"1", "x, y"\n') == [["1", "x, y"]]


# Files that are no table


@pytest.mark.parametrize("data", [b"", b"\n\r\n  \n", "\ufeff".encode(), write(XLSX, [""], [])])
def test_a_file_without_anything_is_empty(data):
    assert fault_of(data) is SheetFault.EMPTY


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n1 0 obj",
        b"\x89PNG\r\n\x1a\n\x00\x00",
        b"\x1f\x8b\x08;\x01;",
        b"<html><table><tr><td>brin</td></tr></table>",
        b'{"brin": "25LH"}',
        b"{\\rtf1 brin}",
        b"a;b\n\x81\x8d;\xff\n",
        "a;b\n1;2\n".encode("utf-16"),
        b"\xd0\xcf\x11\xe0old excel",
    ],
)
def test_other_files_are_not_a_table(data):
    assert fault_of(data) is SheetFault.NOT_A_TABLE


def test_an_archive_of_another_kind_is_not_a_table():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert fault_of(stream.getvalue()) is SheetFault.NOT_A_TABLE


@pytest.mark.parametrize("line", ["123456782;101;x", "2026-01-31;a;b", "a;jan@school.example;b", "1-9-2026;a;b"])
def test_data_without_a_header_are_not_taken_for_names(line):
    assert fault_of(f"{line}\n{line}\n".encode()) is SheetFault.NO_HEADER


@pytest.mark.parametrize("data", [b";;;\n", b"-;-;-\n1;2;3\n"])
def test_lines_and_delimiters_are_no_header(data):
    assert fault_of(data) is SheetFault.NO_HEADER


def test_a_title_above_the_table_is_not_a_header():
    assert fault_of(b"Overzicht BPV\nbrin;pok\n25LH;1\n") is SheetFault.NO_HEADER


def test_an_error_never_holds_a_value():
    with pytest.raises(SheetError) as caught:
        read(b"a;b\n123456782;2;secret\n")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("limit", ["MAX_BYTES", "MAX_ROWS", "MAX_COLUMNS"])
def test_a_file_over_a_limit_is_too_large(monkeypatch, limit):
    monkeypatch.setattr(files, limit, 1)
    assert fault_of(b"a;b\n1;2\n3;4\n") is SheetFault.TOO_LARGE


# Reading XLSX


def test_numbers_and_dates_in_a_workbook_become_text():
    def fill(book):
        page = book.add_worksheet()
        page.write_row(0, 0, ["crebo", "getal", "begin", "tijd", "ja"])
        page.write(1, 0, 25655)
        page.write(1, 1, 0.5)
        page.write(1, 2, date(2026, 2, 14), book.add_format({"num_format": "d-m-yyyy"}))
        page.write(1, 3, datetime(2026, 2, 14, 13, 30), book.add_format({"num_format": "d-m-yyyy hh:mm"}))  # noqa: DTZ001
        page.write(1, 4, True)

    assert rows_of(workbook(fill)) == [["25655", "0.5", "2026-02-14", "2026-02-14T13:30:00", "True"]]


def test_the_first_visible_sheet_with_rows_is_read_and_its_numbers_are_true():
    def fill(book):
        book.add_worksheet("leeg")
        hidden = book.add_worksheet("verborgen")
        hidden.write(0, 0, "niet deze")
        hidden.hide()
        page = book.add_worksheet("stages")
        page.write_row(2, 1, ["brin", "pok"])
        page.write_row(5, 1, ["25LH", "000001"])

    sheet = read(workbook(fill))
    assert sheet.header == ["brin", "pok"]
    assert list(sheet) == list(sheet) == [Row(6, ["25LH", "000001"])]


def pages(**sheets):
    def fill(book):
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for number, values in enumerate(rows):
                page.write_row(number, 0, values)

    return workbook(fill)


def test_of_several_sheets_the_one_with_our_columns_is_read_and_the_others_are_named():
    sheet = read(
        pages(Toelichting=[["Vragen? Bel ons"], ["x"]], Stages=[["brin", "pok"], ["25LH", "1"]], Codes=[["crebo"]])
    )
    assert (sheet.header, sheet.left_out) == (["brin", "pok"], ["Toelichting", "Codes"])


def test_several_sheets_with_agreements_are_refused_by_name():
    with pytest.raises(SheetError) as caught:
        read(pages(BOL=[["brin", "pok"], ["25LH", "1"]], BBL=[["brin", "pok"], ["25LH", "2"]]))
    assert (caught.value.fault, caught.value.details) == (SheetFault.SEVERAL_SHEETS, {"sheets": "BOL, BBL"})


def test_a_number_too_long_for_a_spreadsheet_is_read_as_it_is_shown():
    assert rows_of(pages(a=[["a", "b"], [123456789012345678, 999999999999999]])) == [
        ["1.23456789012346E+17", "999999999999999"]
    ]


def test_a_value_beside_the_table_is_a_row_too_long():
    def fill(book):
        page = book.add_worksheet()
        page.write_row(0, 0, ["a", "b"])
        page.write_row(1, 0, ["1", "2", "3"])

    assert fault_of(workbook(fill)) is SheetFault.ROW_TOO_LONG


def test_a_cut_off_workbook_is_broken():
    data = write(XLSX, ["a", "b"], [["1", "2"]])
    assert fault_of(data[:-200]) is SheetFault.BROKEN_XLSX


def test_a_workbook_with_damaged_xml_is_broken():
    data = repacked(write(XLSX, ["a"], [["b"]]), "xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row")
    assert fault_of(data) is SheetFault.BROKEN_XLSX


def test_a_workbook_with_a_password_is_broken():
    data = b"\xd0\xcf\x11\xe0" + bytes(64) + "EncryptedPackage".encode("utf-16-le")
    assert fault_of(data) is SheetFault.BROKEN_XLSX


@settings(deadline=None)
@given(st.data())
def test_a_damaged_workbook_is_read_or_refused_and_nothing_else(data):
    damaged = bytearray(BOOK)
    for _ in range(data.draw(st.integers(1, 5))):
        damaged[data.draw(st.integers(4, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    with suppress(SheetError):
        list(read(bytes(damaged)))


def test_a_zip_bomb_is_too_large(monkeypatch):
    monkeypatch.setattr(xlsx_file, "MAX_UNPACKED", 1_000_000)
    data = repacked(write(XLSX, ["a"], [["b"]]), "xl/media/bomb.bin", bytes(2_000_000))
    assert len(data) < 20_000
    assert fault_of(data) is SheetFault.TOO_LARGE


def test_a_zip_bomb_that_lies_about_its_size_is_too_large(monkeypatch):
    monkeypatch.setattr(xlsx_file, "MAX_UNPACKED", 1_000_000)
    data = repacked(write(XLSX, ["a"], [["b"]]), "xl/media/bomb.bin", bytes(2_000_000))
    assert fault_of(data.replace((2_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))) is SheetFault.TOO_LARGE


@pytest.mark.parametrize(
    "cells",
    [
        '<row r="1"><c r="A1" t="str"><v>a</v></c></row><row r="400000"><c r="CZ400000"><v>1</v></c></row>',
        '<row r="1"><c r="XFD1"><v>1</v></c></row>',
        "<row r='1'><c t='n' r='XFD1'><v>1</v></c></row>",
        '<x:row r="900000"><x:c><x:v>1</x:v></x:c></x:row>',
        '<row r="1">' + "<c><v>1</v></c>" * 400 + "</row>",
    ],
)
def test_a_lone_cell_far_away_is_too_large_before_room_is_made_for_it(cells):
    assert fault_of(with_sheet_xml(cells)) is SheetFault.TOO_LARGE


def test_cells_without_references_are_read():
    cells = "<row><c t='str'><v>a</v></c><c t='str'><v>b</v></c></row><row><c><v>1</v></c><c><v>2</v></c></row>"
    assert rows_of(with_sheet_xml(cells)) == [["1", "2"]]


# Writing


def test_a_formula_is_defused_in_csv_and_comes_back_as_it_was():
    data = write(SheetFormat(), ["a", "b"], [["=1+1", "-"]])
    assert b"'=1+1;'-" in data
    assert rows_of(data) == [["=1+1", "-"]]


def test_a_formula_and_a_link_are_only_text_in_a_workbook():
    values = ["=1+1", "http://x.example/", "000001"]
    data = write(XLSX, ["a", "b", "c"], [values])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in xml
    assert b"hyperlink" not in xml
    assert rows_of(data) == [values]


def test_a_character_that_cp1252_lacks_turns_the_sheet_into_utf8_with_bom():
    form = SheetFormat(SheetKind.CSV, "cp1252")
    assert write(form, ["a", "b"], [["é", ""]]) == "a;b\r\né;\r\n".encode("cp1252")
    assert write(form, ["a", "b"], [["Đorđe", ""]]) == "a;b\r\nĐorđe;\r\n".encode("utf-8-sig")


def test_an_accent_added_to_a_plain_file_opens_well_in_a_spreadsheet():
    form = read(b"a;b\n1;2\n").format
    assert write(form, ["a", "b"], [["één", ""]]).startswith("\ufeff".encode())


@pytest.mark.parametrize("name", ["placements.csv", "placements-with-errors.csv"])
def test_the_sample_files_are_written_back_byte_for_byte(name):
    data = (SAMPLES / name).read_bytes()
    sheet = read(data)
    written = write(sheet.format, sheet.header, (row.values for row in sheet))
    assert written.replace(b"\"'=", b'"=') == data


def cells(alphabet):
    text = st.text(alphabet, max_size=12).map(str.strip)
    return text.filter(lambda cell: undefused(cell) == cell)


def tables(alphabet):
    return st.lists(st.lists(cells(alphabet), min_size=2, max_size=2).filter(any), max_size=6)


PRINTABLE = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.sampled_from("\r\n\t;,|\"=+-@'")
WESTERN = st.characters(codec="cp1252", exclude_categories=["Cc"]) | st.sampled_from("\r\n\t;,|\"=+-@'")


def is_utf8(data):
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


@settings(deadline=None)
@given(
    rows=tables(PRINTABLE),
    delimiter=st.sampled_from(DELIMITERS),
    bom=st.booleans(),
    line_ending=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_what_is_written_in_utf8_is_read_back(rows, delimiter, bom, line_ending):
    form = SheetFormat(SheetKind.CSV, "utf-8", delimiter, bom, line_ending)
    sheet = read(write(form, ["één", "twee"], rows))
    assert [row.values for row in sheet] == rows
    assert sheet.format == form


@settings(deadline=None)
@given(rows=tables(WESTERN), delimiter=st.sampled_from(DELIMITERS))
def test_what_is_written_in_cp1252_is_read_back(rows, delimiter):
    form = SheetFormat(SheetKind.CSV, "cp1252", delimiter)
    data = write(form, ["één", "twee"], rows)
    sheet = read(data)
    assert not is_utf8(data)
    assert [row.values for row in sheet] == rows
    assert sheet.format == form


@settings(deadline=None)
@given(rows=tables(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"])))
def test_what_is_written_in_a_workbook_is_read_back(rows):
    sheet = read(write(XLSX, ["een", "twee"], rows))
    assert [row.values for row in sheet] == rows
    assert sheet.format == XLSX


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_a_sheet_or_a_fault(data):
    with suppress(SheetError):
        list(read(data))
