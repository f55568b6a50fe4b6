"""The report on paper: it says the same in both languages, names what it is of, and can be read by those who listen."""

import io
import json

import pytest
import typst
from pypdf import PdfReader

from app import languages
from app.results import report, typesetting, words
from app.results.downloads import pdf_file
from app.results.scopes import Scope
from tests.builders import SCHOOL
from tests.conftest import on_sqlite
from tests.results import answers

pytestmark = on_sqlite


@pytest.fixture
def edition(context):
    made = answers.edition()
    answers.sent(made.round, "trainer", SCHOOL, 12, answers.UNHAPPY)
    return answers.made(made.round)


def read(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


def text_of(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in read(content).pages).split())


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_report_names_the_school_and_holds_its_figures(edition, language):
    with languages.force_locale(language):
        text = text_of(pdf_file.written(answers.contents(edition)))
        figure = report.figure(edition, "student", Scope("school", SCHOOL), "guidance_school")
        assert answers.NAMES[SCHOOL] in text
        assert words.title("guidance_school") in text
        assert f"{words.shown(figure)} {words.margin(figure)}" in text


def test_a_report_says_in_words_what_stands_out(edition):
    with languages.force_locale("en"):
        standing = pdf_file.data(answers.contents(edition))["standing"]
    students = standing["roles"][0]["items"]
    assert "100 % are satisfied, elsewhere 0 %" in [one["sentence"] for one in students]


def test_a_hidden_figure_is_words_in_a_report(edition):
    with languages.force_locale("en"):
        found = pdf_file.data(answers.contents(edition, Scope("school", SCHOOL, pathway="BBL")))
    [students] = [one for one in found["questions"]["roles"] if one["role"] == "Students"]
    rows = [row for group in students["groups"] for row in group["rows"]]
    assert {row["cells"][0] for row in rows} == {"about 100 %", "about 9", "too few answers"}
    assert {row["cells"][1] for row in rows} == {""}
    assert all(row["answers"] == [] for row in rows)


def test_no_text_of_a_report_holds_a_figure_of_one_role_that_is_hidden(edition):
    with languages.force_locale("en"):
        found = pdf_file.data(answers.contents(edition, Scope("school", SCHOOL, pathway="BBL")))
    assert [one["role"] for one in found["themes"]["roles"]] == ["Students"]
    assert found["together"] is None
    assert found["cover"]["tiles"][1]["figures"][1:] == []


def test_a_part_that_has_nothing_to_show_is_left_out(edition):
    found = pdf_file.data(answers.contents(edition, Scope()))
    assert found["standing"] is None
    assert found["programmes"] is None
    assert found["trends"] is None  # one year is no trend


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_report_has_a_title_a_language_and_headings(edition, language):
    with languages.force_locale(language):
        found = read(pdf_file.written(answers.contents(edition)))
    assert found.metadata.title == f"{answers.NAMES[SCHOOL]} – Meting 2026"
    assert found.trailer["/Root"]["/Lang"] == language
    assert found.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert len(found.outline) >= 5


@pytest.mark.parametrize("scope", [Scope("school", SCHOOL), Scope()])
def test_a_report_keeps_to_the_standard_for_readable_documents(edition, scope):
    found = pdf_file.data(answers.contents(edition, scope))
    source, root = str(typesetting.TEMPLATES / "school.typ"), str(typesetting.TEMPLATES)
    typst.compile(source, root=root, sys_inputs={"data": json.dumps(found)}, pdf_standards=["ua-1"])


def test_only_the_product_and_the_school_are_named_in_the_properties(edition):
    assert read(pdf_file.written(answers.contents(edition))).metadata.author == "BPV Monitor"
