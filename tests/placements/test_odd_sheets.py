"""Sheets as real exports and programs make them: read rightly, or refused or asked about in words."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.placements.models import Placement, RememberedColumn, StudentContact, Trainer
from tests import builders
from tests.conftest import on_sqlite

ODD = Path(__file__).parent / "samples" / "odd"
SCHOOL = "25LJ"


@pytest.fixture
def load(app, flask):
    """Return a function that loads an odd sheet; the school shares its students."""
    with app.app_context():
        builders.sharing_school(SCHOOL)

    def load(name: str, *options: str) -> dict:
        return flask.json("placements", "load", ODD / name, *options)

    return load


@pytest.fixture
def refused(load, flask):
    """Return a function that loads an odd sheet which is refused, and returns the words."""
    return lambda name, *options: flask.refuses("placements", "load", ODD / name, *options)


@pytest.fixture
def stored(app):
    """Return a function that reads a column of what was stored, in order."""

    def values(column) -> list:
        with app.app_context():
            return list(db.session.scalars(sa.select(column).order_by(column)))

    return values


@on_sqlite
@pytest.mark.parametrize(
    ("name", "n"),
    [
        ("sep-line.csv", 3),
        ("formula-guard.csv", 3),
        ("quotes-after-spaces.csv", 3),
        ("apostrophe-guard.csv", 2),
        ("joiners.csv", 1),
        ("notes-first.xlsx", 3),
        ("capital-part.xlsx", 3),
        ("backslash-parts.xlsx", 3),
    ],
)
def test_what_is_certain_is_read(load, stored, name, n):
    result = load(name)
    assert (result["new"], result["warned_rows"]) == (n, {})
    assert stored(Placement.agreement_number) == [f"{number:06}" for number in range(1, n + 1)]
    assert stored(StudentContact.address) == [f"s{number}@student.example" for number in range(1, n + 1)]


@on_sqlite
def test_a_sheet_beside_the_one_that_is_read_is_named(load):
    assert load("notes-first.xlsx")["unread"] == [{"sheet": "Toelichting"}]


@pytest.mark.parametrize("name", ["six-without-zeros.xlsx", "six-word-joiners.csv", "six-address-joiners.csv"])
def test_another_spelling_of_the_same_makes_no_student_twice(load, stored, name):
    load("six.csv")
    result = load(name, "--complete", SCHOOL)
    assert (result["same"], result["gone"]) == (6, 0)
    assert stored(Placement.agreement_number) == [f"{number:06}" for number in range(1, 7)]
    assert None not in stored(StudentContact.address)


@on_sqlite
def test_zeros_that_come_later_make_no_student_twice(load, stored):
    load("six-without-zeros.xlsx")
    assert load("six.csv")["same"] == 6
    assert len(stored(Placement.id)) == 6


@on_sqlite
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("service-numbers.csv", "studentnummer"),
        ("two-sheets.xlsx", "BOL, BBL"),
        ("status-heading.csv", "Status BPV-overeenkomst (Definitief, Afgemeld, Afgewezen)"),
        ("contact-address.csv", "E-mail contactpersoon bedrijf (t1@bedrijf1.example"),
        ("email-only-of-trainers.csv", "E-mail (t1@bedrijf1.example"),
        ("email-after-trainer.csv", "x (s1@student.example"),
    ],
)
def test_what_is_not_certain_is_refused_or_asked_and_nothing_is_stored(refused, stored, name, words):
    assert words in refused(name)
    assert stored(Placement.id) == stored(RememberedColumn.heading) == []


@on_sqlite
@pytest.mark.parametrize(
    ("name", "reason", "n"), [("month-first.csv", "month_first", 3), ("digits-lost.csv", "lost_digits", 1)]
)
def test_values_that_were_lost_refuse_their_rows(load, name, reason, n):
    assert {key: n for key, n in load(name)["reasons"].items() if n} == {reason: n}


@on_sqlite
@pytest.mark.parametrize(
    ("name", "warning", "column"),
    [
        ("student-addresses.csv", "bad_student_address", StudentContact.address),
        ("trainer-addresses.csv", "bad_trainer_address", Trainer.address),
    ],
)
def test_addresses_that_cannot_be_read_are_named_by_their_row(load, stored, name, warning, column):
    result = load(name)
    assert result["warned_rows"][warning] == [3, 4, 9, 12, 13, 14, 15, 16, 17, 18, 19, 20, 23, 24]
    assert "t1@bedrijf.example" in stored(column)


# What must be answered


def test_a_dry_run_names_what_is_not_read_and_what_must_be_answered(load, stored):
    result = load("status-heading.csv", "--dry-run")
    heading = "Status BPV-overeenkomst"
    assert result["unread"] == [{"heading": heading, "values": ["Definitief", "Afgemeld", "Afgewezen"]}]
    assert (result["ask"], stored(Placement.id)) == ([heading], [])


def test_an_answer_is_used_and_remembered(load, stored):
    result = load("status-heading.csv", "--column", "Status BPV-overeenkomst=status")
    assert (result["new"], result["unread"], result["ask"]) == (4, [], [])
    assert stored(Placement.status) == ["Afgemeld", "Afgewezen", "Definitief", "Voorlopig"]
    assert load("status-heading.csv")["same"] == 4


@on_sqlite
def test_a_column_that_is_ignored_is_asked_once_and_named_always(load):
    load("status-heading.csv", "--column", "status bpv overeenkomst=ignore")
    result = load("status-heading.csv")
    assert ([one["heading"] for one in result["unread"]], result["ask"]) == (["Status BPV-overeenkomst"], [])


@on_sqlite
def test_a_dry_run_remembers_no_answer(load, stored):
    load("status-heading.csv", "--dry-run", "--column", "Status BPV-overeenkomst=status")
    assert stored(RememberedColumn.heading) == []


@on_sqlite
def test_a_bare_address_is_whose_it_is_said_to_be(load, stored):
    load("email-after-trainer.csv", "--column", "email=trainer_address", "--column", "x=student_address")
    assert stored(StudentContact.address) == ["s1@student.example", "s2@student.example"]
    assert stored(Trainer.address) == ["t1@bedrijf1.example", "t2@bedrijf2.example"]


@on_sqlite
@pytest.mark.parametrize(
    ("answers", "words"),
    [
        (["x=trainer_address", "email=trainer_address"], "x"),
        (["nothing=ignore"], "nothing"),
        (["email=boss"], "trainer_address"),
        (["email"], "HEADING=FIELD"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_in_words(refused, answers, words):
    options = [part for answer in answers for part in ("--column", answer)]
    assert words in refused("email-after-trainer.csv", *options)
