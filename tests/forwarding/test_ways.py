"""What each way of passing a link on offers, and in which language."""

import datetime as dt
import re
from urllib.parse import unquote

import pytest

from app.forwarding import passing
from app.invitations.links import Channel
from app.invitations.models import Event, Invitation
from app.privacy import finding, forgetting
from tests.builders import SCHOOL
from tests.conftest import on_sqlite
from tests.responses.ways import answer, begin

pytestmark = on_sqlite


@pytest.fixture
def place(world):
    return world.place()


@pytest.fixture
def trainer(visitor, place):
    return visitor().go(f"{place.trainers_page}?lang=en").press("who", "trainer")


def prepared(world) -> list[str]:
    return [event["channel"] for event in world.rows(Event, Event.kind == "prepared")]


def link_in(text: str) -> str:
    return re.search(r"http://bpv.example/s/[\w.~?=&-]+", text)[0]


def test_whatsapp_opens_the_app_with_the_text_and_shows_no_link_to_others(trainer, place):
    opened = trainer.press("via", "whatsapp").html.main.find("a", href=re.compile("^whatsapp:"))["href"]
    assert unquote(opened.partition("text=")[2]) == trainer.html.main.textarea.text.strip()
    assert ".whatsapp." in link_in(unquote(opened))
    assert "wa.me" not in trainer.answer.text


def test_the_text_says_who_asks_how_long_until_when_and_what_the_trainer_sees(trainer):
    text = trainer.press("via", "copy").html.main.textarea.text
    assert "BPV Monitor" in text
    assert "minuten" in text
    assert "tot en met" in text or "december" in text
    assert "nooit wat je antwoordt" in text
    assert "/t/" not in text


def test_the_text_can_speak_the_other_language_and_so_does_its_link(trainer, visitor, world):
    trainer.press("via", "copy").press("text", "en")
    assert "You can answer until" in trainer.html.main.textarea.text
    assert visitor().go(link_in(trainer.html.main.textarea.text)).language == "en"
    assert prepared(world) == ["copy"]


def test_a_language_there_is_not_is_refused(trainer, place):
    trainer.post(place.trainers_page, 400, who="trainer", via="copy", seat=place.student, text="xx")


@pytest.mark.parametrize("way", ["copy", "whatsapp", "own-mail", "qr", "sheet", "here"])
def test_what_was_chosen_before_is_not_shown_of_who_objects_since(visitor, world, way):
    world.share()
    place = world.place(agreement_number="A-1", first_name="Sam")
    trainer = visitor().go(f"{place.trainers_page}?lang=en").press("who", "trainer").press("via", way)
    chosen = trainer.path
    assert "Sam" in trainer.text or way == "here"
    world.act(lambda: forgetting.object_to(finding.find(f"{SCHOOL} A-1")))
    trainer.go(chosen)
    assert (trainer.page, "Sam" in trainer.text, ".copy." in trainer.answer.text) == ("students", False, False)


def test_the_qr_code_stands_in_the_page_and_says_what_it_is(trainer):
    code = trainer.press("via", "qr").html.main.find("svg")
    assert code.title.text == "QR code of the student's link"
    assert code["viewbox"]


def test_a_sheet_shows_code_link_and_words_in_the_students_language(trainer):
    sheet = trainer.press("via", "sheet").html.main.find(class_="sheet")
    assert sheet["lang"] == "nl"
    assert ".sheet." in link_in(sheet.text)
    assert "Hoe gaat het" in sheet.text


def test_sheets_for_all_leave_out_who_opened_already(visitor, world):
    rows = [{"trainer_address": "one@company.example"} for _n in range(3)]
    places = world.places(*rows)
    begin(visitor(), places[0].copy)
    person = visitor().go(f"{places[0].trainers_page}?lang=en").press("who", "trainer")
    person.press_labelled("Print a sheet for each student")
    assert len(person.html.main.find_all(class_="sheet")) == 2
    assert prepared(world) == ["sheet", "sheet"]


def test_all_at_once_is_for_sheets_only(trainer, place):
    trainer.post(place.trainers_page, 400, who="trainer", via="via-us", seat="all")


def test_mail_through_us_that_bounced_says_so_until_another_way_is_chosen(trainer, place, world):
    trainer.press("via", "via-us", address="s@school.example")
    world.act(lambda: passing.take_back(place.student))
    trainer.go(f"{place.trainers_page}?lang=en")
    assert "did not arrive" in trainer.text
    assert trainer.html.main.find(class_="light")["class"][-1] != "on"
    trainer.press("via", "copy")
    assert "did not arrive" not in trainer.go(place.trainers_page).text


def test_links_nobody_opened_come_first_the_soonest_to_close_on_top(visitor, world):
    ends = [dt.date(2026, 12, day) for day in (20, 1, 10)]
    places = world.places(*({"trainer_address": "one@company.example", "planned_end_on": end} for end in ends))
    answer(visitor(), places[1].copy)
    world.set(Invitation, places[0].student, mailed_at=dt.datetime(2026, 11, 1, tzinfo=dt.UTC))
    person = visitor().go(places[0].trainers_page).press("who", "trainer")
    shown = [card["id"] for card in person.html.main.find_all("article")]
    assert shown == [f"student-{places[number].student}" for number in (0, 2, 1)]


# Here, on this device


def here(trainer) -> str:
    return trainer.press("via", "here").link("The student has the device")


def test_the_student_gets_a_clean_page_on_the_trainers_device(trainer, place):
    link = here(trainer)
    trainer.go(link)
    assert trainer.page == "start"
    assert place.trainers_page.rpartition("/")[2] not in trainer.answer.text


def test_no_answers_and_no_receipt_are_shown_at_the_end(trainer, place, world):
    answer(trainer, here(trainer), went_well="kenmerkende tekst")
    assert trainer.page == "thanks"
    assert "kenmerkende" not in trainer.answer.text
    assert not trainer.html.main.find("input")
    assert not re.search(r"[A-Z2-7]{4}-[A-Z2-7]{4}", trainer.answer.text)
    assert world.sent()[0]["channel"] == "here"


def test_the_receipt_is_shown_before_sending_since_it_is_not_after(trainer):
    link = here(trainer)
    begin(trainer, link).press("go", "next", status="busy")
    while trainer.page == "theme":
        trainer.press("go", "next")
    assert trainer.page == "summary"
    assert trainer.html.main.find("input", {"data-copy": True})["value"].count("-") == 4


def test_the_way_back_leads_to_the_trainers_page_with_their_own_browser_only(trainer, visitor, place):
    answer(trainer, here(trainer))
    back = trainer.link("Give the device back")
    assert trainer.go(back).page == "back"
    assert trainer.go(trainer.link("Back to my students")).page == "students"
    stranger = visitor().go(back)
    assert not stranger.html.main.find("a")


def test_handing_the_device_back_half_way_ends_what_it_held(trainer, place, visitor, world):
    link = here(trainer)
    begin(trainer, link)
    key = trainer.field("draft")["value"]
    trainer.press("go", "next", status="busy").press("go", "stop", agreements_made="yes")
    assert trainer.page == "handed-back"
    code = trainer.html.main.strong.text
    for address in (link, f"{link}/preparation", f"{link}/agreements", f"{link}/summary"):
        assert trainer.go(address).page == "code"
    trainer.post(f"{link}/preparation", draft=key, go="save", status="stopped")
    assert trainer.page == "code"
    assert world.drafted(place.student)["preparation"] == {"status": "busy"}
    own = visitor().go(place.copy).press("go", "start", code=code)
    assert own.chosen("agreements_made") == ["yes"]


@pytest.mark.parametrize("way", ["copy", "whatsapp", "qr", "sheet", "own-mail", "here"])
def test_a_trainer_gets_nowhere_with_any_link_of_theirs_once_the_student_began(trainer, place, visitor, way):
    begin(visitor(), place.copy).press("go", "next", status="busy")
    trainer.press("via", way)
    link = place.shared[Channel(way)]
    for address in (link, f"{link}/preparation", f"{link}/summary", f"{link}/later"):
        trainer.client.get(address, base_url="http://bpv.example")
    for address in (link, f"{link}/preparation", f"{link}/summary"):
        assert trainer.go(address).page == "code"
    assert trainer.post(f"{link}/preparation", go="next", status="stopped").page == "code"


def test_the_trainers_own_cookie_does_not_become_the_students_key(trainer, place, world):
    """The trainer pressed Start on a copied link before handing the device over."""
    begin(trainer, place.copy)
    link = here(trainer.go(f"{place.trainers_page}?lang=en"))
    begin(trainer, link).press("go", "next", status="busy")
    assert set(world.drafted(place.student)) == {"preparation"}
    assert trainer.go(place.copy).page == "code"
    assert trainer.go(f"{place.copy}/preparation").page == "code"
