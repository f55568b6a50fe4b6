"""Agreements at the desk: the list, a school's page, entering and ending, notes, and who sees what."""

import datetime as dt

import pytest

from app.accounts.models import Role
from app.agreements import interests, register, talks
from app.agreements.models import Agreement, Interest, Stage, Talk, TalkNote
from tests import builders
from tests.builders import OTHER_SCHOOL, SCHOOL
from tests.conftest import on_sqlite
from tests.world import PASSWORD

ADVISER = "adviser@bpv.example"
PAGE = f"/desk/schools/{SCHOOL}/agreement?lang=en"
LIST = "/desk/agreements?lang=en"


def enter(admin, gets: int = 200, **values):
    return admin.go("/desk/agreements/new?lang=en").press_labelled("Enter", gets, **values)


@pytest.fixture
def adviser(world, visitor):
    """A browser in which the school's adviser has signed in."""
    world.account(ADVISER, Role.ADVISER, SCHOOL)
    return visitor().sign_in(ADVISER, PASSWORD)


def write(world, brin: str = SCHOOL) -> int:
    return world.act(lambda: interests.express(brin, "Contactpersoon bpv", "bpv@school.example", "Graag bellen.").id)


def schools_in(page) -> list[str]:
    return [row.find("span", class_="soft").text for row in page.html.main.tbody.find_all("tr")]


def test_an_agreement_is_entered_and_ended(admin, world):
    enter(admin, brin=" 04cy ", valid_from="2026-01-01")
    assert admin.path == f"/desk/schools/{SCHOOL}/agreement"
    assert [row["brin"] for row in world.rows(Agreement)] == [SCHOOL]
    assert "signed" in admin.text
    admin.press_labelled("End the agreement today")
    assert [str(row["ended_on"]) for row in world.rows(Agreement)] == ["2026-11-23"]
    assert "There is no agreement today" in admin.text


def test_all_of_an_agreement_is_entered_and_shown(admin, world):
    filled = {
        "version": "2026-1",
        "signed_on": "2025-12-15",
        "valid_until": "2027-12-31",
        "contact_days": "14",
        "privacy_contact": "privacy@school.example",
        "leak_contact": "leak@school.example",
    }
    enter(admin, brin=SCHOOL, valid_from="2026-01-01", categories=["address", "first_name"], **filled)
    (row,) = world.rows(Agreement)
    assert {name: str(row[name]) for name in filled} == filled
    assert row["categories"] == ["address", "first_name"]
    for shown in ("2026-1", "15 Dec 2025", "Mail address, First name", "14 days", "leak@school.example"):
        assert shown in admin.text


@on_sqlite
def test_the_form_offers_everything_and_the_setting(admin, app):
    app.config["CONTACT_DAYS"] = 45
    admin.go(PAGE)
    admin.go(admin.link("Enter an agreement"))
    assert admin.field("brin")["value"] == SCHOOL
    assert admin.field("contact_days")["value"] == "45"
    assert admin.chosen("categories") == ["address", "first_name", "student_number"]


@on_sqlite
@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "brin"),
        ({"brin": "x", "valid_from": "2026-01-01"}, "brin"),
        ({"brin": "99ZZ", "valid_from": "2026-01-01"}, "brin"),
        ({"brin": "04CY", "valid_from": "2026-02-31"}, "valid_from"),
        ({"brin": "04CY", "valid_from": "2026-02-01", "valid_until": "2026-01-01"}, "valid_until"),
        ({"brin": "04CY", "valid_from": "2026-02-01", "categories": []}, "categories"),
        ({"brin": "04CY", "valid_from": "2026-02-01", "contact_days": "366"}, "contact_days"),
        ({"brin": "04CY", "valid_from": "2026-02-01", "privacy_contact": "x"}, "privacy_contact"),
        ({"brin": "04CY", "valid_from": "2026-02-01", "leak_contact": "x@"}, "leak_contact"),
        ({"brin": "04CY", "valid_from": "2026-02-01", "version": "x" * 41}, "version"),
    ],
)
def test_what_cannot_be_entered_is_said_beside_its_field(admin, world, values, field):
    enter(admin, 422, **values)
    assert admin.field(field)["aria-invalid"] == "true"
    assert world.rows(Agreement) == []


@on_sqlite
def test_two_at_once_are_refused(admin, world):
    enter(admin, brin="04CY", valid_from="2026-01-01")
    enter(admin, 422, brin="04CY", valid_from="2026-06-01")
    assert len(world.rows(Agreement)) == 1


@on_sqlite
def test_ending_twice_says_there_is_nothing_to_end(admin, world):
    enter(admin, brin="04CY", valid_from="2026-01-01")
    page = admin.html
    admin.press_labelled("End the agreement today")
    admin.html = page
    admin.press_labelled("End the agreement today")
    assert "no agreement that could be ended" in admin.html.find(class_="messages").text


@on_sqlite
def test_earlier_agreements_stay_to_be_seen(admin, world):
    world.act(lambda: register.sign(SCHOOL, dt.date(2024, 1, 1), dt.date(2024, 12, 31), version="2024-1"))
    world.share()
    admin.go(PAGE)
    history = next(table for table in admin.html.main.find_all("table") if table.caption.text == "Other agreements")
    assert "2024-1" in history.text
    assert len(history.tbody.find_all("tr")) == 1


def test_an_adviser_keeps_the_talk_and_enters_or_ends_nothing(adviser, world):
    world.share()
    assert "End the agreement today" not in adviser.go(PAGE).text
    adviser.press_labelled("Add note", text="Gebeld.", next_on="2026-12-07")
    (note,) = world.rows(TalkNote)
    assert (note["text"], note["stage"]) == ("Gebeld.", "signed")
    assert [str(row["next_on"]) for row in world.rows(Talk)] == ["2026-12-07"]
    assert "Gebeld." in adviser.text
    assert ADVISER in adviser.text
    adviser.post(f"/desk/schools/{SCHOOL}/agreement/end", 403)
    adviser.go("/desk/agreements/new", 403)
    assert [row["ended_on"] for row in world.rows(Agreement)] == [None]


@on_sqlite
def test_a_note_needs_words_and_a_day_that_exists(adviser, world):
    adviser.go(PAGE).press_labelled("Add note", 422, text=" ")
    assert adviser.field("text")["aria-invalid"] == "true"
    adviser.go(PAGE).press_labelled("Add note", 422, text="x", next_on="2026-02-31")
    assert adviser.field("next_on")["aria-invalid"] == "true"
    assert world.rows(TalkNote) == []


@on_sqlite
def test_a_note_says_how_far_the_talk_is(adviser, world):
    adviser.go(PAGE).press_labelled("Add note", text="Afspraak gemaakt.", stage="in_talks")
    assert [row["stage"] for row in world.rows(Talk)] == ["in_talks"]
    assert "Talk with a school noted" in adviser.text


@on_sqlite
@pytest.mark.parametrize("stage", ["signed", "ended", "nonsense"])
def test_no_note_says_that_something_was_signed_or_ended(adviser, world, stage):
    token = adviser.go(PAGE).field("csrf_token")["value"]
    values = {"csrf_token": token, "text": "x", "stage": stage}
    adviser.post(f"/desk/schools/{SCHOOL}/agreement/notes", 422, **values)
    assert world.rows(TalkNote) == []


def test_what_a_school_wrote_waits_until_it_is_dealt_with(adviser, world):
    write(world)
    assert "wrote to us" in adviser.go(LIST).text
    adviser.go(PAGE)
    for shown in ("Contactpersoon bpv", "bpv@school.example", "Graag bellen."):
        assert shown in adviser.text
    adviser.press_labelled("Dealt with")
    assert "bpv@school.example" not in adviser.text
    assert all(row["handled_at"] for row in world.rows(Interest))
    assert "wrote to us" not in adviser.go(LIST).text


@on_sqlite
def test_another_schools_page_and_interest_do_not_exist(app, adviser, world):
    other = write(world, OTHER_SCHOOL)
    app.config["WTF_CSRF_ENABLED"] = False
    adviser.go(f"/desk/schools/{OTHER_SCHOOL}/agreement", 404)
    for brin in (SCHOOL, OTHER_SCHOOL):
        adviser.post(f"/desk/schools/{brin}/agreement/interests/{other}/handled", 404)
    adviser.post(f"/desk/schools/{OTHER_SCHOOL}/agreement/notes", 404, text="x", stage="in_talks")
    assert [row["handled_at"] for row in world.rows(Interest)] == [None]
    assert [row["text"] for row in world.rows(TalkNote)] == [""]


def test_a_school_that_does_not_exist_is_no_page(admin):
    for brin in ("99ZZ", "04CY%00"):
        admin.go(f"/desk/schools/{brin}/agreement", 404)


@on_sqlite
def test_an_adviser_begins_with_the_list_of_own_schools(adviser, admin):
    assert adviser.go("/desk/start").path == "/desk/agreements"
    assert schools_in(adviser) == [SCHOOL]
    assert len(schools_in(admin.go(LIST))) == 57


def test_the_list_begins_with_who_waits_then_what_is_overdue_then_the_largest(admin, world):
    first, large, waiting = "25LJ", "25PM", "01OE"
    world.act(lambda: talks.move(first, Stage.IN_TALKS, dt.date(2026, 11, 20)))
    world.act(lambda: talks.move(SCHOOL, Stage.IN_TALKS, dt.date(2026, 12, 20)))
    world.place(brin=large, planned_end_on=dt.date(2026, 11, 1))
    write(world, waiting)
    admin.go(LIST)
    assert schools_in(admin)[:4] == [waiting, first, SCHOOL, large]
    assert admin.text.count("overdue") == 1


@on_sqlite
def test_the_list_narrows_to_a_stage_and_counts_all_of_them(admin, world):
    world.share()
    world.act(lambda: talks.move(OTHER_SCHOOL, Stage.DECLINED))
    admin.go(LIST)
    tiles = {tile.find(class_="label").text: tile.find(class_="value").text for tile in admin.html.select(".figure")}
    assert tiles["To approach"] == "55"
    assert (tiles["Signed"], tiles["Declined"], tiles["Ended"]) == ("1", "1", "0")
    assert schools_in(admin.go(admin.link("Declined"))) == [OTHER_SCHOOL]
    assert "No school here" in admin.go(f"{LIST}&stage=ended").text
    assert len(schools_in(admin.go(f"{LIST}&stage=nonsense"))) == 57


def test_the_list_says_how_many_placements_an_agreement_concerns(adviser, world):
    world.act(lambda: register.sign(SCHOOL, dt.date(2026, 6, 1)))
    ends = [dt.date(2026, month, 15) for month in (3, 9, 10, 11)] + [dt.date(2025, 6, 1), dt.date(2026, 12, 15)]
    world.act(lambda: builders.load(*(builders.row(planned_end_on=end) for end in ends)))
    row = [cell.text.strip() for cell in adviser.go(LIST).html.main.tbody.tr.find_all("td")]
    assert row[-2:] == ["4", "75%"]


def test_the_page_says_what_an_agreement_could_do_and_from_what(adviser, world):
    world.places(*({} for _n in range(50)))
    text = adviser.go(PAGE).text
    assert "about 20 instead of 6 would open them" in text
    assert "published figures of 2018" in text
    assert "promises nothing" in text
    world.share()
    assert "promises nothing" not in adviser.go(PAGE).text


@on_sqlite
def test_who_looks_only_changes_nothing(adviser, world):
    world.place()
    before = world.dump()
    adviser.go(LIST).go(PAGE)
    assert world.dump() == before
