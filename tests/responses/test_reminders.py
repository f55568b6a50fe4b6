"""A student who leaves an address: their own link, one reminder, and nothing kept longer than the draft."""

import datetime as dt
import re

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.mailing.models import Message
from app.privacy import erasing
from app.responses.models import Draft
from tests import builders
from tests.conftest import on_sqlite
from tests.responses.ways import begin, to_summary

ADDRESS = "sanne@mail.example"


@pytest.fixture
def place(mailing_app, world):
    return world.place()


@pytest.fixture
def left(visitor, place):
    """A student who saved a page and left an address."""
    person = begin(visitor(), place.copy).press("go", "next", status="busy").press("go", "later")
    assert person.page == "later"
    return person.press_last(address=f" {ADDRESS.title()} ")


def own_link(mail_server) -> str:
    return re.search(r"http://\S+/s/\S+", mail_server.to(ADDRESS)[-1].text)[0]


def make_time_pass(world) -> None:
    """Let what waits for three days be ready now."""
    now = dt.datetime.now(dt.UTC)
    world.act(lambda: db.session.execute(sa.update(Message).where(Message.status == "queued").values(not_before=now)))


def test_the_link_in_the_mail_goes_on_on_any_device(left, visitor, world, mail_server):
    world.act(builders.deliver)
    other = visitor().go(f"{own_link(mail_server)}/preparation")
    assert other.chosen("status") == ["busy"]


def test_one_reminder_follows_unless_it_was_sent(left, place, visitor, world, mail_server):
    world.act(builders.deliver)
    assert len(mail_server.to(ADDRESS)) == 1
    make_time_pass(world)
    world.act(builders.deliver)
    assert len(mail_server.to(ADDRESS)) == 2
    assert mail_server.to(ADDRESS)[-1].mail["List-Unsubscribe"]


@on_sqlite
def test_the_reminder_leaves_by_day_and_the_own_link_at_once(left, world, mail_server):
    world.today("2026-11-23T23:50:00")
    make_time_pass(world)
    assert world.act(builders.deliver)["sent"] == 1
    world.today("2026-11-24T09:00:00")
    assert world.act(builders.deliver)["sent"] == 1
    assert len(mail_server.to(ADDRESS)) == 2


def test_the_address_goes_when_the_answers_are_sent(left, visitor, world, mail_server):
    world.act(builders.deliver)
    person = visitor().go(own_link(mail_server)).press("go", "start")
    assert to_summary(person).press("go", "send").page == "thanks"
    assert ADDRESS not in str(world.dump())
    make_time_pass(world)
    assert world.act(builders.deliver)["dropped"] == 1
    assert world.sent()[0]["channel"] == "copy"


def test_the_address_goes_when_the_time_is_over(left, world):
    assert world.act(lambda: list(erasing.erase())[-1]["drafts"]) == 0
    world.today("2028-01-01")
    assert world.act(lambda: list(erasing.erase())[-1]["drafts"]) == 1
    assert ADDRESS not in str(world.dump())


def test_a_trainer_who_left_an_own_address_does_not_get_at_the_students_draft(left, place, visitor, world, mail_server):
    """The student begins again with a link of their own, and the one that was mailed before opens nothing."""
    world.act(builders.deliver)
    student = visitor().go(f"{place.copy}?lang=en").press_labelled("Begin again")
    student.press("go", "next", status="finished")
    stranger = visitor().go(own_link(mail_server))
    assert stranger.page == "code"
    assert stranger.go(f"{own_link(mail_server)}/preparation").page == "code"
    assert world.rows(Draft)[0]["address"] is None


@on_sqlite
@pytest.mark.parametrize("address", ["", "x", "a@b"])
def test_what_is_no_address_is_said_beside_the_field(visitor, place, world, address):
    person = begin(visitor(), place.copy).press("go", "next").press("go", "later")
    person.press_last(422, address=address)
    assert person.field("address")["aria-invalid"] == "true"
    assert world.rows(Message) == []


@on_sqlite
def test_it_works_without_cookies(visitor, place, world):
    person = begin(visitor(cookies=False), place.copy).press("go", "next", status="busy").press("go", "later")
    person.press_last(address=ADDRESS)
    assert world.rows(Draft)[0]["address"] == ADDRESS


@on_sqlite
def test_nobody_without_the_draft_leaves_an_address(visitor, place, world):
    begin(visitor(), place.copy).press("go", "next", status="busy")
    for link in (place.copy, place.direct, place.part):
        visitor().post(f"{link}/later", address=ADDRESS)
    assert world.rows(Draft)[0]["address"] is None


@on_sqlite
@pytest.mark.parametrize("link", ["direct", "part"])
def test_who_is_mailed_anyway_is_not_asked(visitor, place, link):
    person = begin(visitor(), getattr(place, link)).press("go", "next")
    assert ("go", "later") not in person.buttons()


def test_nor_when_the_student_leaves_an_address_too(left, place, visitor, world, mail_server):
    world.act(builders.deliver)
    mistaken = own_link(mail_server)
    student = visitor().go(f"{place.copy}?lang=en").press_labelled("Begin again")
    student.press("go", "next", status="finished").press("go", "later").press_last(address="other@mail.example")
    world.act(builders.deliver)
    assert visitor().go(mistaken).page == "code"
    theirs = re.search(r"http://\S+/s/\S+", mail_server.to("other@mail.example")[-1].text)[0]
    assert visitor().go(theirs).page == "start"
    assert visitor().go(f"{theirs}/preparation").chosen("status") == ["finished"]


def test_asking_twice_makes_one_reminder(left, place, world):
    left.go(f"{place.copy}/preparation").press("go", "later").press_last(address=ADDRESS)
    kinds = sorted(row["kind"] for row in world.rows(Message))
    assert kinds == ["own_link", "own_link", "own_reminder"]


@on_sqlite
def test_who_was_reminded_is_not_reminded_again(left, place, world, mail_server):
    make_time_pass(world)
    world.act(builders.deliver)
    left.go(f"{place.copy}/preparation").press("go", "later").press_last(address=ADDRESS)
    make_time_pass(world)
    world.act(builders.deliver)
    assert len(mail_server.to(ADDRESS)) == 3  # the link twice, one reminder


@on_sqlite
def test_one_link_is_mailed_six_times_a_day_at_most(left, place):
    for _n in range(5):
        left.go(f"{place.copy}/preparation").press("go", "later").press_last(address=ADDRESS)
    left.go(f"{place.copy}/preparation").press("go", "later").press_last(429, address=ADDRESS)
