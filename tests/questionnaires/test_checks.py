"""Every mistake an author can make is found and told in words to act on."""

import tomllib

import pytest

from app.questionnaires.checks import mistakes_in

from .samples import SAMPLE

FILE = "sample-2026.toml"


def told(old, new, count=1):
    """List the mistakes in the sample after a replacement that must apply."""
    assert old in SAMPLE
    return mistakes_in(tomllib.loads(SAMPLE.replace(old, new, count)), FILE)


def test_the_sample_has_no_mistakes():
    assert mistakes_in(tomllib.loads(SAMPLE), FILE) == []


CASES = {
    "unknown kind": (
        'kind = "amount"',
        'kind = "amuont"',
        "page start, question distance: kind 'amuont' is not known; use one of 'satisfaction', 'yes_no'",
    ),
    "unknown key of a question": (
        'kind = "grade"',
        'kind = "grade"\nrequired = true',
        "page finish, question grade: key 'required' is not known; remove it or correct its spelling",
    ),
    "unknown key of a page": (
        'module = "safety"',
        'modul = "safety"',
        "page extra: key 'modul' is not known",
    ),
    "unknown key of the file": (
        "minutes = 5",
        "minutes = 5\ncolour = 1",
        f"{FILE}: key 'colour' is not known",
    ),
    "a digest of one's own": ("minutes = 5", 'minutes = 5\ndigest = "x"', "key 'digest' is worked out"),
    "missing key": ("minutes = 5\n", "", f"{FILE}: minutes is missing; add it"),
    "minutes in words": ("minutes = 5", 'minutes = "5"', "minutes '5' does not fit"),
    "unknown role": (
        'role = "student"',
        'role = "school"',
        "role 'school' is not known; use one of 'student'",
    ),
    "missing language": (
        '{ nl = "Waarom?", en = "Why?" }',
        '{ nl = "Waarom?" }',
        "page start, question reason: text.en is missing; add it",
    ),
    "missing language of an option": (
        '{ nl = "De reis", en = "The journey" }',
        '{ nl = "De reis" }',
        "page start, question reason: option.travel.label.en is missing; add it",
    ),
    "empty words": ('nl = "Welk cijfer?"', 'nl = ""', "question grade: text.nl is empty; write the words"),
    "bad placeholder": (
        "{Stage} als geheel",
        "{bedrijf} als geheel",
        "question grade: help.nl: '{bedrijf}' is not filled in; in braces use only {stage} or {Stage}",
    ),
    "page id used twice": ('id = "extra"', 'id = "start"', "page start: id 'start' is used twice"),
    "question id used twice": ('id = "pay"', 'id = "grade"', "question grade: id 'grade' is used twice"),
    "option id used twice": ('id = "travel"', 'id = "work"', "option work: id 'work' is used twice"),
    "id with capitals": ('id = "pay"', 'id = "Pay"', "question Pay: id 'Pay' is no snake_case id; use a-z"),
    "id that is not ASCII": ('id = "pay"', 'id = "één"', "id 'één' is no snake_case id"),
    "id with a digit first": ('id = "pay"', 'id = "1st"', "id '1st' is no snake_case id"),
    "id too long": ('id = "pay"', f'id = "{"a" * 41}"', "is too long; use at most 40 characters"),
    "id that forms need": ('id = "pay"', 'id = "errors"', "id 'errors' is a name that forms need"),
    "options missing": ('kind = "yes_no"', 'kind = "choice"', "question pay: kind 'choice' needs options"),
    "options too many": ('kind = "multi"', 'kind = "yes_no"', "kind 'yes_no' has its own answers; remove"),
    "condition on itself": (
        'question = "reason"',
        'question = "distance"',
        "question distance: show_if points to the question itself; point to an earlier one",
    ),
    "condition forward": (
        'question = "status"',
        'question = "grade"',
        "question reason: show_if points forward to 'grade'; move that question before this one",
    ),
    "condition on a stranger": (
        'question = "status"',
        'question = "state"',
        "question reason: show_if points to 'state', which is not in this questionnaire",
    ),
    "condition on a value that is none": (
        'is = ["stopped"]',
        'is = ["stoped"]',
        "question reason: show_if waits for 'stoped', which is no answer to 'status'; use busy, stopped",
    ),
    "condition on a grade in text": (
        "is = [1, 2, 3]",
        'is = ["1"]',
        "show_if waits for '1', which is no answer",
    ),
    "condition on a text": (
        'show_if = { pathway = ["BBL"] }',
        'show_if = { question = "why_low", is = ["x"] }',
        "question pay: show_if waits for 'x', which is no answer to 'why_low'; a text cannot decide",
    ),
    "condition without values": (', is = ["stopped"]', "", "in show_if 'question' and 'is' belong together"),
    "condition of nothing": ('{ pathway = ["BBL"] }', "{}", "in show_if nothing is asked; give a question"),
    "condition on an unknown pathway": ('["BBL"]', '["HBO"]', "'HBO' is not known; use one of 'BOL'"),
    "condition with an unknown key": (
        'pathway = ["BBL"]',
        'sector = "01"',
        "in show_if key 'sector' is not known",
    ),
    "condition that is no table": (
        '{ pathway = ["BBL"] }',
        '"BBL"',
        "in show_if the table 'BBL' does not fit",
    ),
}


@pytest.mark.parametrize(("old", "new", "words"), CASES.values(), ids=CASES.keys())
def test_a_mistake_is_told_with_its_place_and_its_cure(old, new, words):
    mistakes = told(old, new)
    assert any(words in mistake for mistake in mistakes), mistakes
    assert all(mistake.startswith(FILE) for mistake in mistakes)


def test_a_questionnaire_must_carry_the_name_of_its_file():
    (mistake,) = mistakes_in(tomllib.loads(SAMPLE), "student-2027.toml")
    assert mistake.startswith("student-2027.toml: id 'sample-2026' and the file name differ; make the id")


@pytest.mark.parametrize("content", [{}, {"pages": "all"}, {"pages": []}, {"pages": [3]}])
def test_a_file_without_pages_is_told_so(content):
    assert f"{FILE}: pages are missing; add at least one [[pages]] table" in mistakes_in(content, FILE)


@pytest.mark.parametrize("page", [{}, {"questions": []}, {"questions": {}}, {"questions": ["grade"]}])
def test_a_page_without_questions_is_told_so_by_its_number(page):
    told_mistakes = mistakes_in({"pages": [page]}, FILE)
    expected = f"{FILE}, page 1: questions are missing; add at least one [[pages.questions]] table"
    assert expected in told_mistakes


@pytest.mark.parametrize("odd", [3, "x", [], [[]], {}, {"id": []}, True, [{"id": {}}], None])
@pytest.mark.parametrize("key", ["id", "kind", "text", "options", "show_if"])
def test_a_value_of_any_odd_shape_is_told_and_never_crashes(key, odd):
    question = {"id": "first", "kind": "choice", "text": {"nl": "Ja?", "en": "Yes?"}, key: odd}
    assert mistakes_in({"pages": [{"id": "start", "questions": [question]}]}, FILE)


def test_a_mistake_in_the_target_of_a_condition_is_told_once():
    mistakes = told('nl = "Ben je klaar met je {stage}?", ', "")
    assert mistakes == [f"{FILE}, page start, question status: text.nl is missing; add it"]
