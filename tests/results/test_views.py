"""Pages of results, as a school's quality officer, an adviser, an analyst and a sector reader open them."""

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.invitations.models import Invitation
from app.placements.models import Placement
from tests.builders import OTHER_SCHOOL, SCHOOL
from tests.results import answers
from tests.world import PASSWORD

HOME = f"/desk/schools/{SCHOOL}/results/"


def rows(person, caption: str) -> dict[str, list[str]]:
    """Return a table by its caption: first cell → the others."""
    [table] = [one for one in person.html.find_all("table") if one.caption.get_text(strip=True) == caption]
    found = [[cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])] for row in table.tbody("tr")]
    return {cells[0]: cells[1:] for cells in found}


def test_the_first_thing_a_school_learns_is_what_stands_out(reader):
    reader.go("/desk/results")
    assert reader.path == HOME
    assert "Guidance by the school" in reader.text
    assert "0% are satisfied, elsewhere 100%" in reader.text.replace(" %", "%")


def test_a_school_learns_how_many_answered(reader):
    reader.go(HOME)
    assert "Students Persons whose answers count 26 26 of 26 answers count" in reader.text
    assert "Trainers Persons whose answers count 0 0 of 0 answers count" in reader.text


def test_themes_stand_beside_elsewhere_and_every_figure_has_its_margin_and_answers(reader):
    reader.go(HOME + "questions")
    row = reader.html.find("a", href="#guidance_school").find_parent("tr")
    cells = [cell.get_text(" ", strip=True) for cell in row("td")]
    assert cells == ["0 % satisfied", "0–13 %", "26", "100 %", "lower"]


@pytest.mark.parametrize("page", ["", "questions", "together"])
def test_every_chart_has_a_table_with_the_same_figures(analyst, page):
    analyst.go(f"/desk/results/all/{page}?scope=sector:01")
    charts = analyst.html.find_all("figure", class_="chart")
    assert charts
    for chart in charts:
        tables = " ".join(
            one.get_text(" ", strip=True) for one in chart.find_parent(["section", "main"]).find_all("table")
        )
        assert all(f"{number.get_text()} %" in tables for number in chart.select("svg text"))


def test_a_theme_stands_with_its_margin_and_its_persons(analyst):
    shown = rows(analyst.go("/desk/results/all/"), "Themes: Trainers")
    assert shown["Guidance and contact"] == ["100 %", "89–100 %", "0 %", "0 %", "40"]


def test_a_theme_of_few_is_an_indication_beside_elsewhere(reader):
    shown = rows(reader.go(HOME), "Themes: Students")
    assert shown["Guidance and contact"] == ["about 0 %", "–", "–", "–", "8", "100 %"]


def test_that_a_trainer_counts_once_is_said_where_trainers_are_shown(reader):
    said = "counts that trainer once"
    assert said not in reader.go(HOME + "questions?role=student").text
    assert said in reader.go(HOME + "questions?role=trainer").text
    assert said in reader.go(HOME).text


def test_answers_of_trainers_are_counted_in_forms(analyst):
    heads = [one.get_text() for one in analyst.go("/desk/results/all/questions?role=trainer").html.find_all("th")]
    assert {"Forms", "Share of forms"} <= set(heads)
    assert "Answers" not in heads


def test_a_block_is_shown_by_itself(reader):
    reader.go(HOME + "programmes")
    shown = rows(reader, "Satisfied per theme, with the margin")
    assert shown["Metselaar (BOL)"][0] == "20"
    assert shown["Mbo-Verpleegkundige (BOL)"][0] == "6"
    reader.go(reader.link("Mbo-Verpleegkundige (BOL)"))
    assert "answers of 6 persons count" in reader.text
    assert "about 0 %" in reader.text


def test_too_few_answers_are_said_and_not_shown(reader):
    reader.go(HOME + "questions?role=trainer")
    assert "Too few answers count to show anything" in reader.text
    assert not reader.html.main.find("table")


def test_the_trend_names_the_break(reader):
    reader.go(HOME + "trend?question=grade")
    assert rows(reader, "By year") == {"2027": ["8.0 margin 7.9–8.1, 26 persons", "8.0 margin 7.9–8.1, 120 persons"]}
    assert "Break in 2022" in reader.text


@pytest.mark.parametrize(
    ("scope", "others"), [("sector:01", "all other sectors"), ("programme:25786", "all other programmes")]
)
def test_what_elsewhere_is_of_is_said(analyst, scope, others):
    assert others in analyst.go(f"/desk/results/all/?scope={scope}").text


@pytest.mark.parametrize("asked", ["round=99", "role=parent", "block=77", "pathway=XYZ"])
def test_what_is_not_there_to_choose_is_not_found(reader, asked):
    reader.go(f"{HOME}questions?{asked}", 404)


def test_a_question_without_a_trend_is_not_found(reader):
    reader.go(HOME + "trend?question=place_found", 404)


def test_filters_stay_from_page_to_page(reader):
    reader.go(HOME + "questions?block=1&role=student")
    assert "block=1" in reader.link("Students and trainers")


def test_another_school_does_not_exist(reader):
    reader.go(f"/desk/schools/{OTHER_SCHOOL}/results/", 404)


def test_a_school_user_sees_no_page_of_the_country(reader):
    reader.go("/desk/results/all/", 403)


def test_an_adviser_goes_to_each_school(results, world, visitor):
    world.account("adviser@bpv.example", "adviser", SCHOOL, OTHER_SCHOOL)
    adviser = visitor().sign_in("adviser@bpv.example", PASSWORD).go("/desk/results")
    assert (
        set(rows(adviser, "Meting 2026")) == {"ROC Nijmegen", "Vista college"} or len(rows(adviser, "Meting 2026")) == 2
    )
    adviser.go(f"/desk/schools/{OTHER_SCHOOL}/results/")


def test_an_analyst_sees_the_country_and_every_sector(analyst):
    analyst.go("/desk/results")
    assert analyst.heading == "The whole country: results"
    analyst.go("/desk/results/all/questions?scope=sector:01")
    assert "answers of 140 persons count" in analyst.text
    analyst.go("/desk/results/all/questions?scope=programme:25655&role=student")
    assert "answers of 6 persons count" in analyst.text


def test_a_sector_reader_sees_the_country_and_its_own_sector_only(results, world, visitor):
    world.account("sector@bpv.example", "sector", sector="03")
    reader = visitor().sign_in("sector@bpv.example", PASSWORD).go("/desk/results")
    assert reader.heading.startswith("Zorg")
    reader.go("/desk/results/all/?scope=national")
    reader.go("/desk/results/all/?scope=sector:01", 404)
    reader.go("/desk/results/all/?scope=programme:25786", 404)


def test_without_any_edition_the_pages_say_so(world, visitor):
    world.account("reader@school.example", "school", SCHOOL)
    reader = visitor().sign_in("reader@school.example", PASSWORD).go(HOME)
    assert "There are no results yet" in reader.text


@pytest.mark.parametrize("page", ["", "questions", "together", "programmes", "trend", "texts"])
def test_every_page_speaks_dutch(reader, page):
    assert reader.go(f"{HOME}{page}?lang=nl").language == "nl"


def test_an_account_of_some_programmes_sees_their_groups_only(results, world, visitor):
    world.account("limited@school.example", "school", SCHOOL, crebos=["25655"])
    reader = visitor().sign_in("limited@school.example", PASSWORD).go(HOME + "questions")
    assert "answers of 6 persons count" in reader.text
    assert list(rows(reader.go(HOME + "programmes"), "Satisfied per theme, with the margin")) == [
        "Mbo-Verpleegkundige (BOL)"
    ]
    reader.go(HOME + "questions?block=2", 404)
    for page in ("trend", "texts", "download.csv", "download.xlsx", "download.pdf"):
        reader.go(HOME + page, 404)


def test_an_adviser_sees_no_programme_that_is_one_schools(results, world, visitor):
    world.account("adviser@bpv.example", "adviser", OTHER_SCHOOL)
    adviser = visitor().sign_in("adviser@bpv.example", PASSWORD)
    adviser.go("/desk/results/all/questions?scope=programme:25655")
    assert "Too few answers count to show anything" in adviser.text
    adviser.go("/desk/results/all/questions?scope=programme:25786")
    assert "answers of 140 persons count" in adviser.text


def test_programmes_are_all_shown_whatever_block_was_chosen_before(reader):
    shown = rows(reader.go(HOME + "programmes?block=1"), "Satisfied per theme, with the margin")
    assert [cells[0] for cells in shown.values()] == ["6", "20"]


@pytest.fixture
def few_students(world, visitor):
    """A school of which eight students sent answers, four of each group of programmes, and many trainers; signed in."""
    with world.app.app_context():
        edition = answers.edition(mason=4, nurse=4)
        answers.sent(edition.round, "trainer", SCHOOL, 12, answers.HAPPY)
        mine = sa.select(Invitation.id).join(Placement).where(Placement.brin == SCHOOL, Invitation.role == "student")
        some = list(db.session.scalars(mine.limit(8)))
        moment = edition.round.opened_at
        seats = (
            sa.update(Invitation).where(Invitation.id.in_(some)).values(invited_at=moment, opened_at=moment, sent=True)
        )
        db.session.execute(seats)
        answers.made(edition.round)
    world.account("reader@school.example", "school", SCHOOL)
    return visitor().sign_in("reader@school.example", PASSWORD)


def test_where_few_students_count_the_first_page_shows_what_trainers_say_and_why(few_students):
    few_students.go(HOME)
    assert "Too few answers count" not in few_students.text
    assert rows(few_students, "Themes: Trainers")
    assert "Students 0 of 8 answers count, because answers count in whole groups" in few_students.text
    pdf = few_students.link("report (PDF)")
    assert few_students.client.get(pdf, base_url=few_students.base_url).data.startswith(b"%PDF")
    assert "role=trainer" in few_students.link("data (CSV)")
    few_students.go(HOME + "together")
    assert "Students: 0 of 8 answers count, because" in few_students.text


def test_response_is_of_what_is_due_and_completion_of_what_was_opened(few_students):
    text = few_students.go(HOME).text.replace(" %", "%")
    assert "Response 15% 8 of 55 placements due sent answers" in text
    assert "Completion 100% 8 of 8 who opened the link sent answers" in text


def test_a_school_of_few_placements_is_told_that_it_has_no_figures_of_its_own(few_students, world, visitor):
    world.account("small@school.example", "school", answers.SMALL)
    reader = visitor().sign_in("small@school.example", PASSWORD).go(f"/desk/schools/{answers.SMALL}/results/")
    assert "Too few answers count to show anything" in reader.text
