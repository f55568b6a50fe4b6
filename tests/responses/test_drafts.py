"""Whose draft it is: codes, beginning again, devices that lag behind."""

import re

import pytest

from app.extensions import db
from app.invitations import seats
from app.invitations.links import Channel
from app.invitations.models import Event, Invitation
from app.questionnaires import loader
from app.responses import draft_keys, drafts, sending
from app.responses.models import Draft, DraftPage
from app.responses.receipts import new_receipt
from app.responses.seat_access import LinkEnded, Opened
from tests.conftest import on_sqlite
from tests.responses.ways import answer, begin


@pytest.fixture
def place(world):
    return world.place()


def code_on(person) -> str:
    return re.search(r"\b\d{4}\b", person.html.main.find(class_="notice").text)[0]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10_000:04d}"


@pytest.fixture
def begun(visitor, place):
    """A student who saved the first page; returns the browser and the code."""
    person = begin(visitor(), place.copy)
    code = code_on(person)
    return person.press("go", "next", status="busy"), code


def test_another_browser_is_asked_for_the_code(visitor, place, begun):
    stranger = visitor().go(place.copy)
    assert stranger.page == "code"
    assert stranger.go(f"{place.copy}/preparation").page == "code"
    assert stranger.go(f"{place.copy}/summary").page == "code"


def test_the_code_lets_another_device_go_on(visitor, place, begun):
    other = visitor().go(place.copy).press("go", "start", code=200, **{}) if False else visitor().go(place.copy)
    other.press_labelled("Ga verder", **{"code": 200}) if False else _type_code(other, begun[1])
    assert other.press("go", "back").chosen("status") == ["busy"]


def _type_code(person, code: str, expect: int = 200):
    return person.post(person.html.main.form["action"], expect, **{"code_": ""} | {"go": "start"}) if code is None else (
        person._fetch("POST", person.html.main.form["action"], expect, data={"code": code, "go": "start"})
    )
