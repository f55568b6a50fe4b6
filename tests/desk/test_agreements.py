"""The register of agreements at the desk."""

import pytest

from app.agreements.models import Agreement
from tests.conftest import on_sqlite


def enter(admin, gets: int = 200, **values: str):
    return admin.go("/desk/agreements?lang=en").press_labelled("Enter", gets, **values)


def test_an_agreement_is_entered_and_ended(admin, world):
    enter(admin, brin=" 04cy ", valid_from="2026-01-01")
    assert [row["brin"] for row in world.rows(Agreement)] == ["04CY"]
    admin.press_labelled("End : ROC Rivor")
    assert [str(row["ended_on"]) for row in world.rows(Agreement)] == ["2026-11-23"]


@on_sqlite
@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "brin"),
        ({"brin": "x", "valid_from": "2026-01-01"}, "brin"),
        ({"brin": "99ZZ", "valid_from": "2026-01-01"}, "brin"),
        ({"brin": "04CY", "valid_from": "2026-02-31"}, "valid_from"),
        ({"brin": "04CY", "valid_from": "2026-02-01", "valid_until": "2026-01-01"}, "valid_until"),
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
    admin.press_labelled("End : ROC Rivor")
    admin.html = page
    admin.press_labelled("End : ROC Rivor")
    assert "no agreement that could be ended" in admin.html.find(class_="messages").text
