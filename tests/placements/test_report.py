"""The refused rows given back."""

from pathlib import Path

import pytest

from app.placements import words
from app.placements.checking import Reason, Reference, check_sheet
from app.placements.columns import recognise
from app.placements.files import read, write
from app.placements.sheet import SheetFormat, SheetKind

HEADER = [
    "brin",
    "pok",
    "crebo",
    "leerweg",
    "begindatum",
    "verwachte_einddatum",
    "leerbedrijf_id",
    "leerbedrijf",
]
GOOD = ["25LH", "000001", "25655", "BOL", "1-9-2026", "31-1-2027", "100018965", "Café 't Hof"]
UNKNOWN = ["25LH", "000002", "99999", "BOL", "1-9-2026", "31-1-2027", "100018965", "=1+1"]
BAD_DATE = ["25LH", "000003", "25655", "BOL", "31-2-2026", "31-1-2027", "100018965", ""]
NOT_IN_SAMPLE = (Reason.MISSING_VALUE, Reason.LOST_DIGITS, Reason.MONTH_FIRST)
REFERENCE = Reference(frozenset({"25LH"}), frozenset({"25655"}), {})
FORMATS = [
    SheetFormat(SheetKind.XLSX),
    SheetFormat(SheetKind.CSV, "utf-8", ",", True, "\r\n"),
    SheetFormat(SheetKind.CSV, "utf-8", "|", False, "\n"),
    SheetFormat(SheetKind.CSV, "cp1252", ";", False, "\r\n"),
]


@pytest.fixture(autouse=True)
def one_word(monkeypatch):
    monkeypatch.setattr(words, "explain", lambda reason, field: f"één fout: {reason}")


def report(data):
    sheet = read(data)
    return words.refused_sheet(sheet, check_sheet(sheet, recognise(sheet.header), REFERENCE))


@pytest.mark.parametrize("form", FORMATS)
def test_refused_rows_come_back_in_their_own_format_with_what_is_wrong(form):
    header = [*HEADER[:-1], "bpv-bedrijf", "coördinator"]
    rows = [[*row, "x"] for row in (GOOD, UNKNOWN, BAD_DATE)]
    sheet = read(report(write(form, header, rows)))
    assert sheet.format == form
    assert sheet.header == [*header, "fout"]
    assert [row.values for row in sheet] == [
        [*UNKNOWN, "x", f"één fout: {Reason.UNKNOWN_PROGRAMME}"],
        [*BAD_DATE, "x", f"één fout: {Reason.BAD_DATE}"],
    ]


def test_duplicates_are_not_given_back():
    assert list(read(report(write(SheetFormat(), HEADER, [GOOD, GOOD])))) == []


def test_a_formula_is_defused_in_the_sheet_given_back():
    assert b";'=1+1;" in report(write(SheetFormat(), HEADER, [UNKNOWN]))


def test_an_explanation_that_begins_like_a_formula_is_defused_too(monkeypatch):
    monkeypatch.setattr(words, "explain", lambda reason, field: "=x")
    assert b";'=x" in report(write(SheetFormat(), HEADER, [UNKNOWN]))


def test_a_sheet_given_back_and_sent_again_unchanged_comes_back_the_same():
    once = report(write(SheetFormat(), HEADER, [GOOD, UNKNOWN, BAD_DATE]))
    assert report(once) == once


def test_a_row_mended_in_the_sheet_given_back_goes_in():
    data = report(write(SheetFormat(), HEADER, [UNKNOWN])).replace(b"99999", b"25655")
    sheet = read(data)
    [outcome] = check_sheet(sheet, recognise(sheet.header), REFERENCE)
    assert outcome.checked.company_name == "=1+1"


def test_the_sample_with_errors_gives_its_eight_refused_rows_back():
    data = (Path(__file__).parent / "samples" / "placements-with-errors.csv").read_bytes()
    sheet = read(data)
    columns = recognise(sheet.header)
    schools = frozenset(row.values[0] for row in sheet) - {"ZZ99"}
    programmes = frozenset(row.values[3] for row in sheet) - {"99999"}
    outcomes = check_sheet(sheet, columns, Reference(schools, programmes, {}))
    back = read(words.refused_sheet(sheet, outcomes))
    assert sorted(row.values[-1] for row in back) == sorted(
        f"één fout: {reason}" for reason in [*set(Reason).difference(NOT_IN_SAMPLE), Reason.CONFLICTING]
    )
