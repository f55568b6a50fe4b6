"""Sending: once, whatever the line does; and nothing leads back."""

import datetime as dt
import threading

import pytest

from app.invitations import rounds
from app.invitations.models import Event, Invitation, Round
from app.responses.models import CompletionCounter, Draft, DraftPage, Response
from app.responses.receipts import new_receipt
from tests import builders
from tests.conftest import on_sqlite
from tests.responses.ways import answer, begin, receipt_of, to_summary


@pytest.fixture
def place(world):
    return world.place()


@pytest.fixture
def summary(visitor, place):
    """A student who stands before Send."""
    return to_summary(begin(visitor(), place.copy), status="busy", grade="8")


def test_a_lost_reply_loses_nothing(visitor, summary, world):
    page, address = summary.html, summary.path
    first = summary.press("go", "send")
    again = visitor()
    again.html, again.answer = page, first.answer
    again.press("go", "send")
    assert again.page == "thanks"
    assert receipt_of(again) == receipt_of(summary)
    assert again.text == first.text
    assert len(world.sent()) == 1
    assert address.endswith("/summary")


@on_sqlite
def test_a_lost_reply_is_answered_after_closing_too(visitor, summary, world):
    page = summary.html
    summary.press("go", "send")
    world.act(lambda: rounds.close_round(builders.db.session.scalars(builders.sa.select(Round)).one()))
    summary.html = page
    assert summary.press("go", "send").page == "thanks"


def test_two_summaries_send_once(visitor, summary, world):
    """The second has a receipt of its own: the answers are sent, and not by it."""
    other = visitor()
    other.client = summary.client
    other.go(summary.path)
    summary.press("go", "send")
    assert other.press("go", "send", gets=410).page == "sent"
    assert len(world.sent()) == 1


@pytest.mark.parametrize("same_receipt", [True, False])
def test_a_double_click_sends_once(app, place, visitor, world, same_receipt):
    first = to_summary(begin(visitor(), place.direct), grade="8")
    data = [{"receipt": receipt_of(first), "go": "send"}]
    data.append(data[0] if same_receipt else {"receipt": receipt_of(visitor().go(first.path)), "go": "send"})
    statuses, together = [], threading.Barrier(2)

    def click(values):
        together.wait()
        answered = app.test_client().post(f"{place.direct}/summary", data=values, base_url="http://bpv.example")
        statuses.append(answered.status_code)

    threads = [threading.Thread(target=click, args=(values,)) for values in data]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == ([200, 200] if same_receipt else [200, 410])
    assert len(world.sent()) == 1


@on_sqlite
def test_a_receipt_of_one_seat_sends_no_other(visitor, world):
    one, other = world.places({}, {})
    used = receipt_of(answer(visitor(), one.direct))
    summary = to_summary(begin(visitor(), other.direct), grade="8")
    path, fresh = summary.path, receipt_of(summary)
    assert summary.post(path, receipt=used, go="send").page == "start"
    assert len(world.sent()) == 1
    assert summary.post(path, receipt=fresh, go="send").page == "thanks"
    assert len(world.sent()) == 2


@pytest.mark.parametrize("receipt", ["", "x", "AAAA-AAAA", "ÄÄÄÄ-ÄÄÄÄ-ÄÄÄÄ-ÄÄÄÄ-ÄÄÄÄ"])
def test_without_a_receipt_of_ours_nothing_is_sent(place, summary, world, receipt):
    assert summary.post(summary.path, receipt=receipt, go="send").page == "start"
    assert world.sent() == []
    assert world.seat(place.student)["sent"] is False


def test_what_is_kept_is_background_and_answers(place, summary, world):
    summary.press("go", "send")
    (row,) = world.sent()
    assert {name: row[name] for name in ("role", "channel", "month", "brin", "crebo", "pathway", "questionnaire")} == {
        "role": "student",
        "channel": "copy",
        "month": "2026-11",
        "brin": "04CY",
        "crebo": "25786",
        "pathway": "BOL",
        "questionnaire": "student-2026",
    }
    assert row["answers"] == {"status": "busy", "grade": 8}


def test_nothing_leads_from_the_seat_to_the_answers(place, summary, world):
    summary.press("go", "send")
    assert world.seat(place.student)["sent"] is True
    assert (world.rows(Draft), world.rows(DraftPage)) == ([], [])
    assert [event["kind"] for event in world.rows(Event)] == ["opened", "started"]
    linked = {column.table.name for key in Response.__table__.foreign_keys for column in [key.column]}
    assert linked == {"rounds", "schools", "programmes"}
    times = [name for name, value in world.sent()[0].items() if isinstance(value, dt.date)]
    assert times == []


@on_sqlite
def test_the_seat_keeps_no_time_of_sending(place, summary, world):
    before = world.seat(place.student)
    world.today("2026-11-24T08:00")
    summary.press("go", "send")
    assert world.seat(place.student) == before | {"sent": True}


@on_sqlite
def test_the_draft_key_leaves_the_browser(place, summary):
    assert summary.client.get_cookie(f"draft-{place.student}", path="/s/", domain="bpv.example")
    summary.press("go", "send")
    assert not summary.client.get_cookie(f"draft-{place.student}", path="/s/", domain="bpv.example")


@pytest.mark.parametrize(("sent_at", "minutes"), [("12:07:59", 7), ("14:59", 60)])
def test_minutes_since_the_first_page_are_counted_without_a_seat(visitor, world, sent_at, minutes):
    one, two = world.places({}, {})
    for place in (one, two):
        world.today("2026-11-23T12:00")
        person = begin(visitor(), place.copy).press("go", "next")
        world.today(f"2026-11-23T{sent_at}")
        to_summary(person, grade="7").press("go", "send")
    counters = [(row["role"], row["channel"], row["minutes"], row["n"]) for row in world.rows(CompletionCounter)]
    assert counters == [("student", "copy", minutes, 2)]


def test_an_empty_questionnaire_is_not_sent(visitor, place, world):
    person = to_summary(begin(visitor(), f"{place.copy}?lang=en"))
    assert ("go", "send") not in person.buttons()
    assert "Answer at least one question" in person.text
    person.post(person.path, go="send", receipt=new_receipt())
    assert (person.page, world.sent(), world.seat(place.student)["sent"]) == ("summary", [], False)
    person.press("go", "back").press("go", "next", grade="7").press("go", "send")
    assert world.sent()[0]["answers"] == {"grade": 7}


@on_sqlite
def test_without_cookies_an_empty_questionnaire_is_not_sent_either(visitor, place, world):
    person = to_summary(begin(visitor(cookies=False), place.copy))
    person.post(f"{place.copy}/summary", go="send", receipt=new_receipt(), draft=person.field("draft")["value"])
    assert (person.page, world.sent()) == ("summary", [])


@on_sqlite
def test_a_seat_that_was_replaced_meanwhile_sends_nothing(place, summary, world):
    world.set(Invitation, place.student, version=2)
    assert summary.press("go", "send", gets=410).page == "replaced"
    assert world.sent() == []
