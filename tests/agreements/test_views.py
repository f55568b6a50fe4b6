"""The public form where a school says that it is interested."""

import pytest

from app.agreements.models import Interest, Talk
from app.mailing.models import Message
from tests.builders import SCHOOL
from tests.conftest import on_sqlite

FILLED = {"brin": SCHOOL, "name": "Contactpersoon bpv", "address": "bpv@school.example", "text": "Graag een gesprek."}


def send(visitor, gets: int = 200, **changes):
    return visitor().go("/schools/interested?lang=en").press_labelled("Send", gets, **(FILLED | changes))


def test_what_a_school_writes_is_kept_and_its_adviser_hears_of_it(world, visitor):
    world.admin()
    assert "gets in touch" in send(visitor, address=" bpv@school.example ").text
    (kept,) = world.rows(Interest)
    assert {name: kept[name] for name in FILLED} == FILLED
    assert [row["kind"] for row in world.rows(Message)] == ["interest"]
    assert [row["stage"] for row in world.rows(Talk)] == ["interested"]


@on_sqlite
def test_the_home_page_leads_here(app, visitor):
    person = visitor().go("/?lang=en")
    assert person.go(person.link("My school is interested")).field("brin")


@on_sqlite
def test_the_thanks_can_be_looked_at_again_without_sending_twice(world, visitor):
    person = send(visitor)
    person.go(person.address)
    assert len(world.rows(Interest)) == 1


@on_sqlite
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("brin", ""),
        ("name", " "),
        ("name", "x" * 201),
        ("address", ""),
        ("address", "nobody"),
        ("address", "a@school.example\r\nBcc: b@school.example"),
        ("text", "x" * 2001),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(world, visitor, field, value):
    assert send(visitor, 422, **{field: value}).field(field)["aria-invalid"] == "true"
    assert world.rows(Interest) == []


def test_characters_a_database_refuses_are_no_failure(world, visitor):
    send(visitor, name="A\0B", text="x\0y")
    assert [(row["name"], row["text"]) for row in world.rows(Interest)] == [("AB", "xy")]


@on_sqlite
def test_a_school_that_is_not_on_the_list_is_refused(world, visitor):
    person = visitor().go("/schools/interested")
    token = person.field("csrf_token")["value"]
    person.post("/schools/interested", 422, **(FILLED | {"brin": "99ZZ", "csrf_token": token}))
    assert world.rows(Interest) == []


@on_sqlite
def test_the_form_needs_its_token(world, visitor):
    visitor().post("/schools/interested", 400, **FILLED)
    assert world.rows(Interest) == []


@on_sqlite
def test_ten_an_hour_per_visitor_are_enough(world, visitor):
    for _n in range(10):
        send(visitor)
    send(visitor, 429)
    assert len(world.rows(Interest)) == 10
