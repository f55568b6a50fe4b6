"""The letters' plain text as it stands; UPDATE_SNAPSHOTS=1 writes the files anew, to be read before they are kept."""

import os
import re
from pathlib import Path

import pytest

from app.invitations import letters, roster
from app.languages import force_locale
from app.mailing.layout import lay_out
from tests import builders

SNAPSHOTS = Path(__file__).parent / "snapshots"


def matches(name: str, letter) -> bool:
    """Compare a letter with the file of that name; spaces at line ends, which editors take away, do not count."""
    body = lay_out(letter, "http://bpv.example/opt-out/x").text
    text = "".join(f"{line.rstrip()}\n" for line in (letter.subject, "", *body.splitlines()))
    path = SNAPSHOTS / f"{name}.txt"
    if os.environ.get("UPDATE_SNAPSHOTS") == "1":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
    return True


def to_trainer(*placements, name: str = "P. Opleider", language: str = "en"):
    with force_locale(language):
        entries = roster.of_placements([placement.id for placement in placements])
    return letters.to_trainer("t@company.example", language, name, entries, "http://bpv.example/t/link")


def to_student(placement, language: str = "en"):
    return letters.to_student("s1@school.example", language, placement, 7, "http://bpv.example/s/link")


@pytest.fixture
def placements(signed_context):
    rows = [
        builders.row(agreement_number="100001", first_name="Sam"),
        builders.row(agreement_number="100002"),
        builders.row(agreement_number="100003"),
        builders.row(agreement_number="100004", pathway="BBL"),
    ]
    loaded = builders.load(*rows)
    builders.open_round()
    return loaded


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_trainers_letter_about_several_students(placements, language):
    assert matches(f"trainer-several-{language}", to_trainer(*placements[:3], language=language))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_trainers_letter_about_one_student(placements, language):
    assert matches(f"trainer-one-{language}", to_trainer(placements[0], name="", language=language))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_students_letter(placements, language):
    assert matches(f"student-bol-{language}", to_student(placements[0], language))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_students_letter_about_an_apprenticeship(placements, language):
    assert matches(f"student-bbl-{language}", to_student(placements[3], language))


@pytest.mark.parametrize("number", [0, 3])
def test_each_link_stands_alone_on_its_line(placements, number):
    for letter in (to_trainer(placements[number]), to_student(placements[number])):
        lines = lay_out(letter, "http://bpv.example/opt-out/x").text.splitlines()
        linked = [line for line in lines if "http" in line]
        assert linked
        assert all(re.fullmatch(r"http://\S+", line) for line in linked)


def test_a_letter_says_the_same_in_both_bodies(placements):
    letter = to_trainer(*placements)
    bodies = lay_out(letter)
    for block in letter.blocks:
        words = getattr(block, "text", None) or getattr(block, "label", None) or block.items[0]
        assert words.split()[0] in bodies.html
        assert words.split()[0] in bodies.text


def test_a_script_in_a_name_is_text(signed_context):
    (placement,) = builders.load(builders.row(company_name="<script>alert(1)</script>"))
    builders.open_round()
    assert "<script>" not in lay_out(to_student(placement)).html


def test_the_students_letter_names_no_trainer(placements):
    text = lay_out(to_student(placements[0])).text
    assert "P. Opleider" not in text
    assert "/t/" not in text
