"""`flask agreements`."""

import pytest

from app.agreements.models import Category
from tests.builders import SCHOOL

SIGN = ("agreements", "sign", SCHOOL, "--from", "2026-01-01")


def test_an_agreement_is_signed(flask):
    signed = {"brin": SCHOOL, "from": "2026-01-01", "until": "2026-12-31", "ended_on": None, "state": "valid"}
    usual = {"version": "", "signed_on": None, "categories": list(Category), "contact_days": 30}
    nobody = {"privacy_contact": None, "leak_contact": None}
    assert flask.json(*SIGN, "--until", "31-12-2026") == signed | usual | nobody
    assert flask.json("agreements", "list") == {"agreements": [signed | usual | nobody]}


def test_an_agreement_is_signed_in_full(flask):
    contacts = ("--privacy-contact", "privacy@school.example", "--leak-contact", "leak@school.example")
    text = ("--version", "2026-1", "--signed-on", "2025-12-15", "--contact-days", 14)
    shared = ("--category", "first_name", "--category", "address")
    signed = flask.json(*SIGN, *text, *shared, *contacts)
    assert signed["categories"] == ["address", "first_name"]
    assert (signed["version"], signed["signed_on"], signed["contact_days"]) == ("2026-1", "2025-12-15", 14)
    assert (signed["privacy_contact"], signed["leak_contact"]) == (contacts[1], contacts[3])


def test_an_agreement_is_ended(flask):
    flask.json(*SIGN)
    assert flask.json("agreements", "end", SCHOOL.lower())["state"] == "ended"


def test_without_json_the_list_has_a_line_per_agreement(flask):
    flask.json(*SIGN)
    assert flask.run("agreements", "list").stdout.split()[:2] == [SCHOOL, "2026-01-01"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("sign", "99ZZ", "--from", "2026-01-01"), "99ZZ"),
        (("sign", SCHOOL, "--from", "2026-01-01", "--until", "2025-01-01"), "before it begins"),
        (("sign", SCHOOL, "--from", "31 February"), "31 February"),
        (("sign", SCHOOL), "--from"),
        (("end", SCHOOL), "no agreement"),
        ((*SIGN[1:], "--category", "birthday"), "birthday"),
        ((*SIGN[1:], "--contact-days", "400"), "0 to 365"),
        ((*SIGN[1:], "--version", "x" * 41), "40"),
        ((*SIGN[1:], "--leak-contact", "somebody"), "mail address"),
    ],
)
def test_what_cannot_be_is_said_in_words(flask, arguments, words):
    assert words in flask.refuses("agreements", *arguments)


def test_a_second_agreement_at_once_is_refused(flask):
    flask.json(*SIGN)
    assert "already has an agreement" in flask.refuses(*SIGN)
    assert len(flask.json("agreements", "list")["agreements"]) == 1
