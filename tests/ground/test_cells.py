"""Text in spreadsheets' cells."""

import pytest

from app.cells import defused, undefused


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-x", "@SUM(A1)", "\t=1", "\r=1", "-", "=HYPERLINK(1)", "+1+1"])
def test_a_formula_is_defused(text):
    assert defused(text) == "'" + text
    assert undefused(defused(text)) == text


@pytest.mark.parametrize("text", ["", "a=b", "-5", "+31", "-3,5", "+0.25", "Café", "'s-Hertogenbosch", "12"])
def test_plain_text_and_plain_numbers_stay_as_they_are(text):
    assert defused(text) == undefused(text) == text
