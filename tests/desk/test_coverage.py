"""The desk's page on coverage: figures of a round, of all schools or of one's own."""

import datetime as dt

import pytest

from app.accounts.models import Role
from app.invitations.models import Round
from tests import builders
from tests.builders import OTHER_SCHOOL, SCHOOL
from tests.conftest import on_sqlite
from tests.world import PASSWORD

COVERAGE = "/desk/coverage?lang=en"


@pytest.fixture
def loaded(world):
    """Three placements due: one under an agreement with an address, two elsewhere."""
    world.share()
    world.places({"student_address": "s@school.example"}, {"brin": OTHER_SCHOOL}, {"brin": OTHER_SCHOOL})


def person(world, visitor, role: Role):
    world.account("person@bpv.example", role, SCHOOL)
    return visitor().sign_in("person@bpv.example", PASSWORD)


def rows(page, caption: str) -> dict[str, list[str]]:
    table = next(one for one in page.html.main.find_all("table") if one.caption.text == caption)
    return {row.th.text: [cell.text for cell in row.find_all("td")] for row in table.tbody.find_all("tr")}


def test_an_analyst_sees_all_schools_and_no_way_to_their_agreements(loaded, world, visitor):
    page = person(world, visitor, Role.ANALYST).go(COVERAGE)
    schools = rows(page, "Per school")
    assert schools["ROC Rivor"] == ["1", "1", "100%", "1", "100%", "0", "0%"]
    assert len(schools) == 2
    assert sum(int(row[0]) for row in rows(page, "Per sector").values()) == 3
    assert not [link for link in page.html.main.find_all("a") if "/agreement" in link["href"]]


@on_sqlite
def test_an_adviser_sees_own_schools_only(loaded, world, visitor):
    page = person(world, visitor, Role.ADVISER).go(COVERAGE)
    assert list(rows(page, "Per school")) == ["ROC Rivor"]
    assert "your own schools only" in page.text
    assert page.go(page.link("ROC Rivor")).path == f"/desk/schools/{SCHOOL}/agreement"


@on_sqlite
@pytest.mark.parametrize("role", [Role.SCHOOL, Role.SECTOR])
def test_others_see_nothing_of_it(world, visitor, role):
    world.account("person@bpv.example", role, SCHOOL, sector="03")
    visitor().sign_in("person@bpv.example", PASSWORD).go(COVERAGE, 403)


@on_sqlite
def test_another_round_can_be_chosen(admin, world):
    world.place()
    world.act(lambda: builders.open_over("Next", dt.date(2027, 8, 1), dt.date(2028, 7, 31)))
    assert "Nothing is due yet" in admin.go(COVERAGE).text
    earlier = next(row["id"] for row in world.rows(Round) if row["name"] == "Meting 2026")
    admin.press_labelled("Show", round=earlier)
    assert list(rows(admin, "Per school")) == ["ROC Rivor"]


@on_sqlite
def test_without_a_round_the_page_says_so(admin):
    assert "Nothing is due yet" in admin.go(COVERAGE).text
