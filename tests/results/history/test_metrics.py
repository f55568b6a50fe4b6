"""The two data files: what earlier years' metrics mean in our questions, and where their series break."""

import csv

import pytest

from app.questionnaires.kinds import KINDS
from app.questionnaires.loader import load_all
from app.results.history import metrics
from app.results.history.loading import PUBLISHED

KINDS_OF = {"mean": "grade", "satisfied": "satisfaction", "dissatisfied": "satisfaction"}
MEANINGS = sorted(metrics.meanings().items())


def rows_of(path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def newest() -> list:
    """Return the newest questionnaire of each role."""
    by_role = {one.role: one for one in sorted(load_all().values(), key=lambda one: one.year)}
    return list(by_role.values())


def asked_of(meaning) -> list:
    """Return the question, once for each of our roles the meaning is about."""
    return [one.question(meaning.question) for one in newest() if meaning.role in (one.role, "all")]


def fits(measure: str, question) -> bool:
    if measure.startswith("value:"):
        return measure.removeprefix("value:") in KINDS[question.kind].values(question)
    return KINDS_OF[measure] == question.kind


def test_every_published_metric_is_mapped_or_said_to_have_no_match():
    published = {(row["metric"], row["role"], row["breakdown"]) for row in rows_of(PUBLISHED)}
    assert published - set(metrics.meanings()) == set()


def test_no_metric_stands_there_twice():
    assert len(rows_of(metrics.DATA / "metrics.csv")) == len(metrics.meanings())


@pytest.mark.parametrize(("key", "meaning"), MEANINGS)
def test_a_mapped_metric_names_a_question_of_ours_whose_kind_has_such_a_measure(key, meaning):
    if meaning.question:
        asked = asked_of(meaning)
        assert asked
        assert all(fits(meaning.measure, question) for question in asked)
    else:
        assert meaning.measure in ("", *metrics.RESPONSE)


@pytest.mark.parametrize(("key", "meaning"), MEANINGS)
def test_a_metric_without_a_match_says_why(key, meaning):
    assert meaning.measure or (meaning.note and not meaning.role)


@pytest.mark.parametrize(("key", "meaning"), MEANINGS)
def test_a_metric_of_one_role_is_about_that_role(key, meaning):
    theirs = {"student": "student", "praktijkopleider": "trainer"}.get(key[1], "all")
    assert meaning.role in ("", theirs)


def test_a_note_stands_there_in_both_languages():
    for name in ("metrics", "breaks"):
        for row in rows_of(metrics.DATA / f"{name}.csv"):
            assert bool(row["note_nl"]) == bool(row["note_en"])


@pytest.mark.parametrize(
    ("key", "question", "measure", "role"),
    [
        (("satisfied number of contact moments", "student", ""), "contact_satisfaction", "satisfied", "student"),
        (("too few contact moments", "all", ""), "contact_amount", "value:too_little", "all"),
        (("consultation at start of stage", "unspecified", ""), "talk_start", "value:yes", "all"),
        (("satisfied preparation", "praktijkopleider", ""), "prepared_by_school", "satisfied", "trainer"),
        (("dissatisfied guidance by school", "student", ""), "guidance_school", "dissatisfied", "student"),
        (("satisfied execution", "student", ""), "", "", ""),
        (("any joint consultation took place", "student", ""), "", "", ""),
    ],
)
def test_what_a_metric_means(key, question, measure, role):
    meaning = metrics.meanings()[key]
    assert (meaning.question, meaning.measure, meaning.role) == (question, measure, role)


def test_an_ambiguous_source_is_said_to_be():
    note = metrics.meanings()[("consultation at start of stage", "unspecified", "")].note
    assert "does not say who answered" in note.in_("en", None)


def test_the_series_breaks_where_another_bureau_came():
    (only,) = metrics.breaks()
    assert only.year == 2022
    assert "ander bureau" in only.note.in_("nl", None)
    assert "another bureau" in only.note.in_("en", None)
