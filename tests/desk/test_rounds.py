"""Rounds at the desk: open, look, close."""

import pytest

from app.invitations.models import Invitation, Round
from tests.conftest import on_sqlite
from tests.responses.ways import answer

YEAR = {"name": "Meting 2026", "ends_from": "2026-08-01", "ends_until": "2027-07-31"}


def open_round(admin, gets: int = 200, **values: str):
    return admin.go("/desk/rounds/new?lang=en").press_labelled("Open the round", gets, **(YEAR | values))


def test_a_round_is_opened_and_closed(admin, world):
    open_round(admin, due_days="21")
    assert admin.heading == "Meting 2026"
    assert [(row["due_days"], row["seat_days"]) for row in world.rows(Round)] == [(21, 28)]
    admin.press_labelled("Close this round now")
    assert world.rows(Round)[0]["closed_at"]
    assert ("None", "None") not in admin.buttons()
    assert "Propose" not in admin.text


@on_sqlite
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"ends_from": "x"}, "ends_from"),
        ({"ends_until": "2026-07-01"}, "ends_until"),
        ({"closes_on": "2026-07-01"}, "closes_on"),
        ({"due_days": "-1"}, "due_days"),
        ({"seat_days": "x"}, "seat_days"),
        ({"mails_per_trainer": "0"}, "mails_per_trainer"),
    ],
)
def test_what_cannot_be_opened_is_said_beside_its_field(admin, world, changes, field):
    open_round(admin, 422, **changes)
    assert admin.field(field)["aria-invalid"] == "true"
    assert world.rows(Round) == []


@on_sqlite
def test_a_second_round_over_the_same_days_or_with_the_same_name_is_refused(admin, world):
    open_round(admin)
    open_round(admin, 422, name="Meting 2027")
    open_round(admin, 422, ends_from="2028-08-01", ends_until="2029-07-31")
    assert len(world.rows(Round)) == 1


@on_sqlite
def test_reach_is_live(admin, visitor, world):
    place = world.place()
    answer(visitor(), place.copy)
    admin.go("/desk/?lang=en")
    row = admin.html.main.find("th", string="Students, through the trainer").find_parent("tr")
    assert [cell.text.partition(",")[0] for cell in row.find_all("td")] == [
        "1",
        "1",
        "0",
        "0",
        "1",
        "1",
        "1",
        "100%",
        "100%",
        "100%",
    ]


@on_sqlite
def test_a_closed_round_closes_its_links(admin, visitor, world):
    place = world.place()
    admin.go(f"/desk/rounds/{world.rows(Round)[0]['id']}?lang=en").press_labelled("Close this round now")
    assert visitor().go(place.copy, 410).page == "closed"
    assert "The round closes on 23 Nov 2026" in admin.go("/desk/rounds/1?lang=en").text
    assert "Answers until 23 Nov 2026" in admin.go(f"/desk/seats/{place.student}?lang=en").text
    assert len(world.rows(Invitation)) == 2
