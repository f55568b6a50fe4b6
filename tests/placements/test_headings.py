"""Columns that are not read: all of them named, and those asked about that may be the one that counts."""

import pytest

from app.placements.columns import recognise
from app.placements.files import read
from app.placements.headings import headings

KNOWN = "brin;pok_nummer"


def found(name: str, *values: str):
    sheet = read("\n".join([f"{KNOWN};{name}", *(f"25LJ;1;{value}" for value in values)]).encode())
    return headings(sheet, recognise(sheet.header))


def test_columns_that_are_not_read_come_with_their_first_values():
    (one,) = found("opmerking", "x", "", "x", "y", "z\u200b", "w")
    assert (one.name, one.key, one.place, one.examples) == ("opmerking", "opmerking", 2, ["x", "y", "z"])


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
