"""Whose draft it is: codes, beginning again, devices that lag behind."""

import re
import threading

import pytest

from app.extensions import db
from app.invitations import seats
from app.invitations.links import Channel
from app.invitations.models import Event
from app.questionnaires import loader
from app.responses import asked, draft_keys, drafts, sending
from app.responses.models import Draft, DraftPage
from app.responses.receipts import new_receipt
from app.responses.seat_access import Opened
from tests.conftest import on_sqlite
from tests.responses.ways import answer, begin


@pytest.fixture
def place(world):
    return world.place()


@pytest.fixture
def begun(visitor, place):
    """A student who saved the first page; returns the browser and the code."""
    person = begin(visitor(), place.copy)
    code = re.search(r"\b\d{4}\b", person.html.main.find(class_="notice").text)[0]
    return person.press("go", "next", status="busy"), code


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10_000:04d}"


@on_sqlite
def test_another_browser_is_asked_for_the_code(visitor, place, begun):
    assert visitor().go(place.copy).page == "code"
    assert visitor().go(f"{place.copy}/preparation").page == "code"
    assert visitor().go(f"{place.copy}/summary").page == "code"
    assert visitor().post(f"{place.copy}/summary", go="back").page == "code"


def test_the_code_lets_another_device_go_on(visitor, place, begun):
    other = visitor().go(place.copy).press("go", "start", code=f" {begun[1]} ")
    assert other.press("go", "back").chosen("status") == ["busy"]


def test_both_devices_go_on_with_one_draft(visitor, place, begun, world):
    other = visitor().go(place.copy).press("go", "start", code=begun[1])
    other.press("go", "next", agreements_made="no")
    begun[0].go(f"{place.copy}/whole").press("go", "next", grade="7")
    assert set(world.drafted(place.student)) == {"preparation", "agreements", "whole"}


def test_after_five_wrong_codes_the_right_one_opens_nothing_either(visitor, place, begun):
    stranger = visitor().go(place.copy)
    for _n in range(5):
        stranger.press("go", "start", gets=403, code=wrong(begun[1]))
    assert not stranger.field("code")
    assert stranger.post(place.copy, 403, code=begun[1], go="start").page == "code"


@on_sqlite
def test_a_right_code_uses_up_no_try(visitor, place, begun, world):
    for _n in range(6):
        visitor().go(place.copy).press("go", "start", code=begun[1])
    assert world.rows(Draft)[0]["wrong_codes"] == 0


@on_sqlite
def test_an_empty_code_and_a_start_page_left_open_use_up_no_try(visitor, place, world):
    waiting = visitor().go(place.copy)
    begin(visitor(), place.copy).press("go", "next")
    assert waiting.press("go", "start").page == "code"
    waiting.press("go", "start", gets=403, code=" ")
    assert world.rows(Draft)[0]["wrong_codes"] == 0


@on_sqlite
def test_tries_are_taken_before_the_code_is_looked_at(app, place, begun, world):
    """Many at once each saw a draft with tries left; only the database knows that none is."""
    world.act(lambda: db.session.execute(db.update(Draft).values(wrong_codes=4)))
    with app.app_context():
        seat = asked.read(place.student)
        draft = drafts.of_seat(seat)
        key = draft_keys.key_for(seat, draft.nonce)
        assert not drafts.try_code(draft, key, wrong(key.code))
        assert not drafts.try_code(draft, key, key.code)


# Beginning again


@on_sqlite
def test_beginning_again_shows_nothing_old(visitor, place, begun):
    stranger = visitor().go(f"{place.copy}?lang=en").press_labelled("Begin again")
    assert (stranger.heading, stranger.chosen("status")) == ("Preparation", [])
    assert "Preparation" not in stranger.go(f"{place.copy}/agreements").text
    assert "still on it" not in stranger.go(f"{place.copy}/summary").text


@on_sqlite
def test_beginning_again_replaces_the_old_draft_only_when_a_page_is_saved(visitor, place, begun, world):
    stranger = visitor().go(f"{place.copy}?lang=en").press_labelled("Begin again")
    assert begun[0].go(f"{place.copy}/preparation").chosen("status") == ["busy"]
    stranger.press("go", "next", status="finished")
    assert world.drafted(place.student) == {"preparation": {"status": "finished"}}
    assert begun[0].go(f"{place.copy}/preparation").page == "code"


@on_sqlite
def test_who_began_again_cannot_send_the_old_draft(visitor, place, begun, world):
    stranger = visitor().go(f"{place.copy}?lang=en").press_labelled("Begin again")
    stranger.go(f"{place.copy}/summary").post(f"{place.copy}/summary", go="send", receipt=new_receipt())
    assert world.sent() == []


def test_a_device_that_lags_behind_cannot_overwrite(visitor, place, begun, world):
    lagging = begun[0]
    visitor().go(f"{place.copy}?lang=en").press_labelled("Begin again").press("go", "next", status="finished")
    assert lagging.press("go", "next", agreements_made="yes").page == "code"
    assert world.drafted(place.student) == {"preparation": {"status": "finished"}}


@on_sqlite
def test_of_two_devices_that_start_at_once_the_first_to_save_has_the_draft(visitor, place, world):
    first, second = begin(visitor(), place.copy), begin(visitor(), place.copy)
    first.press("go", "next", status="busy")
    assert second.press("go", "next", status="stopped").page == "code"
    assert world.drafted(place.student) == {"preparation": {"status": "busy"}}


@on_sqlite
def test_without_a_key_nothing_is_saved(visitor, place, world):
    assert visitor().post(f"{place.copy}/preparation", status="busy", go="next").page == "start"
    assert world.rows(Draft) == []


@on_sqlite
def test_a_direct_link_goes_on_with_a_draft_begun_through_the_trainer_by_its_code(visitor, place, begun):
    direct = visitor().go(place.direct).press("go", "start", code=begun[1])
    assert direct.press("go", "back").chosen("status") == ["busy"]
    direct.press("go", "next", status="finished")
    assert begun[0].go(f"{place.copy}/preparation").chosen("status") == ["finished"]


@on_sqlite
def test_the_trainers_browser_does_not_open_the_students_draft(visitor, place, begun):
    trainer = visitor().go(place.trainers_page).press("who", "trainer").press("via", "copy")
    assert trainer.go(place.copy).page == "code"


# What is recorded


def test_start_opens_the_seat_and_keeps_the_first_channel(visitor, place, world):
    begin(visitor(), place.copy)
    begin(visitor(), place.direct)
    seat = world.seat(place.student)
    assert (seat["channel"], seat["started_at"]) == ("copy", None)
    assert [(event["kind"], event["channel"]) for event in world.rows(Event)] == [("opened", "copy")]


def test_the_first_page_saved_starts_the_seat_once(visitor, place, world):
    begin(visitor(), place.direct).press("go", "next").press("go", "next")
    assert world.seat(place.student)["started_at"]
    assert [event["kind"] for event in world.rows(Event)] == ["opened", "started"]


def opened(seat_id: int, channel: Channel = Channel.DIRECT) -> Opened:
    seat = asked.read(seat_id)
    assert seat
    return Opened(seat, channel, loader.load_all()["student-2026"])


def test_no_draft_is_written_behind_a_send(app, place, visitor, world):
    """A page on its way while another tab sends: the send wins, and nothing is left with the seat."""
    with app.app_context():
        key = draft_keys.new_key(asked.read(place.student))
        drafts.save_page(opened(place.student), None, key, "preparation", {"status": "busy"})
        db.session.commit()
    late = threading.Thread(target=visitor().post, args=(f"{place.direct}/agreements", 410))
    with app.test_request_context(method="POST"):
        sending.send(opened(place.student), key, new_receipt())
        late.start()
        late.join(1)  # it waits for the seat, or comes after
        db.session.commit()
    late.join()
    assert (world.rows(Draft), world.rows(DraftPage)) == ([], [])


def test_another_trainer_starts_afresh(visitor, place, world):
    begin(visitor(), place.part).press("go", "next")
    world.act(lambda: seats.replace_trainers([place.placement]))
    assert (world.rows(Draft), world.rows(DraftPage)) == ([], [])
    assert visitor().go(place.part, 410).page == "replaced"
    assert answer(visitor(), place.direct).page == "thanks"
