"""Students' addresses by file: checked, looked at, then taken over; what may not be held is refused by name."""

import io
from pathlib import Path

import pytest

from app.agreements import register
from app.agreements.models import Category
from app.placements.models import Placement, RememberedColumn, StudentContact
from app.portal.models import Delivery
from tests import builders
from tests.builders import OTHER_SCHOOL, SCHOOL
from tests.conftest import on_sqlite
from tests.world import PASSWORD

FILE = f"/desk/schools/{SCHOOL}/deliveries?lang=en"


@pytest.fixture
def places(world):
    world.share()
    return world.places({"agreement_number": "A-1"}, {"agreement_number": "A-2", "trainer_address": "boss@co.example"})


def hand(school, text: str, gets: int = 200):
    data = text.encode() if isinstance(text, str) else text
    return school.go(FILE).press_labelled("Check this file", gets, file=(io.BytesIO(data), "students.csv"))


def addresses(world) -> dict:
    return {row["placement_id"]: row["address"] for row in world.rows(StudentContact, StudentContact.holds())}


def test_a_file_is_looked_at_first_and_then_taken_over(school, places, world):
    page = hand(school, "pok;email;roepnaam\nA-1; Sam@School.example ;Sam\n")
    assert [one.text for one in page.html.find_all(class_="value")] == ["1", "0", "0", "0"]
    assert addresses(world) == {}
    page.press_labelled("Take the good rows over")
    assert addresses(world) == {places[0].placement: "sam@school.example"}
    assert [row["rows"] for row in world.rows(Delivery)] == [None]


def test_refused_rows_come_back_with_what_is_wrong(school, places, world):
    rows = "A-9;x@school.example\nA-1;nonsense\nA-2;boss@co.example\nA-2;\nA-1;a@school.example\nA-1;b@school.example"
    page = hand(school, f"pok;email\n{rows}\n")
    back = school.client.get(page.link("Download the refused rows"), base_url=school.base_url).text
    lines = back.strip().splitlines()
    assert lines[0].endswith(";fout")
    assert [line.split(";")[0] for line in lines[1:]] == ["A-9", "A-1", "A-2", "A-2", "A-1"]
    assert "no placement of your school" in lines[1]
    page.press_labelled("Take the good rows over")
    assert addresses(world) == {places[0].placement: "a@school.example"}


def test_what_the_agreement_does_not_name_is_refused_by_name(school, world):
    world.act(lambda: builders.sharing_school(SCHOOL, [Category.ADDRESS]))
    world.place(agreement_number="A-1")
    page = hand(school, "pok;email;Roepnaam\nA-1;sam@school.example;Sam\n", 422)
    assert "Roepnaam" in page.html.main.find(class_="summary").text
    assert world.rows(Delivery) == []


@on_sqlite
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("pok;email;BSN\nA-1;a@school.example;123456782", "BSN"),
        ("email\na@school.example", "pok_nummer"),
        ("pok\nA-1", "missing"),
        ("", "empty"),
        (b"\x00\x01\x02", "not a table"),
        (b"PK\x03\x04broken", "cannot be opened"),
    ],
)
def test_a_file_that_cannot_be_used_says_why_and_leaves_nothing(school, places, world, text, words):
    page = hand(school, text, 422)
    assert words in page.html.main.find(class_="summary").text
    assert world.rows(Delivery) == []


@on_sqlite
def test_a_row_of_another_school_is_unknown(school, places, world):
    world.place(brin=OTHER_SCHOOL, agreement_number="B-1")
    page = hand(school, "pok;email\nB-1;x@school.example\n")
    assert [one.text for one in page.html.find_all(class_="value")] == ["0", "0", "0", "1"]


@on_sqlite
def test_after_a_day_it_is_too_late(school, places, world):
    page = hand(school, "pok;email\nA-1;sam@school.example\n")
    world.today("2026-11-25")
    page.press_labelled("Take the good rows over")
    assert addresses(world) == {}
    assert "more than a day" in page.html.text


@on_sqlite
def test_an_agreement_that_ended_meanwhile_takes_nothing_over(school, places, world):
    page = hand(school, "pok;email\nA-1;sam@school.example\n")
    world.act(lambda: register.end(SCHOOL))
    page.press_labelled("Take the good rows over")
    assert addresses(world) == {}


@on_sqlite
def test_taking_over_twice_is_once(school, places, world):
    page = hand(school, "pok;email\nA-1;sam@school.example\n")
    token, address = page.field("csrf_token")["value"], page.path
    school.post(address, csrf_token=token)
    school.post(address, csrf_token=token)
    assert "already" in school.html.text


def test_a_team_finds_its_own_deliveries_only(school, places, world, visitor):
    page = hand(school, "pok;email;telefoon\nA-1;sam@school.example;0612345678\nA-9;x@school.example;06")
    world.account("team@school.example", "school", SCHOOL, crebos=["25655"])
    team = visitor().sign_in("team@school.example", PASSWORD)
    team.go(page.path, 404)
    team.go(f"{page.path}/refused-rows", 404)
    assert "06" not in school.client.get(f"{page.path}/refused-rows", base_url=school.base_url).text


def test_what_is_held_of_a_placement_that_is_gone_can_be_taken_away(school, places, world):
    hand(school, "pok;email\nA-1;sam@school.example\n").press_labelled("Take the good rows over")
    world.set(Placement, places[0].placement, status="Afgemeld")
    page = school.go(f"/desk/schools/{SCHOOL}/students?lang=en")
    button = page.html.find("button", formaction=True)
    page.post(button["formaction"], csrf_token=page.field("csrf_token")["value"])
    assert addresses(world) == {}


@on_sqlite
@pytest.mark.parametrize("page", ["students", "students.csv", "", "deliveries", "inform", "log"])
def test_a_school_that_does_not_exist_has_no_pages(admin, page):
    admin.go(f"/desk/schools/99ZZ/{page}", 404)


# What is not read, and what is not certain


ODD = Path(__file__).parents[1] / "placements" / "samples" / "odd"


def tiles(school) -> list[str]:
    return [one.text for one in school.html.find_all(class_="value")]


@on_sqlite
def test_rows_of_another_school_are_refused(school, world):
    world.act(lambda: builders.sharing_school(SCHOOL))
    world.places(*({"agreement_number": number} for number in ("000001", "000003", "000004")))
    page = hand(school, (ODD / "portal-other-school.csv").read_bytes().replace(b"04CY", OTHER_SCHOOL.encode()))
    assert tiles(page) == ["0", "0", "0", "3"]
    back = school.client.get(page.link("Download the refused rows"), base_url=school.base_url).text
    assert back.count("of another school") == 3


@on_sqlite
@pytest.mark.parametrize("heading", ["School", "Instelling"])
def test_rows_of_another_school_are_refused_also_where_the_column_is_named_otherwise(school, places, world, heading):
    rows = f"A-1;x@school.example;{OTHER_SCHOOL}\nA-2;y@school.example;{SCHOOL}\n"
    assert tiles(hand(school, f"pok;email;{heading}\n{rows}"))[3] == "1"
    names = "A-1;x@school.example;ROC Rivor\nA-2;y@school.example;ROC Rivor\n"
    assert tiles(hand(school, f"pok;email;{heading}\n{names}"))[3] == "0"


@on_sqlite
def test_numbers_are_known_under_a_guard_and_without_their_zeros(school, world):
    world.act(lambda: builders.sharing_school(SCHOOL))
    world.places(*({"agreement_number": number} for number in ("000001", "000003", "000004")))
    assert tiles(hand(school, (ODD / "portal-formula-guard.csv").read_bytes())) == ["3", "0", "0", "0"]
    rows = f"{SCHOOL}01;1;x@school.example\n;'000001;y@school.example"
    assert tiles(hand(school, f"brin;pok;email\n{rows}")) == ["1", "0", "0", "1"]


@on_sqlite
def test_several_sheets_are_refused_by_name(school, places, world):
    page = hand(school, (ODD / "portal-two-sheets.xlsx").read_bytes(), 422)
    assert "Klas A, Klas B" in page.text
    assert world.rows(Delivery) == []


@on_sqlite
def test_columns_that_are_not_read_are_named_with_what_they_hold_until_it_is_taken_over(school, places, world):
    page = hand(school, "pok;email;telefoon\nA-1;sam@school.example;0612345678\n")
    assert "0612345678" in page.html.main.text
    page.press_labelled("Take the good rows over")
    assert "0612345678" not in str(world.dump())


def test_a_column_that_looks_like_one_of_ours_is_asked_about_once(school, places, world):
    text = "pok;praktijkopleider;email\nA-1;A. Bos;a.bos@co.example\n"
    page = hand(school, text, 422)
    assert "a.bos@co.example" in page.html.main.text
    assert (page.field("column-email")["aria-invalid"], world.rows(Delivery)) == ("true", [])
    more = text.replace("email", "email;roepnaam").replace("example\n", "example;Sam\n")
    data = {"file": (io.BytesIO(more.encode()), "x.csv"), "column-email": "trainer_address"}
    page.press_labelled("Check this file", **data)
    assert tiles(page) == ["1", "0", "0", "0"]
    assert [(row["brin"], row["heading"], row["field"]) for row in world.rows(RememberedColumn)] == [
        (SCHOOL, "email", "trainer_address")
    ]
    assert tiles(hand(school, more)) == ["1", "0", "0", "0"]
    assert hand(school, text, 422).field("column-email")["aria-invalid"]  # among others it may be another address
