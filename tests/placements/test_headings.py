"""Columns that are not read: all of them named, and those asked about that may be the one that counts."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.placements.checking import Reference, check_sheet
from app.placements.columns import recognise
from app.placements.files import read, write
from app.placements.headings import headings
from app.placements.sheet import SheetError, SheetFormat, SheetKind

KNOWN = "brin;pok_nummer"


def found(name: str, *values: str):
    sheet = read("\n".join([f"{KNOWN};{name}", *(f"25LJ;1;{value}" for value in values)]).encode())
    return headings(sheet, recognise(sheet.header))


def test_columns_that_are_not_read_come_with_their_first_values():
    (one,) = found("Op-merking", "x", "", "x", "y", "z\u200b", "w")
    assert (one.name, one.key, one.examples) == ("Op-merking", "opmerking", ["x", "y", "z"])


def test_long_values_are_cut_off():
    assert found("opmerking", "x" * 500)[0].examples == ["x" * 30]


def test_a_column_without_a_name_is_named_by_its_letter_and_one_without_anything_is_not():
    assert [one.name for one in found(";x", "a;b")] == ["C", "x"]
    assert [one.name for one in found(";x", ";b")] == ["x"]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("Status BPV-overeenkomst", ["Lopend"]),
        ("Stand", ["Lopend", "afgemeld"]),
        ("Stand van zaken", ["Lopend"]),
        ("Toestand", ["Getekend"]),
        ("Actief", ["ja", "nee"]),
        ("Fase", ["1", "2"]),
        ("Geannuleerd", ["J", "N"]),
        ("Verloop", ["loopt", "Ingetrokken per mail"]),
        ("Laatste dag", ["31-12-26"]),
        ("Laatste dag", ["31 dec 2026"]),
        ("Toelichting", [*(f"tekst {n}" for n in range(300)), "Afgewezen"]),
        ("E-mail contactpersoon bedrijf", ["t1@bedrijf.example"]),
        ("Contact", ["Jan", "jan@bedrijf.example"]),
        ("Gestopt", ["1-9-2026", "2026-10-01", "onbekend"]),
        ("Datum ondertekening", ["week 12"]),
        ("Kenmerk", ["000001", "000002"]),
        ("Dossier leerling", ["POK-20260001", "POK-20260002"]),
    ],
)
def test_what_looks_like_something_we_use_must_be_answered(name, values):
    assert [one.must_answer for one in found(name, *values)] == [True]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("school", ["ROC Rivor"]),
        ("opleiding", ["Metselaar"]),
        ("niveau", ["2"]),
        ("Klascode", ["MB2A"]),
        ("Telefoonnummer", ["0612345678"]),
        ("Telefoon praktijkopleider", ["0612345678"]),
        ("KvK-nummer", ["12345678"]),
        ("Postcode bedrijf", ["3511 AB"]),
        ("praktijkbegeleider", ["A. Bos"]),
        ("omvang", ["640"]),
        ("Status leeg", [""]),
        ("opmerking", ["mooi", "meer dan 100 uur"]),
    ],
)
def test_what_cannot_change_who_is_invited_is_named_and_not_asked(name, values):
    assert [(one.name, one.must_answer) for one in found(name, *values)] == [(name, False)]


ODD = ["\u200b", "12/31/2026", "2,0E+11", '="1"', "'1", "a@b.nl", "Afgemeld", "\x00"]
CELLS = st.text(max_size=12) | st.sampled_from(ODD)


@settings(deadline=None)
@given(st.lists(st.lists(CELLS, min_size=9, max_size=9), max_size=5), st.sampled_from(list(SheetKind)))
def test_any_table_is_read_and_checked_or_refused_as_a_whole(rows, kind):
    header = ["brin", "pok", "crebo", "leerweg", "begin", "eind", "leerbedrijf_id", "Stand", ""]
    with suppress(SheetError):
        sheet = read(write(SheetFormat(kind), header, rows))
        known = recognise(sheet.header)
        assert all(one.key for one in headings(sheet, known))
        outcomes = list(check_sheet(sheet, known, Reference(frozenset({"25LJ"}), frozenset({"25786"}), {})))
        assert all(bool(one.checked) + bool(one.refusal) + one.duplicate == 1 for one in outcomes)
