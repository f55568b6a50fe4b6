"""The trainer's page: who is there, what it shows, and each way to pass a link on."""

import re
from urllib.parse import unquote

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.invitations import helpdesk
from app.invitations.models import Event, Invitation, Route
from app.mailing.models import Message
from app.placements.models import Trainer
from tests.conftest import on_sqlite
from tests.responses.ways import answer, begin, to_summary

WAYS = {
    "copy": "copy",
    "own-mail": "own-mail",
    "via-us": "via-us",
    "mail-me": "own-mail",
    "whatsapp": "whatsapp",
    "qr": "qr",
    "here": "here",
    "sheet": "sheet",
}


@pytest.fixture
def place(world):
    return world.place()


@pytest.fixture
def trainer(visitor, place):
    """A trainer who said so."""
    return visitor().go(place.trainers_page).press("who", "trainer")


def prepared(world, place) -> list[tuple[str, str | None]]:
    events = world.rows(Event, Event.invitation_id == place.student)
    return [(event["kind"], event["channel"]) for event in events]


def lights(person) -> list[bool]:
    return ["on" in light["class"] for light in person.html.main.find_all(class_="light")]


# Who is there


def test_the_page_asks_who_is_there_and_shows_nobody(visitor, place, world):
    before = world.dump()
    person = visitor().go(place.trainers_page)
    assert person.page == "who"
    assert person.buttons() == [("who", "trainer"), ("who", "student")]
    assert "/s/" not in person.answer.text
    assert world.dump() == before


@on_sqlite
def test_the_student_is_told_to_ask_for_their_own_link(visitor, place, world):
    before = world.dump()
    person = visitor().go(place.trainers_page).press("who", "student")
    assert person.page == "for-student"
    assert "/s/" not in person.answer.text
    assert (person.go(place.trainers_page).page, world.dump()) == ("who", before)


def test_saying_so_opens_the_trainers_seats_once(trainer, place, world):
    seat = world.seat(place.trainer)
    assert (seat["channel"], world.seat(place.student)["opened_at"]) == ("part", None)
    trainer.press("via", "copy").press(None)
    assert world.seat(place.trainer) == seat
    opened = [event for event in world.rows(Event) if event["kind"] == "opened"]
    assert [event["invitation_id"] for event in opened] == [place.trainer]


@on_sqlite
def test_coming_back_asks_nothing(trainer, place):
    assert trainer.go(place.trainers_page).page == "students"


@on_sqlite
def test_what_is_asked_of_the_trainer_is_what_there_is_to_do(trainer, place, world):
    page = f"{place.trainers_page}?lang=en"
    assert "Pass each student the link, and give your own view." in trainer.go(page).text
    world.set(Invitation, place.trainer, sent=True)
    assert "Pass each student the link." in trainer.go(page).text
    world.set(Invitation, place.student, sent=True)
    assert "Pass each student the link" not in trainer.go(page).text


@on_sqlite
def test_a_cookie_of_one_trainer_opens_no_other_page(trainer, visitor, world):
    assert trainer.go(world.place().trainers_page).page == "who"


@on_sqlite
def test_a_new_version_asks_again(trainer, place, world, app):
    world.act(lambda: db.session.execute(sa.update(Trainer).values(version=2)))
    assert trainer.go(place.trainers_page, 410).page == "replaced"


@on_sqlite
@pytest.mark.parametrize("token", ["x", "1.1", "1.1.x", "voorbeeld", "é"])
def test_what_was_never_a_link_is_unknown(visitor, app, token):
    assert visitor().go(f"/t/{token}", 404).page == "unknown"
    assert visitor().post(f"/t/{token}", 404, who="trainer").page == "unknown"


@on_sqlite
def test_a_students_link_is_no_trainers_link(visitor, place):
    token = place.direct.rpartition("/")[2]
    assert visitor().go(f"/t/{token}", 404).page == "unknown"


def test_unknown_links_are_limited_by_address(visitor, app):
    person = visitor()
    for _n in range(300):
        person.go("/t/nonsense", 404)
    assert person.go("/t/nonsense", 429).page == "unknown"


# What it shows


@on_sqlite
def test_every_student_of_the_running_rounds_is_there(visitor, world):
    rows = [{"trainer_address": "one@company.example", "agreement_number": f"00{n}"} for n in range(3)]
    places = world.places(*rows, {"trainer_address": "other@company.example"})
    person = visitor().go(places[0].trainers_page).press("who", "trainer")
    assert len(person.html.main.find_all("article")) == 3
    assert len({link["href"] for link in person.html.main.find_all("a", href=re.compile("^/s/"))}) == 3


@on_sqlite
def test_first_names_are_shown_where_a_school_shares_them(visitor, world):
    world.share()
    place = world.place(first_name="Sanne")
    assert "Sanne" in visitor().go(place.trainers_page).press("who", "trainer").text


@on_sqlite
def test_students_who_look_alike_show_the_end_of_their_agreement(visitor, world):
    places = world.places(
        {"trainer_address": "one@company.example", "agreement_number": "2026001111"},
        {"trainer_address": "one@company.example", "agreement_number": "2026002222"},
    )
    text = visitor().go(places[0].trainers_page).press("who", "trainer").text
    assert "1111" in text
    assert "2222" in text


def test_the_lights_follow_the_student(trainer, visitor, place):
    assert lights(trainer) == [False, False, False, False]
    trainer.press("via", "copy")
    assert lights(trainer.press(None)) == [True, False, False, False]
    student = begin(visitor(), place.copy)
    assert lights(trainer.go(place.trainers_page)) == [True, True, False, False]
    student.press("go", "next")
    assert lights(trainer.go(place.trainers_page)) == [True, True, True, False]
    to_summary(student, grade="7").press("go", "send")
    assert lights(trainer.go(place.trainers_page)) == [True, True, True, True]
    assert ("via", "copy") not in trainer.buttons()


@on_sqlite
def test_no_time_and_no_answer_is_shown(trainer, visitor, place):
    answer(visitor(), place.copy, went_well="kenmerkende tekst")
    text = trainer.go(place.trainers_page).text
    assert "kenmerkende" not in text
    assert not re.search(r"\d\d:\d\d", text)


@on_sqlite
def test_the_own_part_is_a_link_until_it_is_sent(trainer, visitor, place):
    link = trainer.html.main.find("a", href=re.compile("^/s/"))["href"]
    assert answer(visitor(), link).page == "thanks"
    assert not trainer.go(place.trainers_page).html.main.find("a", href=re.compile("^/s/"))


@on_sqlite
def test_a_directly_mailed_student_says_so_and_can_still_be_helped(visitor, world):
    world.share()
    place = world.place(student_address="s@school.example")
    world.set(Invitation, place.student, route=Route.DIRECT)
    person = visitor().go(f"{place.trainers_page}?lang=en").press("who", "trainer")
    assert "We mailed this student ourselves" in person.text
    assert lights(person)[0]
    assert person.press("via", "copy").page == "passed-on"


@on_sqlite
def test_a_trainer_without_students_in_a_running_round_is_told_so(trainer, place, world):
    world.today("2028-01-01")
    assert trainer.go(place.trainers_page).page == "students"
    assert not trainer.html.main.find("form")


@on_sqlite
def test_a_withdrawn_student_is_no_longer_listed(trainer, place, world):
    world.act(lambda: [helpdesk.withdraw(seat) for seat in db.session.scalars(sa.select(Invitation))])
    assert not trainer.go(place.trainers_page).html.main.find("article")


def test_nine_students_stay_under_thirty_kilobytes(visitor, world):
    rows = [{"trainer_address": "many@company.example"} for _n in range(9)]
    person = visitor().go(world.places(*rows)[0].trainers_page).press("who", "trainer")
    assert len(person.html.main.find_all("article")) == 9
    assert len(person.answer.data) < 30_000


# Passing on


@on_sqlite
@pytest.mark.parametrize("way", WAYS)
def test_what_a_way_offers_has_an_address_of_its_own(trainer, place, visitor, way):
    trainer.press("via", way, **({"address": "s@school.example"} if way == "via-us" else {}))
    assert [answer.status_code for answer in trainer.answer.history] == [303]
    shown, address = trainer.text, trainer.path
    assert trainer.go(address).text == shown
    assert visitor().go(address).page == "who"


@on_sqlite
def test_looking_at_a_way_that_was_not_chosen_leads_back_and_records_nothing(trainer, place, world):
    before = world.dump()
    for page in (*WAYS, "pigeon"):
        assert trainer.go(f"{place.trainers_page}/{place.student}/{page}").page == "students"
    assert trainer.go(f"{place.trainers_page}/{place.trainer}/exits").page == "students"
    assert world.dump() == before


@on_sqlite
def test_what_was_typed_wrong_is_said_once_and_stands_in_no_address(trainer):
    trainer.press("ask", "exits").press("exit", "colleague", gets=422, address="not an address")
    assert trainer.field("address")["value"] == "not an address"
    assert "not" not in trainer.address.partition("?")[2]
    assert trainer.go(trainer.address, 422).field("address")["value"] == ""


@pytest.mark.parametrize("way", WAYS)
def test_each_way_is_recorded_as_prepared(trainer, place, world, way):
    typed = {"address": "s@school.example"} if way == "via-us" else {}
    assert trainer.press("via", way, **typed).page == ("sheets" if way == "sheet" else "passed-on")
    assert prepared(world, place) == [("prepared", WAYS[way])]
    assert world.seat(place.student)["passed_on_at"]
    assert world.seat(place.student)["opened_at"] is None


@on_sqlite
def test_the_first_time_it_was_passed_on_is_kept(trainer, place, world):
    trainer.press("via", "copy").press(None)
    first = world.seat(place.student)["passed_on_at"]
    world.today("2026-11-25")
    trainer.press("via", "own-mail")
    assert world.seat(place.student)["passed_on_at"] == first
    assert len(prepared(world, place)) == 2


@on_sqlite
def test_copying_shows_the_students_link_first(trainer, place):
    trainer.press("via", "copy")
    assert re.search(r"http://bpv.example/s/[\w.~-]+", trainer.answer.text)[0] == place.copy
    assert place.trainers_page not in trainer.answer.text


@on_sqlite
def test_the_own_mail_program_gets_the_text_ready(trainer, place, world):
    mailto = trainer.press("via", "own-mail").html.main.find("a", href=re.compile("^mailto:"))["href"]
    text = unquote(mailto.partition("body=")[2])
    assert "\n/s/" not in text
    assert text.strip() == trainer.html.main.textarea.text.strip()
    assert "/t/" not in text
    assert text.count("http") == 1


@on_sqlite
def test_what_is_passed_on_speaks_the_students_language(visitor, world):
    place = world.place(language="en")
    person = visitor().go(place.trainers_page).press("who", "trainer").press("via", "own-mail")
    assert person.language == "nl"
    assert "You can answer until" in person.html.main.textarea.text


def test_another_trainers_student_cannot_be_passed_on(trainer, place, world):
    other = world.place()
    before = world.rows(Event)
    for seat in (other.student, place.trainer, "", "x", "9" * 40):
        trainer.post(place.trainers_page, 400, who="trainer", via="copy", seat=seat)
    assert world.rows(Event) == before


@on_sqlite
def test_a_way_that_does_not_exist_is_refused(trainer, place):
    trainer.post(place.trainers_page, 400, who="trainer", via="pigeon", seat=place.student)


@on_sqlite
def test_passing_on_asks_who_is_there_first(visitor, place, world):
    assert visitor().post(place.trainers_page, via="copy", seat=place.student).page == "who"
    assert prepared(world, place) == []


@on_sqlite
def test_all_of_it_goes_without_cookies(visitor, place, world):
    person = visitor(cookies=False).go(place.trainers_page).press("who", "trainer")
    assert person.press("via", "copy").press(None).page == "students"
    person.press("via", "via-us", gets=422, address="x")
    assert person.html.main.find("input", {"name": "address"})["value"] == "x"
    assert person.press("via", "own-mail").page == "passed-on"
    assert len(prepared(world, place)) == 2


def test_a_trainer_cannot_be_made_to_mail_without_end(trainer, place):
    for _n in range(60):
        trainer.post(place.trainers_page, who="trainer", via="copy", seat=place.student)
    trainer.post(place.trainers_page, 429, who="trainer", via="copy", seat=place.student)


# Mail through us: what may be typed


@on_sqlite
@pytest.mark.parametrize(
    "address", ["", "x", "a@b", "a b@school.example", "a@school.example\r\nBcc: b@school.example", "a\x01@b.example"]
)
def test_what_is_no_address_is_said_beside_the_field(trainer, place, world, address):
    trainer.press("via", "via-us", gets=422, address=address)
    field = trainer.html.main.find("input", {"name": "address"})
    assert field["aria-invalid"] == "true"
    assert field["value"].split() == address.split()  # to be corrected, not typed again
    assert trainer.html.main.details.has_attr("open")
    assert (prepared(world, place), world.rows(Message)) == ([], [])


def test_the_own_address_is_refused_however_it_is_written(visitor, world):
    place = world.place(trainer_address="boss@company.example")
    person = visitor().go(place.trainers_page).press("who", "trainer")
    person.press("via", "via-us", gets=422, address=" Boss@Company.example ")
    assert world.rows(Message) == []


def test_three_mails_per_student_are_enough(trainer, world):
    for number in range(3):
        trainer.press("via", "via-us", address=f"s{number}@school.example").press(None)
    trainer.press("via", "via-us", gets=422, address="s4@school.example")
    assert len(world.rows(Message)) == 3
    assert trainer.press("via", "copy").page == "passed-on"


# Languages


def test_the_trainers_choice_of_language_is_kept_for_mails(visitor, place, world):
    visitor().go(f"{place.trainers_page}?lang=en").press("who", "trainer")
    assert [row["language"] for row in world.rows(Trainer)] == ["en"]
    assert visitor().go(place.trainers_page).language == "en"


@on_sqlite
def test_looking_in_another_language_keeps_nothing(trainer, place, world):
    trainer.go(f"{place.trainers_page}?lang=en")
    assert [row["language"] for row in world.rows(Trainer)] == ["nl"]
