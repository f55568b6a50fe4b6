"""Microdata: whole groups of at least five persons, coded answers, and words for every code."""

import csv
import io
import re
import zipfile

import pytest

from app import languages
from app.extensions import db
from app.invitations.models import Role
from app.questionnaires import loader
from app.responses.models import Response
from app.results import columns, files, parquet, report
from app.results.microdata import codebook, variables
from app.results.microdata import dataset as microdata
from app.results.scopes import Scope
from tests import builders
from tests.builders import SCHOOL
from tests.conftest import on_sqlite
from tests.results import answers, people
from tests.results.people import FITTER, MASON, NURSE

pytestmark = on_sqlite
ROLES = list(Role)


@pytest.fixture
def edition(context):
    return answers.edition()


def unpacked(made: microdata.Microdata) -> dict[str, str]:
    """Return the ending of each text file's name → its text."""
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        names = [name for name in archive.namelist() if not name.endswith("parquet")]
        return {re.sub(r"^bpv-\w+-\d+[-.]", "", name): archive.read(name).decode() for name in names}


def rows(edition, role: Role = Role.STUDENT) -> list[dict[str, str]]:
    text = unpacked(microdata.make(edition, role))["csv"]
    return list(csv.DictReader(io.StringIO(text), delimiter=";", strict=True))


def labelled(syntax: str) -> dict[str, set[str]]:
    """Return variable → the codes that SPSS has words for."""
    block = syntax.partition("VALUE LABELS\n")[2].partition("\n\nMISSING")[0]
    found = {}
    for part in re.split(r"\n  /", block):
        name, *codes = [line.strip() for line in part.strip().splitlines()]
        found[name] = {re.match(r"'([^']*)'|\d+", code).group().strip("'") for code in codes}
    return found


def test_every_answer_of_the_edition_is_a_row(edition):
    assert len(rows(edition)) == edition.manifest["rows"]["student"]


def test_the_rows_count_to_the_figures_of_a_school(edition):
    figure = report.figure(edition, Role.STUDENT, Scope("school", SCHOOL), "guidance_school")
    given = [row["guidance_school"] for row in rows(edition) if row["brin"] == SCHOOL]
    assert len(given) == figure.persons
    assert sum(one in ("4", "5") for one in given) / len(given) == figure.value


@pytest.mark.parametrize("n", [1, 4, 5, 6])
def test_every_combination_of_background_is_at_least_five_persons(context, n):
    edition = answers.edition(mason=n, nurse=n, small=n)
    counted: dict[tuple, int] = {}
    for row in rows(edition):
        of = tuple(row[name] for name in ("brin", "crebo", "sector", "pathway", "level"))
        counted[of] = counted.get(of, 0) + int(row["first"])
    assert min(counted.values()) >= 5


def test_where_answers_of_several_programmes_count_together_none_is_named(context):
    people.placements(3, crebo=FITTER)
    edition = answers.edition(mason=3, nurse=0, small=0)
    people.answered(edition.round, 3, crebo=FITTER, answers=answers.HAPPY)
    here = [row for row in rows(answers.made(edition.round)) if row["brin"] == SCHOOL]
    assert [(row["crebo"], row["pathway"]) for row in here] == [("", "BOL")] * 6


def test_an_answer_that_counts_nationally_only_names_no_school(edition):
    builders.set_clock("2028-01-10")
    found = rows(answers.made(edition.round))
    assert [(row["brin"], row["crebo"], row["weight"] != "") for row in found if not row["brin"]] == [
        ("", MASON, True)
    ] * 6


def test_a_combination_of_fewer_than_five_persons_is_dropped_and_its_number_said(edition, monkeypatch, tmp_path):
    source = files.path_of(edition, Role.STUDENT)
    first = f"SELECT * FROM read_parquet('{source}') WHERE in_crebo = '{NURSE}' LIMIT 4"
    rest = f"SELECT * FROM read_parquet('{source}') WHERE in_crebo = '{MASON}'"
    parquet.ask(f"COPY (({first}) UNION ALL ({rest})) TO '{tmp_path / 'less.parquet'}' (FORMAT parquet)")
    monkeypatch.setattr(files, "path_of", lambda *_which: tmp_path / "less.parquet")
    made = microdata.make(edition, Role.STUDENT)
    assert made.dropped == 4
    assert NURSE not in unpacked(made)["csv"]
    assert "4 answers were dropped" in unpacked(made)["codebook-en.md"]


def test_persons_are_counted_and_not_their_forms(context, monkeypatch, tmp_path):
    measured = answers.edition(mason=0, nurse=0, small=0, role="trainer").round
    people.answered(measured, 5, "trainer", crebo=MASON, answers=answers.HAPPY)
    people.answered(measured, 6, "trainer", crebo=MASON, answers=answers.HAPPY, is_first=False)
    edition = answers.made(measured)
    assert sorted(row["first"] for row in rows(edition, Role.TRAINER) if row["brin"] == SCHOOL) == ["0"] * 6 + ["1"] * 5
    ours = f"FROM read_parquet('{files.path_of(edition, Role.TRAINER)}') WHERE brin = '{SCHOOL}' AND is_first"
    four_persons = f"(SELECT * {ours} LIMIT 4) UNION ALL (SELECT * {ours.replace('AND is_first', 'AND NOT is_first')})"
    parquet.ask(f"COPY ({four_persons}) TO '{tmp_path / 'less.parquet'}' (FORMAT parquet)")
    monkeypatch.setattr(files, "path_of", lambda *_which: tmp_path / "less.parquet")
    made = microdata.make(edition, Role.TRAINER)
    assert (made.rows, made.dropped) == (0, 10)


def test_a_weight_tells_no_more_than_the_background(edition):
    weights: dict[tuple, set[str]] = {}
    for row in rows(edition):
        of = tuple(row[name] for name in ("brin", "crebo", "sector", "pathway", "level"))
        weights.setdefault(of, set()).add(row["weight"])
    assert all(len(found) == 1 for found in weights.values())


def test_nothing_says_when_or_how_an_answer_came_in_or_with_which_others(edition):
    names = set(rows(edition)[0])
    assert not names & {"increment", "block", "channel", "month", "key"}
    assert not [name for name in names if name.startswith(("in_", "q_"))]


@pytest.mark.parametrize("role", ROLES)
def test_open_text_is_in_no_file(context, role, unique):
    mark = unique()
    measured = answers.edition(mason=0, nurse=0).round
    texts = [one.id for one in loader.load_all()[measured.questionnaire(role)].questions() if one.kind == "text"]
    given = answers.HAPPY | dict.fromkeys(texts, mark)
    people.answered(measured, 8, role, crebo=MASON, answers=given)
    assert texts
    assert db.session.query(Response).filter_by(role=role).count() >= 8
    assert all(mark not in text for text in unpacked(microdata.make(answers.made(measured), role)).values())


def test_rows_stand_in_another_order_each_time(edition):
    assert len({tuple(row["grade"] + row["brin"] for row in rows(edition)) for _time in range(3)}) > 1


def test_parquet_holds_the_same_rows(edition, tmp_path):
    with zipfile.ZipFile(io.BytesIO(microdata.make(edition, Role.STUDENT).content)) as archive:
        archive.extractall(tmp_path)
    [table], [text] = tmp_path.glob("*.parquet"), tmp_path.glob("*.csv")
    read = parquet.ask("SELECT brin, grade, weight FROM read_parquet(?)", [str(table)])
    with text.open(encoding="utf-8") as file:
        written = [(row["brin"], row["grade"], row["weight"]) for row in csv.DictReader(file, delimiter=";")]
    assert [(brin or "", str(grade), f"{weight}") for brin, grade, weight in read] == written


def test_answers_are_numbers_and_what_is_none_stands_at_the_end(context):
    given = {"guidance_school": "na", "status": "stopped", "stop_reason": ["work", "personal"], "grade": 10}
    edition = answers.edition(mason=0, nurse=0, small=0)
    people.answered(edition.round, 5, crebo=MASON, answers=given)
    row = next(row for row in rows(answers.made(edition.round)) if row["brin"] == SCHOOL)
    assert (row["guidance_school"], row["grade"], row["stop_reason_work"], row["stop_reason_level"]) == (
        "9",
        "10",
        "1",
        "0",
    )
    assert (row["prepared_by_company"], row["problem_kind_work"]) == ("98", "99")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("language", languages.LANGUAGES)
def test_spss_has_words_for_every_value(edition, role, language):
    answers.sent(edition.round, "trainer", SCHOOL, 12, answers.UNHAPPY)
    again = answers.made(edition.round)
    words = labelled(unpacked(microdata.make(again, role))[f"{language}.sps"])
    found = rows(again, role)
    assert found
    for row in found:
        for name, value in row.items():
            assert name == "weight" or value in words[name] | {""}, (name, value)


@pytest.mark.parametrize("role", ROLES)
def test_spss_reads_the_columns_of_the_file_in_their_order(edition, role):
    made = unpacked(microdata.make(edition, role))
    named = re.search(r"/VARIABLES=\n(.*?)\.\n\n", made["en.sps"], re.DOTALL).group(1)
    assert [line.split()[0] for line in named.splitlines()] == made["csv"].splitlines()[0].split(";")


def test_spss_leaves_out_what_is_no_answer(edition):
    syntax = unpacked(microdata.make(edition, Role.STUDENT))["en.sps"]
    assert "guidance_school (9, 98, 99)" in syntax
    assert "grade (98, 99)" in syntax


@pytest.mark.parametrize("role", ROLES)
def test_a_codebook_names_every_variable_and_code_in_its_language(edition, role):
    made = unpacked(microdata.make(edition, role))
    for language in languages.LANGUAGES:
        with languages.force_locale(language):
            for one in variables.of_edition(edition, role):
                part = made[f"codebook-{language}.md"].partition(f"### {one.name}\n")[2].partition("\n### ")[0]
                assert one.label in part
                shown = {} if one.name in codebook.NAMES else one.labels
                assert all(f"| {code} | {label}" in part for code, label in shown.items()), one.name


@pytest.mark.parametrize("name", list(loader.load_all()))
def test_every_questionnaire_can_be_coded(context, name):
    questions = columns.closed_questions(loader.load_all()[name])
    for question in (one for one in questions if one.kind != "multi"):
        codes = list(variables.codes(question).values())
        assert len(set(codes)) == len(codes), question.id
        assert 0 < min(codes) <= max(codes) < variables.LEFT_OUT_CODE
    made = [one for question in questions for one in variables._of_question(question)]
    names = [one.name for one in [*variables.background(), *made]]
    assert len(set(names)) == len(names)
    assert max(map(len, names)) <= 64  # what SPSS takes
