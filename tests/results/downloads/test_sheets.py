"""Results as CSV and XLSX hold what the reports of the same scope show, and nothing that these do not."""

import csv
import io

import pytest
from python_calamine import CalamineWorkbook

from app import languages
from app.extensions import db
from app.invitations.models import Role
from app.reference.models import School
from app.results import report
from app.results.downloads import csv_file, making, tables, xlsx_file
from app.results.downloads.contents import NothingShown
from app.results.scopes import Scope
from tests.builders import SCHOOL
from tests.conftest import on_sqlite
from tests.results import answers
from tests.results.answers import SMALL

pytestmark = on_sqlite


@pytest.fixture
def english(context):
    with languages.force_locale("en"):
        yield context


@pytest.fixture
def edition(english):
    return answers.edition()


def rows(content: bytes) -> list[dict[str, str]]:
    text = content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";", strict=True))


def measures(edition, **how) -> dict[str, dict[str, str]]:
    """Return id → row of the measures in a CSV file."""
    found = rows(csv_file.written(answers.contents(edition, **how)))
    return {row["id"]: row for row in found if row["Row"] == "measure"}


def sheets(content: bytes) -> dict[str, list[list]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_a_csv_file_holds_the_figures_of_the_report(edition):
    shown = report.make(edition, Role.STUDENT, Scope("school", SCHOOL))
    row, figure = measures(edition)["guidance_school"], shown.figures["guidance_school"]
    assert float(row["Figure"]) == pytest.approx(100 * figure.value, abs=0.05)
    assert float(row["From"]) == pytest.approx(100 * figure.low, abs=0.05)
    assert int(row["Number"]) == figure.persons
    assert row["In words"] == "100 %"


def test_every_answer_is_a_row_with_its_share_and_how_often_it_was_given(edition):
    figure = report.make(edition, Role.STUDENT, Scope("school", SCHOOL)).figures["status"]
    found = [row for row in rows(csv_file.written(answers.contents(edition))) if row["id"] == "status"]
    given = {row["Answer or measure"]: int(row["Number"]) for row in found if row["Row"] == "answer"}
    assert sorted(given.values()) == sorted(figure.counts.values())


def test_elsewhere_stands_beside_it_and_is_without_the_school(edition):
    assert float(measures(edition)["guidance_school"]["Elsewhere"]) == 0


def test_a_csv_file_says_what_it_is_of_and_how_to_read_it(edition):
    about = {row["Theme"]: row["Question"] for row in rows(csv_file.written(answers.contents(edition)))}
    assert about["Results of"] == "ROC Rivor"
    assert about["Edition"] == str(edition.id)
    assert "five persons" in about["How to read this"]


def test_numbers_are_written_as_the_reader_writes_them(edition):
    with languages.force_locale("nl"):
        text = csv_file.written(answers.contents(edition)).decode("utf-8-sig")
    grade = next(line for line in text.splitlines() if ";grade;" in line)
    assert ";9,00;" in grade


def test_a_name_that_a_spreadsheet_would_run_is_defused(edition):
    found = answers.contents(edition)
    text = csv_file.written(type(found)(found.chosen, "=cmd|'/c calc'!A1")).decode("utf-8-sig")
    assert ";'=cmd" in text
    assert ";=cmd" not in text


def test_few_answers_are_an_indication_and_without_numbers(english):
    row = measures(answers.edition(mason=7, nurse=0))["guidance_school"]
    assert row["In words"] == "about 100 %"
    assert (row["Figure"], row["From"], row["To"], row["Number"]) == ("", "", "", "7")


@pytest.mark.parametrize("n", [5, 9, 10, 19, 20])
def test_what_a_report_hides_stands_in_no_table(english, n):
    edition = answers.edition(mason=n, nurse=0)
    shown = report.make(edition, Role.STUDENT, Scope("school", SCHOOL))
    hidden = {id_ for id_, figure in shown.figures.items() if not figure.is_shown}
    partly = {id_ for id_, figure in shown.figures.items() if not figure.is_full}
    assert "problem" in hidden or n >= 20
    for row in rows(csv_file.written(answers.contents(edition))):
        numbers = row["Figure"] + row["From"] + row["To"]
        assert row["id"] not in partly or (row["Row"], numbers) == ("measure", ""), row
        assert row["id"] not in hidden or row["Number"] == "", row


@pytest.mark.parametrize("n", [5, 9, 10, 19, 20])
def test_no_number_of_persons_in_a_workbook_is_under_five(english, n):
    found = answers.contents(answers.edition(mason=n, nurse=3))
    for table in tables.all_of(found):
        for place, (head, _width) in enumerate(table.columns):
            if head == "Persons":
                counts = [row[place].value for row in table.rows if isinstance(row[place], tables.Number)]
                assert all(count >= 5 for count in counts), table.name


@pytest.mark.parametrize("kind", list(making.KINDS))
@pytest.mark.parametrize("n", [4, 8])
def test_a_school_with_too_few_placements_has_no_file(english, kind, n):
    found = answers.contents(answers.edition(small=n), Scope("school", SMALL))
    with pytest.raises(NothingShown):
        making.made(found, kind)


def test_a_workbook_has_a_sheet_per_page_of_results(edition):
    found = sheets(xlsx_file.written(answers.contents(edition)))
    assert list(found) == ["Read me", "Themes", "Questions", "Answers", "Programmes", "Over the years"]


def test_a_workbook_puts_both_roles_side_by_side_where_both_answered(edition):
    answers.sent(edition.round, "trainer", SCHOOL, 12, answers.UNHAPPY)
    found = sheets(xlsx_file.written(answers.contents(answers.made(edition.round))))
    heads, *below = found["Students and trainers"]
    row = next(dict(zip(heads, row, strict=False)) for row in below if row[0] == "Guidance by the school")
    assert (row["Students"], row["Trainers"]) == (1, 0)


def test_a_workbook_holds_numbers_that_can_be_counted_with(edition):
    heads, *below = sheets(xlsx_file.written(answers.contents(edition)))["Questions"]
    row = next(dict(zip(heads, row, strict=True)) for row in below if row[1] == "Report grade")
    assert (row["Figure"], row["Persons"], row["More than chance"]) == (9, 31, "higher")


def test_a_workbook_speaks_the_readers_language(edition):
    with languages.force_locale("nl"):
        found = sheets(xlsx_file.written(answers.contents(edition)))
    assert any("Voorbereiding" in row for sheet in found.values() for row in sheet)


def test_programmes_stand_in_groups_each_as_far_as_it_may_be_shown(edition):
    rows = tables.programmes(answers.contents(edition)).rows
    assert sorted((row[1].value, row[-1]) for row in rows) == [(7, "about 9"), (24, tables.Number(9, "grade"))]


def test_a_group_of_too_few_is_named_without_figures(english):
    rows = tables.programmes(answers.contents(answers.edition(nurse=4))).rows
    assert [row[2:] for row in rows if row[1] == "0 of 0 answers count"] == [[]]


def test_of_a_part_of_a_school_there_are_no_programmes(edition):
    found = answers.contents(edition, Scope("school", SCHOOL, pathway="BBL"))
    assert tables.programmes(found).rows == []


def test_the_country_has_no_elsewhere(edition):
    assert "Elsewhere" not in [
        head for head, _width in tables.questions(answers.contents(edition, Scope()).chosen.side).columns
    ]


def test_the_years_hold_the_figure_of_this_year(edition):
    rows = tables.trends(answers.contents(edition)).rows
    grade = [row for row in rows if row[0] == "Report grade"]
    assert [(row[2], row[3].value, row[4].value) for row in grade] == [("Here", 2027, 9), ("Elsewhere", 2027, 6)]


def test_the_name_of_a_file_says_what_it_is_of(edition):
    found = answers.contents(edition, Scope("school", SCHOOL, pathway="BOL"), Role.TRAINER)
    assert making.name_of(found, "csv") == "bpv-04CY-BOL-2027-trainer.csv"
    assert making.name_of(found, "pdf") == "bpv-04CY-BOL-2027.pdf"


def test_the_school_of_these_tests_is_named_as_in_the_reference_data(english):
    assert db.session.get_one(School, SCHOOL).name == answers.NAMES[SCHOOL]
