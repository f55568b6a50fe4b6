"""Text in spreadsheets' cells."""

import pytest

from app.cells import defused, undefused


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-x", "@SUM(A1)", "\t1", "\r1", "-", "=HYPERLINK(1)", "+1+1"])
def test_a_formula_is_defused(text):
    assert defused(text) == "'" + text
    assert undefused(defused(text)) == text


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("Bakker,=1+1", "Bakker,'=1+1"),
        ("Bakker; @SUM(A1)", "Bakker; '@SUM(A1)"),
        ('"Bakker",+cmd', '"Bakker",\'+cmd'),
        ("one\n-two", "one\n'-two"),
        ("\t=1", "'\t'=1"),
        (" =1+1", " '=1+1"),
        ("-5,-x", "-5,'-x"),
    ],
)
def test_what_becomes_a_formula_when_split_at_another_mark_is_defused_too(text, cell):
    assert defused(text) == cell
    assert undefused(cell) == text


@pytest.mark.parametrize(
    "text", ["", "a,-5", "Jansen, A-B", "a=b", "-5", "+31", "-3,5", "+0.25", "Café", "'s-Hertogenbosch", "12"]
)
def test_plain_text_and_plain_numbers_stay_as_they_are(text):
    assert defused(text) == undefused(text) == text
