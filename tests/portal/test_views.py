"""A school's own pages: where an account begins, how many answered, the text for students, the log."""

import datetime as dt

import pytest

from app.accounts.models import Role
from app.agreements import register
from app.invitations.models import Invitation
from tests.builders import CREBO, OTHER_SCHOOL, SCHOOL
from tests.conftest import on_sqlite
from tests.world import PASSWORD

OPENED = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)


@on_sqlite
def test_who_has_one_school_begins_there(school):
    assert school.path == f"/desk/schools/{SCHOOL}/"
    assert school.html.find("nav", class_="desk").text.split() == ["Your", "schools", "Results"]


@on_sqlite
def test_who_has_more_schools_chooses(world, visitor):
    world.account("board@school.example", Role.SCHOOL, SCHOOL, OTHER_SCHOOL)
    board = visitor().sign_in("board@school.example", PASSWORD)
    assert board.path == "/desk/schools"
    assert len(board.html.main.find_all("li")) == 2


def counts(page) -> list[list[str]]:
    return [[cell.text.strip() for cell in row.find_all("td")] for row in page.html.main.find("tbody").find_all("tr")]


def test_counts_below_five_are_not_shown_and_small_programmes_go_together(world, school):
    large = world.places(*({"crebo": CREBO} for _n in range(6)))
    world.places({"crebo": "25655"}, {"crebo": "25656"})
    for number, place in enumerate(large):
        world.set(Invitation, place.student, opened_at=None if number == 5 else OPENED, sent=number < 3)
    rows = counts(school.go(f"/desk/schools/{SCHOOL}/?lang=en"))
    assert rows == [["6", "5", "fewer than 5"], ["fewer than 5"] * 3]


@on_sqlite
def test_no_name_and_no_number_stands_on_the_overview(world, school):
    world.share()
    world.place(
        first_name="Sam", student_number="0123456", agreement_number="POK-77", student_address="s@school.example"
    )
    text = school.go(f"/desk/schools/{SCHOOL}/").html.text
    assert not any(mark in text for mark in ("Sam", "0123456", "POK-77", "s@school"))


@on_sqlite
@pytest.mark.parametrize("signed", [True, False])
def test_the_text_for_students_says_what_is_shared(world, school, signed):
    if signed:
        world.share()
    text = school.go(f"/desk/schools/{SCHOOL}/inform").text
    assert ("je mailadres" in text) is signed
    assert ("van je praktijkopleider" in text) is not signed


@on_sqlite
def test_the_log_shows_what_concerns_the_school_and_no_other(world, school):
    world.act(lambda: register.sign(SCHOOL, register.clock.today()))
    world.act(lambda: register.sign(OTHER_SCHOOL, register.clock.today()))
    page = school.go(f"/desk/schools/{SCHOOL}/log?lang=en")
    assert SCHOOL in page.text
    assert OTHER_SCHOOL not in page.text
