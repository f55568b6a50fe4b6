"""What microdata tell of pathways: where none is named, neither does who was asked what."""

import csv
import io
import zipfile
from collections import Counter

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.extensions import db
from app.invitations import blocks
from app.invitations.models import Role
from app.questionnaires import loader
from app.questionnaires.definition import Condition, Option, Question, Words, drop_hidden, is_visible
from app.responses.models import Response
from app.results import editions, parquet
from app.results.columns import NOT_ASKED, SKIPPED, closed_questions
from app.results.microdata import dataset as microdata
from app.results.microdata import variables
from app.results.models import Edition, EditionFile, Increment
from app.results.selection import PATHWAYS
from tests import builders
from tests.builders import OTHER_SCHOOL, SCHOOL
from tests.conftest import on_sqlite
from tests.results import people
from tests.results.people import MASON, NURSE

pytestmark = on_sqlite
BACKGROUND = ("brin", "crebo", "sector", "pathway", "level")
TAUGHT = {  # school → programme and pathway → placements; the second has blocks of several pathways only
    SCHOOL: {(MASON, "BOL"): 25, (NURSE, "BBL"): 25},
    OTHER_SCHOOL: {(MASON, "BOL"): 12, (MASON, "BBL"): 9, (NURSE, "OVO"): 5},
}
GIVEN = [
    {"status": "stopped", "stop_reason": ["work"], "place_ease": "hard"},
    {"status": "finished", "assessment_fair": "4"},
    {"problem": "yes", "problem_kind": ["work", "hours"], "place_ease": "easy"},
]
CELLS = [(brin, *cell) for brin, cells in TAUGHT.items() for cell in cells]
came = st.lists(st.tuples(st.sampled_from(CELLS), st.sampled_from(GIVEN), st.integers(1, 6)), min_size=1, max_size=8)
ONE_AMONG_FOUR = [((OTHER_SCHOOL, MASON, "BOL"), GIVEN[0], 4), ((OTHER_SCHOOL, MASON, "BBL"), GIVEN[1], 1)]


@pytest.fixture
def measured(context):
    for brin, cells in TAUGHT.items():
        for (crebo, pathway), n in cells.items():
            people.placements(n, brin=brin, crebo=crebo, pathway=pathway)
    measured = builders.open_round()
    blocks.draw_all(measured)
    db.session.commit()
    return measured


def asked(measured):
    return loader.load_all()[measured.questionnaire(Role.STUDENT)].asked_with()


def made(measured, arrivals) -> list[dict[str, str]]:
    """Let these students answer what they are asked, close the round, and return the rows of its microdata."""
    for model in (EditionFile, Edition, Response, Increment):
        db.session.query(model).delete()
    measured.closed_at = None
    for (brin, crebo, pathway), answers, n in arrivals:
        given = drop_hidden(asked(measured), answers, pathway)
        people.answered(measured, n, brin=brin, crebo=crebo, pathway=pathway, answers=given)
    editions.make(measured)
    builders.close_round(measured)
    return rows(editions.make(measured))


def rows(edition) -> list[dict[str, str]]:
    with zipfile.ZipFile(io.BytesIO(microdata.make(edition, Role.STUDENT).content)) as archive:
        [name] = [name for name in archive.namelist() if name.endswith(".csv")]
        return list(csv.DictReader(io.StringIO(archive.read(name).decode()), delimiter=";", strict=True))


def answer_of(question: Question, row: dict[str, str]) -> str | list[str] | None:
    """Return what a row says was answered, or None."""
    values = variables.codes(question)
    if question.kind == "multi":
        return [value for value in values if row[f"{question.id}_{value}"] == "1"] or None
    return next((value for value, code in values.items() if row[question.id] == str(code)), None)


def code_of(question: Question, row: dict[str, str]) -> int:
    name = f"{question.id}_{next(iter(variables.codes(question)))}" if question.kind == "multi" else question.id
    return int(row[name])


def possible(questions: list[Question], row: dict[str, str]) -> frozenset[str]:
    """Return the pathways that the row may be of, by what was asked and what was not."""
    answers = {question.id: answer_of(question, row) for question in questions}
    told = [(one, code_of(one, row)) for one in questions if code_of(one, row) != variables.LEFT_OUT_CODE]
    return frozenset(
        pathway
        for pathway in PATHWAYS
        if all(is_visible(one, answers, pathway) == (code != variables.NOT_ASKED_CODE) for one, code in told)
    )


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(came)
@example(ONE_AMONG_FOUR)
def test_what_was_asked_tells_the_pathway_of_no_fewer_than_five_persons(measured, arrivals):
    questions = closed_questions(asked(measured))
    persons: Counter[tuple] = Counter()
    for row in made(measured, arrivals):
        pathways = possible(questions, row)
        assert row["pathway"] in ("", *pathways)
        persons[(*(row[name] for name in BACKGROUND), pathways)] += int(row["first"])
    assert min(persons.values(), default=5) >= 5


def test_where_pathways_mix_the_question_of_one_of_them_is_left_out_for_all(measured):
    found = made(measured, ONE_AMONG_FOUR)
    assert [(row["pathway"], row["place_ease"]) for row in found] == [("", "97")] * 5


def test_where_the_pathway_is_named_its_question_keeps_its_answers(measured):
    happened = [((SCHOOL, MASON, "BOL"), GIVEN[0], 5), ((SCHOOL, NURSE, "BBL"), GIVEN[0], 5)]
    found = {(row["pathway"], row["place_ease"]) for row in made(measured, happened)}
    assert found == {("BOL", "4"), ("BBL", "99")}


def test_what_was_asked_because_of_an_answer_stays(measured):
    found = made(measured, ONE_AMONG_FOUR)
    assert sorted((row["stop_reason_work"], row["assessment_fair"]) for row in found) == [("1", "99")] * 4 + [
        ("99", "4")
    ]


def test_words_say_what_left_out_is(measured):
    people.answered(measured, 5, brin=SCHOOL, crebo=MASON)
    with zipfile.ZipFile(io.BytesIO(microdata.make(editions.make(measured), Role.STUDENT).content)) as archive:
        names = [name for name in archive.namelist() if "en." in name]
        texts = {name.rpartition("-")[2]: archive.read(name).decode() for name in names}
    about, _, others = texts["en.md"].partition("### place_ease")
    assert "97 is left out" in about
    assert "| 97 | Left out: it would tell the pathway (missing) |" in others.partition("###")[0]
    assert texts["en.md"].count("| 97 |") == 1
    assert "place_ease (97, 98, 99)" in texts["en.sps"]
    assert "    97 'Left out: it would tell the pathway'" in texts["en.sps"]


# A question that follows one of a pathway


def follow_up(kind: str) -> Question:
    """Return a question of an answer to one that BOL only is asked; of a choice, or with several answers."""
    words = Words(nl="x", en="x")
    conditions = (Condition(question="place_ease", **{"is": ("hard",)}), Condition(pathway=("BOL",)))
    named = {"a": 1, "b": 2} if kind in ("multi", "choice") else {}
    options = tuple(Option(id=name, label=words, code=code) for name, code in named.items())
    return Question(id="why", kind=kind, title=words, text=words, options=options, show_if=conditions)


def coded(one: variables.Variable, pathway: str, value: str) -> int:
    [[code]] = parquet.ask(f"SELECT {one.sql} FROM (SELECT nullif(?, '') AS in_pathway, ? AS q_why)", [pathway, value])
    return code


@pytest.mark.parametrize(
    ("kind", "value", "code"), [("multi", "a|b", 1), ("choice", "a", 1), ("satisfaction", "na", 9)]
)
def test_what_follows_a_question_of_one_pathway_is_left_out_too(context, kind, value, code):
    for one in variables._of_question(follow_up(kind)):
        assert coded(one, "BOL", value) == code
        assert [coded(one, "BOL", none) for none in (SKIPPED, NOT_ASKED)] == [98, 99]
        assert {coded(one, "", given) for given in (value, SKIPPED, NOT_ASKED)} == {97}
        assert set(one.missing) == ({9, 97, 98, 99} if kind == "satisfaction" else {97, 98, 99})
