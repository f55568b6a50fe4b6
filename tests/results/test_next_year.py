"""Next year's questionnaires, without the questions that led and with a new one: all results of both years."""

import csv
import io
import zipfile
from functools import partial

import pypdf
import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook

from app.extensions import db
from app.invitations.models import Role, Round
from app.questionnaires import loader
from app.responses.models import Response
from app.results import after_sending, editions, words
from app.results.microdata import dataset
from app.results.models import Edition
from app.results.publishing import publication
from tests.builders import SCHOOL
from tests.conftest import on_sqlite
from tests.results.people import MASON
from tests.results.publishing import published

pytestmark = on_sqlite
NEXT = {"student_questionnaire": "student-2027", "trainer_questionnaire": "trainer-2027"}
LEFT_OUT = ("grade", "guidance_school")
AI_USED = """
[[pages.questions]]
id = "ai_used"
kind = "yes_no"
title = { nl = "AI gebruikt", en = "Used AI" }
text = { nl = "Heb je tijdens je {stage} AI gebruikt?", en = "Did you use AI during your {stage}?" }
"""
HOME, WIDE = f"/desk/schools/{SCHOOL}/results/", "/desk/results/all/"
PAGES = ("", "questions", "together", "programmes", "trend", "texts")
SCOPES = ("national", "sector:01", f"programme:{MASON}")


def next_year(text: str) -> str:
    """Return a file of 2026 as that of 2027: the last page first, with AI_USED, without LEFT_OUT and what leads."""
    head, *pages = text.split("\n[[pages]]\n")
    head = "\n".join(line for line in head.splitlines() if not line.startswith(("headline", "first_trend")))
    changed = []
    for page in [pages[-1], *pages[:-1]]:
        start, *questions = page.split("\n[[pages.questions]]\n")
        kept = [one for one in questions if not any(one.startswith(f'id = "{id_}"') for id_ in LEFT_OUT)]
        changed.append("\n[[pages.questions]]\n".join([start, *kept]))
    changed[0] += AI_USED
    return "\n[[pages]]\n".join([head, *changed]).replace("2026", "2027")


@pytest.fixture(autouse=True)
def definitions(tmp_path_factory, monkeypatch):
    """The questionnaires of 2026 and 2027."""
    folder = tmp_path_factory.mktemp("definitions")
    for path in loader.DEFINITIONS.glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        (folder / path.name).write_text(text, encoding="utf-8")
        (folder / path.name.replace("2026", "2027")).write_text(next_year(text), encoding="utf-8")
    monkeypatch.setattr(loader, "load_all", partial(loader.load_all, folder))
    words._titles.cache_clear()
    yield
    words._titles.cache_clear()


@pytest.fixture
def rounds(definitions, world):
    """Ids of the rounds of the two years, the older one first, each with an edition."""

    def made() -> list[int]:
        published.history()
        both = [
            published.measured(2025),
            published.measured(2026, NEXT, ai_used="yes", **dict.fromkeys(LEFT_OUT)),
        ]
        for one in both:
            editions.make(one)
        db.session.commit()
        return [one.id for one in both]

    return world.act(made)


def table(person, caption: str) -> list[list[str]]:
    [found] = [one for one in person.html.find_all("table") if one.caption.get_text(strip=True) == caption]
    return [[cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])] for row in found("tr")]


def years(person, address: str, question: str) -> list[str]:
    """Return the years of a question's trend that are ours."""
    rows = table(person.go(f"{address}trend?question={question}"), "By year")[1:]
    return [row[0] for row in rows if "persons" in row[1]]


def test_every_page_of_results_opens_in_both_years(admin, rounds):
    for asked in (f"round={id_}&role={role}&lang={lang}" for id_ in rounds for role in Role for lang in ("nl", "en")):
        for page in PAGES:
            admin.go(f"{HOME}{page}?{asked}")
            if page not in ("programmes", "texts"):
                for scope in SCOPES:
                    admin.go(f"{WIDE}{page}?{asked}&scope={scope}")


def test_what_leads_is_that_of_the_questionnaire(admin, rounds):
    old, new = rounds
    assert "Report grade 8." in admin.go(f"{HOME}?round={old}").text
    assert "Report grade" not in admin.go(f"{HOME}?round={new}").text
    heads = [
        table(admin.go(f"{HOME}programmes?round={id_}"), "Satisfied per theme, with the margin")[0] for id_ in rounds
    ]
    assert heads[0][-1] == "Report grade"
    assert "Report grade" not in heads[1]
    assert "100 % say yes" in admin.go(f"{HOME}questions?round={new}").text


@pytest.mark.parametrize("address", [HOME, WIDE])
def test_a_question_has_a_trend_over_the_years_that_asked_it(admin, rounds, address):
    admin.go(address + "trend")
    offered = [option.get_text() for option in admin.html.find(id="question")("option")]
    assert {"Used AI", "Report grade", "Guidance by the school"} <= set(offered)
    assert offered.index("Used AI") < offered.index("Report grade")
    assert years(admin, address, "ai_used") == ["2026"]
    assert years(admin, address, "grade") == ["2025"]
    assert years(admin, address, "guidance_company") == ["2025", "2026"]
    assert "2016" in admin.go(f"{WIDE}trend?question=grade").text


def test_every_file_is_made_in_both_years(admin, rounds):
    for round_id in rounds:
        for role in Role:
            for address in (f"{HOME}download", *(f"{WIDE}download.{{}}?scope={scope}" for scope in SCOPES)):
                for kind in ("csv", "xlsx"):
                    path = address.format(kind) if "{}" in address else f"{address}.{kind}?"
                    assert admin.go(f"{path}&round={round_id}&role={role}").answer.status_code == 200
        pdf = admin.go(f"{HOME}download.pdf?round={round_id}").answer
        text = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf.data)).pages)
        assert "Report grade" in text  # in the newest over the years
    data = admin.go(f"{HOME}download.xlsx?round={rounds[1]}").answer.data
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    trends = book.get_sheet_by_name("Over the years").to_python()
    assert {(row[0], row[3]) for row in trends if row[2] == "Here"} >= {
        ("Report grade", 2025),
        ("Guidance by the company", 2025),
        ("Guidance by the company", 2026),
    }
    assert "Report grade" not in book.get_sheet_by_name("Programmes").to_python()[0]


def test_both_years_are_published_with_what_each_asked(admin, visitor, world, rounds, flask):
    for round_id in rounds:
        admin.go(f"/desk/results/publications/{round_id}")
        world.act(lambda id_=round_id: publication.publish(db.session.get_one(Round, id_)) and None)
    for year, language in ((2025, "nl"), (2025, "en"), (2026, "nl"), (2026, "en")):
        for ending in ("", ".pdf", ".csv", ".txt"):
            visitor().go(f"/results/{year}{ending}?lang={language}")
    text = visitor().go("/results/2026?lang=en").text
    assert "Used AI (say yes)" in text
    assert "How many answered" in text
    assert "Report grade" not in text
    assert "Report grade, margin" in visitor().go("/results/2025?lang=en").text
    rows = list(csv.DictReader(io.StringIO(visitor().go("/results/2026.csv").answer.text)))
    asked = {row["question"] for row in rows}
    assert "ai_used" in asked
    assert not asked & set(LEFT_OUT)
    flask.run("results", "verify")


def test_microdata_hold_what_each_year_asked(context, rounds):
    for round_id, there, gone in zip(rounds, ("grade", "ai_used"), ("ai_used", "grade"), strict=True):
        edition = db.session.scalars(sa.select(Edition).where(Edition.round_id == round_id)).one()
        for role in Role:
            archive = zipfile.ZipFile(io.BytesIO(dataset.make(edition, role).content))
            codebook = next(name for name in archive.namelist() if name.endswith("codebook-en.md"))
            text = archive.read(codebook).decode()
            assert f"### {there}\n" in text
            assert f"### {gone}\n" not in text


def test_who_sends_the_old_or_the_new_one_sees_what_others_said(context, rounds):
    for round_id in rounds:
        wanted = sa.select(Response).where(Response.round_id == round_id)
        for role in Role:
            response = db.session.scalars(wanted.where(Response.role == role)).first()
            response.answers = {id_: value for id_, value in response.answers.items() if value is not None}
            with context.test_request_context():
                told = after_sending.beside(response)
            assert ("Used AI" in told or "AI gebruikt" in told) == (round_id == rounds[1])
