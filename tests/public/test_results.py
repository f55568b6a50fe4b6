"""The published results, for anyone: the page, its PDF and its open data say the same, and only what was published."""

import csv
import io
import re

import pypdf
import pytest
import sqlalchemy as sa

from app.accounts.models import Role
from app.extensions import db
from app.invitations.models import Round
from app.responses.models import Response
from app.results import editions
from app.results.models import Publication
from app.results.publishing import pdf as publication_pdf
from app.results.publishing import publication
from tests.conftest import on_sqlite
from tests.pages import words_of
from tests.results.people import withdraw
from tests.results.publishing.published import RUNNING, history, measured, published
from tests.world import PASSWORD

pytestmark = on_sqlite
STUDENTS = ["8", "8", "8", "8.1", "8.1", "8.2", "8.4", "8.4"]
TRAINERS = ["7.5", "7.5", "7.5", "7.5", "7.5", "7.6", "7.6", "7.5"]
YEARS = [str(year) for year in range(2016, 2024)]
FEW = "Zakelijke dienstverlening en veiligheid"


@pytest.fixture
def year_2026(world):
    """What was published of earlier years, and a publication of 2026."""
    world.act(history)
    world.act(lambda: published() and None)


@pytest.fixture
def two_years(world):
    """Publications of 2025 and 2026, between which students and trainers became less satisfied with the school."""
    world.act(lambda: published(2025, guidance_school="5") and None)
    world.act(lambda: published(2026, guidance_school="2") and None)


def rows_of(person, caption: str) -> list[list[str]]:
    table = next(one for one in person.html.find_all("table") if words_of(one.caption) == caption)
    return [[words_of(cell) for cell in row.find_all(["th", "td"])] for row in table.tbody.find_all("tr")]


def data_of(person, year: int = 2026) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(person.go(f"/results/{year}.csv").answer.text)))


def pdf_of(person, year: int = 2026, language: str = "en") -> str:
    answer = person.go(f"/results/{year}.pdf?lang={language}").answer
    pages = pypdf.PdfReader(io.BytesIO(answer.data)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def said(row: dict[str, str]) -> tuple[str, str]:
    """Return the figure and the margin of a row of open data as pages write them."""
    if row["unit"] == "1-10":
        return f"{float(row['value']):.1f}", f"{float(row['low']):.1f}–{float(row['high']):.1f}"
    return f"{float(row['value']):.0f} %", f"{float(row['low']):.0f}–{float(row['high']):.0f} %"


# Who sees what


def test_before_anything_is_published_the_page_says_so(visitor, world):
    world.act(lambda: measured() and None)
    for language in ("en", "nl"):
        visitor().go(f"/results?lang={language}")
    assert "Nothing is published yet" in visitor().go("/results?lang=en").text
    for ending in ("", ".pdf", ".csv", ".txt"):
        visitor().go(f"/results/2026{ending}", 404)


def test_the_home_page_leads_to_the_newest_results(visitor, two_years):
    person = visitor().go("/?lang=en")
    assert person.go(person.link("See the results")).heading.startswith("Results 2026")
    assert person.go(person.link("2025")).heading.startswith("Results 2025")


def test_the_results_are_for_anyone_in_both_languages(visitor, year_2026):
    for language in ("en", "nl"):
        for address in ("/results", "/results/2026"):
            assert visitor().go(f"{address}?lang={language}").language == language
        visitor().go(f"/results/2026.txt?lang={language}")
        assert pdf_of(visitor(), language=language).startswith("BPV Monitor 2026")
    for year in (0, 2025, 9999, 10**30):
        visitor().go(f"/results/{year}", 404)


# The years side by side


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_grades_of_all_years_stand_as_they_were_published(visitor, year_2026, language):
    caption = {"en": "Report grade", "nl": "Rapportcijfer"}[language]
    rows = rows_of(visitor().go(f"/results/2026?lang={language}"), caption)
    told = [[cell.replace(",", ".") for cell in row] for row in rows]
    assert told[:8] == [list(row) for row in zip(YEARS, STUDENTS, TRAINERS, strict=True)]
    assert [row[0] for row in told[8:]] == ["2026"]
    assert re.fullmatch(r"8\.[0-9] \(8\.[0-9]–8\.[0-9]\)", told[8][1])


@pytest.mark.parametrize(("language", "point"), [("en", "."), ("nl", ",")])
def test_the_pdf_has_the_same_grades(visitor, year_2026, language, point):
    text = pdf_of(visitor(), language=language)
    for row in zip(YEARS, STUDENTS, TRAINERS, strict=True):
        assert " ".join(row).replace(".", point) in text
    own = rows_of(visitor().go(f"/results/2026?lang={language}"), {".": "Report grade", ",": "Rapportcijfer"}[point])
    assert " ".join(own[-1]) in text


def test_figures_published_elsewhere_lead_to_their_sources(visitor, year_2026):
    links = [one["href"] for one in visitor().go("/results/2026").html.find_all("a", rel="noreferrer")]
    assert any("s-bb.nl" in link for link in links)


def test_a_report_knows_no_years_after_its_own(visitor, two_years):
    rows = rows_of(visitor().go("/results/2025?lang=en"), "Report grade")
    assert [row[0] for row in rows] == ["2025"]


# What moved


def test_what_moved_by_more_than_chance_is_named(visitor, two_years):
    text = visitor().go("/results/2026?lang=en").text
    assert "What moved since 2025" in text
    assert "Students: of 7 figures 1 moved by more than chance." in text
    assert "0 % are satisfied, in 2025 100 %" in text


def test_that_nothing_moved_is_said(visitor, world):
    world.act(lambda: published(2025) and None)
    world.act(lambda: published(2026) and None)
    text = visitor().go("/results/2026?lang=en").text
    assert "Students: of 7 figures none moved by more than chance." in text
    assert "Neither differs from 2025 by more than chance." in text


def test_a_grade_that_was_not_published_before_is_not_compared(visitor, world):
    world.act(lambda: published(2025, grade=None) and None)
    world.act(lambda: published(2026) and None)
    assert "Neither differs" not in visitor().go("/results/2026?lang=en").text


def test_lowest_and_highest_count_from_the_last_break_on(visitor, year_2026):
    assert "Since 2022 it lay between" in visitor().go("/results/2026?lang=en").text


def test_a_first_publication_says_that_there_is_nothing_to_compare_with(visitor, year_2026):
    assert "no earlier publication with margins" in visitor().go("/results/2026?lang=en").text


def test_a_report_without_a_grade_leaves_it_out(visitor, world):
    world.act(lambda: published(grade=None) and None)
    person = visitor().go("/results/2026?lang=en")
    assert "Report grade" not in person.text
    assert "Guidance by the school (satisfied), margin" in person.text
    assert pdf_of(person)


def test_where_one_role_hardly_answered_the_report_is_of_the_other(visitor, world):
    def publish_students():
        opened = measured()
        db.session.execute(sa.delete(Response).where(Response.role == "trainer"))
        publication.publish(opened)

    world.act(publish_students)
    person = visitor().go("/results/2026?lang=en")
    assert len(rows_of(person, "Links opened and answers sent")) == 1
    assert {row["role"] for row in data_of(visitor())} == {"student"}
    assert pdf_of(visitor())


# Open data


def test_the_data_hold_what_the_page_shows(visitor, year_2026):
    data = {(row["metric"], row["question"], row["role"]): row for row in data_of(visitor()) if row["code"] == ""}
    person = visitor().go("/results/2026?lang=en")
    shown = {row[0]: row[1:] for row in rows_of(person, "Students and trainers")}
    for title, metric, question in (
        ("Report grade", "mean", "grade"),
        ("Guidance by the school (satisfied)", "satisfied", "guidance_school"),
    ):
        told = [said(data[(metric, question, role)]) for role in ("student", "trainer")]
        assert shown[title] == [*told[0], *told[1]]
    themes = {row[0]: row[1:3] for row in rows_of(person, "Themes: Students")}
    assert themes["Preparation"] == list(said(data[("theme", "preparation", "student")]))
    students = rows_of(person, "Links opened and answers sent")[0]
    assert students[1:4] == [data[(name, "", "student")]["value"] for name in ("due", "opened", "sent")]


def test_the_data_hold_each_sector_as_the_page_shows_it(visitor, year_2026):
    rows = rows_of(visitor().go("/results/2026?lang=en"), "Sectors: Students")
    grades = [row for row in data_of(visitor()) if (row["metric"], row["role"]) == ("mean", "student")]
    told = {row["code"]: "{} ({})".format(*said(row)) for row in grades if row["breakdown"] == "sector"}
    assert [row[2] for row in rows] == [told["01"], told["03"]]


def test_the_shares_of_a_question_add_up(visitor, year_2026):
    shares: dict[tuple[str, ...], float] = {}
    for row in data_of(visitor()):
        if row["metric"] == "share":
            of = (row["question"], row["role"], row["breakdown"], row["code"])
            shares[of] = shares.get(of, 0) + float(row["value"])
    assert len(shares) > 30
    assert all(total == pytest.approx(100, abs=0.06) for total in shares.values())


def test_the_data_name_their_edition_and_their_questions(visitor, world, year_2026):
    rows = data_of(visitor())
    digest = world.rows(Publication)[0]["figures"]["edition"]
    assert {row["edition"] for row in rows} == {digest}
    row = next(row for row in rows if row["question"] == "guidance_school")
    assert row["question_nl"] != row["question_en"] != ""
    readme = visitor().go("/results/2026.txt?lang=en").answer.text
    assert digest in readme
    assert {name for name in rows[0] if name not in readme} == set()


def test_of_a_sector_with_few_answers_only_the_name_is_said(visitor, year_2026):
    person = visitor().go("/results/2026?lang=en")
    reason = "nothing is shown where fewer than three schools have answers that count there. These are: "
    for role in ("Students", "Trainers"):  # whose answers count together with those of other sectors
        assert FEW in person.text.rpartition(f"{role}: {reason}")[2].partition(".")[0]
    cells = [words_of(cell) for cell in person.html.find_all(["th", "td"])]
    assert FEW not in cells
    assert FEW in pdf_of(visitor())
    assert {row["code"] for row in data_of(visitor()) if row["breakdown"] == "sector"} == {"01", "03"}
    assert min(int(row["n"]) for row in data_of(visitor()) if row["n"]) >= 10


# That it stays


def test_withdrawing_an_answer_changes_nothing_anyone_sees(visitor, world, year_2026):
    addresses = ("/results/2026?lang=en", "/results/2026.csv")
    before = [visitor().go(address).answer.text for address in addresses]
    world.act(lambda: withdraw(db.session.scalars(sa.select(Response.key)).first()))
    assert [visitor().go(address).answer.text for address in addresses] == before


def test_a_pdf_is_set_once(visitor, year_2026):
    publication_pdf._set.cache_clear()
    for _time in range(2):
        pdf_of(visitor())
    assert publication_pdf._set.cache_info().hits == 1


# Publishing at the desk


@pytest.fixture
def closed(world):
    """A closed round with an edition, by its id."""
    return world.act(lambda: editions.make(measured()).round_id)


def test_an_administrator_looks_at_the_report_and_publishes_it(admin, world, visitor, closed):
    admin.go("/desk/results/publications?lang=en")
    admin.go(admin.link("Look at it before publishing : Meting 2026"))
    assert "Publishing cannot be undone" in admin.text
    assert "Report grade" in admin.text
    assert world.rows(Publication) == []
    assert "The results were published." in words_of(admin.press_last().html)
    assert visitor().go("/results?lang=en").heading.startswith("Results 2026")
    admin.go(admin.link("Results 2026"))


def test_a_second_press_says_that_it_was_published(admin, world, closed):
    admin.go(f"/desk/results/publications/{closed}?lang=en")
    world.act(lambda: publication.publish(db.session.get_one(Round, closed)) and None)
    assert "This round was published already." in words_of(admin.press_last().html)
    assert len(world.rows(Publication)) == 1


@pytest.mark.parametrize(
    ("year", "make", "words"),
    [
        (RUNNING, True, "This round is not closed yet, or not for an hour."),
        (2026, False, "No figures were made of this round yet."),
    ],
)
def test_what_cannot_be_published_has_no_button(admin, world, year, make, words):
    round_id = world.act(lambda: editions.make(measured(year)).round_id if make else measured(year).id)
    admin.go(f"/desk/results/publications/{round_id}?lang=en")
    assert words in admin.text
    assert "Publish these results" not in admin.text


def test_an_analyst_may_look_but_not_publish(world, visitor, closed):
    world.account("analyst@bpv.example", Role.ANALYST)
    person = visitor().sign_in("analyst@bpv.example", PASSWORD).go(f"/desk/results/publications/{closed}?lang=en")
    assert "Report grade" in person.text
    assert "Publish these results" not in person.text
    person.post(f"/desk/results/publications/{closed}", 403)
