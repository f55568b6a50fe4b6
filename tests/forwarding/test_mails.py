"""The two mails that carry a link on, as they arrive at a real server."""

import re

import pytest

from app.hashing import address_hash
from app.invitations.models import Event
from app.mailing import opt_outs
from app.mailing.models import Message
from app.mailing.states import MailStatus
from app.privacy import finding, forgetting
from tests import builders
from tests.conftest import on_sqlite
from tests.responses.ways import answer, begin


@pytest.fixture
def place(mailing_app, world):
    return world.place(trainer_address="boss@company.example")


@pytest.fixture
def trainer(visitor, place):
    return visitor().go(place.trainers_page).press("who", "trainer")


def links_in(text: str) -> list[str]:
    return re.findall(r"https?://\S+", text)


def test_the_forwardable_mail_goes_to_the_trainer_with_the_students_link_only(trainer, world, mail_server):
    trainer.press("via", "mail-me")
    world.act(builders.deliver)
    (received,) = mail_server.to("boss@company.example")
    (link,) = links_in(received.text)
    assert "/s/" in link
    assert "own-mail" in link
    assert set(re.findall(r"/[st]/[^\"<\s]+", received.html)) == {link.removeprefix("http://bpv.example")}
    assert received.mail["X-BPV-Kind"] == "forwardable"


def test_the_forwardable_mail_carries_no_way_to_unsubscribe_the_trainer(trainer, world, mail_server):
    trainer.press("via", "mail-me")
    world.act(builders.deliver)
    (received,) = mail_server.mails
    assert received.mail["List-Unsubscribe"] is None
    assert "opt-out" not in received.text + received.html


def test_a_trainer_who_wants_no_mail_still_gets_what_they_ask_for(trainer, world, mail_server):
    world.act(lambda: opt_outs.opt_out(address_hash("boss@company.example")))
    trainer.press("via", "mail-me")
    assert world.act(builders.deliver)["sent"] == 1


def test_mail_through_us_reaches_the_student_and_the_address_goes(trainer, place, visitor, world, mail_server):
    trainer.press("via", "via-us", address="Sanne@School.example")
    assert [row["to"] for row in world.rows(Message)] == ["sanne@school.example"]
    world.act(builders.deliver)
    (received,) = mail_server.to("sanne@school.example")
    assert [row["to"] for row in world.rows(Message)] == [None]
    assert "sanne" not in str(world.dump())
    link = next(link for link in links_in(received.text) if "/s/" in link)
    assert begin(visitor(), link).page == "theme"
    assert world.seat(place.student)["channel"] == "via-us"


def test_mail_through_us_can_be_stopped_by_who_gets_it(trainer, world, mail_server):
    trainer.press("via", "via-us", address="s@school.example")
    world.act(builders.deliver)
    (received,) = mail_server.mails
    assert "One-Click" in received.mail["List-Unsubscribe-Post"]
    assert "/t/" not in received.text + received.html


@on_sqlite
@pytest.mark.parametrize(
    "wish", [forgetting.forget, forgetting.object_to, lambda person: opt_outs.opt_out(person.hash)]
)
def test_mail_through_us_is_not_promised_to_who_wants_none(trainer, place, world, wish):
    world.act(lambda: wish(finding.find("sam@school.example")))
    trainer.go(f"{place.trainers_page}?lang=en").press("via", "via-us", gets=422, address="Sam@School.example")
    assert "cannot mail this address" in trainer.text
    assert trainer.field("address")["aria-invalid"] == "true"
    assert (world.rows(Message), world.seat(place.student)["passed_on_at"]) == ([], None)


def test_an_address_that_does_not_exist_takes_the_light_back(trainer, place, world):
    trainer.press("via", "via-us", address="nobody550@school.example")
    assert world.act(builders.deliver)["failed"] == 1
    assert world.seat(place.student)["passed_on_at"] is None
    assert [event["kind"] for event in world.rows(Event, Event.invitation_id == place.student)] == [
        "prepared",
        "did_not_arrive",
    ]
    assert "nobody550" not in str(world.dump())


def test_the_light_stays_when_the_link_was_passed_on_another_way_too(trainer, place, world):
    trainer.press("via", "copy").press(None)
    trainer.press("via", "via-us", address="nobody550@school.example")
    world.act(builders.deliver)
    assert world.seat(place.student)["passed_on_at"]


@pytest.mark.parametrize("way", ["mail-me", "via-us"])
def test_what_is_no_longer_wanted_does_not_go(trainer, place, visitor, world, way):
    typed = {"address": "s@school.example"} if way == "via-us" else {}
    trainer.press("via", way, **typed)
    answer(visitor(), place.copy)
    assert world.act(builders.deliver)["dropped"] == 1
    (message,) = world.rows(Message)
    assert (message["status"], message["reason"], message["to"]) == (MailStatus.DROPPED, "answered", None)


def test_a_closed_seat_gets_no_mail(trainer, world):
    trainer.press("via", "mail-me")
    world.today("2028-01-01")
    world.act(builders.deliver)
    assert [row["reason"] for row in world.rows(Message)] == ["closed"]
