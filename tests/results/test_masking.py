"""What leads to a person is masked in what people wrote."""

import pytest

from app.results.masking import MASK, masked


@pytest.mark.parametrize(
    "text",
    [
        "bel 06-12345678",
        "bel 06 12 34 56 78",
        "bel +31 (0)6 1234 5678",
        "bel 0123456789",
        "mail x.y@leerbedrijf.example",
        "zie https://leerbedrijf.example/team",
        "zie www.leerbedrijf.example",
        "volg @iemand_hier",
        "woont op 1234 AB 12",
        "nummer 123456",
        "adres 1234 ab 12",
        "rekening NL91 ABNA 0417 1643 00",
    ],
)
def test_addresses_and_numbers_are_masked(text):
    assert masked(text) == text.split()[0] + (" op " if " op " in text else " ") + MASK


@pytest.mark.parametrize("text", ["een 8", "in 2026 begonnen", "van 9.00 tot 17.00 uur", "32 uur per week", "8/10"])
def test_ordinary_numbers_stay(text):
    assert masked(text) == text


def test_the_rest_of_the_text_stays():
    assert masked("Goed! Vraag naar 06-12345678, altijd.") == f"Goed! Vraag naar {MASK}, altijd."
