"""A school starts sharing, or an address turns out wrong: the route changes, seat and draft stay."""

import re

import pytest

from app.extensions import db
from app.invitations import mails
from app.invitations.models import Announcement, Invitation, Round
from app.invitations.steps import INVITE_STUDENT
from app.mailing.models import Message
from app.placements.models import StudentContact
from tests import builders
from tests.responses.ways import begin

BOSS, STUDENT = "boss@company.example", "s@school.example"
NUMBER = "2026000001"


@pytest.fixture
def place(mailing_app, world):
    """A student whose trainer was mailed, before the school shared addresses."""
    place = world.place(agreement_number=NUMBER, trainer_address=BOSS)
    send(world)
    return place


def send(world) -> dict[str, int]:
    world.act(lambda: builders.send_batch(db.session.get_one(Round, 1)))
    return world.act(builders.deliver)


def share(world) -> None:
    world.share()
    name(world, STUDENT)


def name(world, address: str) -> None:
    """Load the placement again, with this address of its student."""
    row = builders.row(agreement_number=NUMBER, trainer_address=BOSS, student_address=address)
    world.act(lambda: builders.load(row))


def test_the_student_is_mailed_directly_once_on_the_same_seat(place, world, mail_server):
    before = world.seat(place.student)
    share(world)
    assert send(world)["sent"] == 1
    assert len(mail_server.to(STUDENT)) == 1
    seat = world.seat(place.student)
    assert (seat["route"], seat["version"]) == ("direct", before["version"])
    assert send(world)["sent"] == 0
    assert len(mail_server.to(BOSS)) == 1


def test_an_address_that_is_corrected_after_our_mail_is_mailed_once(place, world, mail_server):
    share(world)
    send(world)
    for _n in range(2):
        name(world, "sam@school.example")
        for _m in range(2):
            send(world)
    assert (len(mail_server.to(STUDENT)), len(mail_server.to("sam@school.example"))) == (1, 1)
    assert send(world)["sent"] == 0


def test_a_mail_that_comes_back_late_says_nothing_of_the_address_that_was_corrected_meanwhile(place, world):
    share(world)
    send(world)
    first = world.rows(Message, Message.kind == INVITE_STUDENT)[0]["id"]
    name(world, "sam@school.example")
    world.act(lambda: mails.student_bounced(db.session.get_one(Message, first)))
    assert world.rows(StudentContact)[0]["bounced_at"] is None
    assert world.seat(place.student)["route"] == "direct"


def test_the_links_so_far_and_the_draft_still_open(place, visitor, world, mail_server):
    share(world)
    send(world)
    assert begin(visitor(), place.copy).page == "theme"
    mailed = re.search(r"http://\S+/s/\S+", mail_server.to(STUDENT)[0].text)[0]
    assert visitor().go(mailed).page == "start"


def test_who_opened_already_is_sent_nothing(place, visitor, world, mail_server):
    begin(visitor(), place.copy)
    share(world)
    assert send(world)["sent"] == 0
    assert mail_server.to(STUDENT) == []


def test_two_proposals_made_before_mail_the_student_once(place, world, mail_server):
    share(world)
    for _n in range(2):
        world.act(lambda: builders.send_batch(db.session.get_one(Round, 1)))
    assert world.act(builders.deliver)["sent"] == 1
    assert len(world.rows(Announcement, Announcement.step == "direct")) == 1


def test_a_student_invited_directly_is_not_mailed_twice(mailing_app, world, mail_server):
    world.share()
    world.place(student_address=STUDENT)
    for _n in range(2):
        send(world)
    assert len(mail_server.to(STUDENT)) == 1


def test_the_trainers_page_says_so_and_keeps_the_ways(place, visitor, world):
    share(world)
    send(world)
    person = visitor().go(f"{place.trainers_page}?lang=en").press("who", "trainer")
    assert "We mailed this student ourselves" in person.text
    assert person.press("via", "copy").page == "passed-on"


def test_an_address_that_does_not_exist_falls_back_to_the_trainer(mailing_app, world, mail_server):
    world.share()
    place = world.place(trainer_address=BOSS, student_address="gone550@school.example")
    send(world)
    assert world.rows(Message, Message.kind == "invite_student")[0]["status"] == "failed"
    before = len(mail_server.to(BOSS))
    send(world)
    assert len(mail_server.to(BOSS)) == before + 1
    assert world.rows(Invitation, Invitation.id == place.student)[0]["route"] == "forwarded"


def test_an_address_that_stops_existing_later_gives_the_student_back_to_the_trainer(mailing_app, world, mail_server):
    """The first mail arrived; a reminder is refused."""
    world.share()
    place = world.place(trainer_address=BOSS, student_address=STUDENT)
    send(world)
    before = len(mail_server.to(BOSS))
    message = Message(kind="remind_student", subject_id=place.student)
    world.act(lambda: mails.student_bounced(message))
    assert world.seat(place.student)["route"] is None
    assert send(world)["sent"] == 1
    assert len(mail_server.to(BOSS)) == before + 1


def test_after_a_switch_the_trainers_invitation_holds_again(place, world):
    share(world)
    send(world)
    world.act(lambda: mails.student_bounced(Message(kind="remind_student", subject_id=place.student)))
    seat = world.seat(place.student)
    assert (seat["route"], bool(seat["mailed_at"])) == ("forwarded", True)
    assert send(world)["sent"] == 0
