"""Lost links: a known address gets its mail; from the page nobody can tell which addresses are known."""

import re

import pytest
import sqlalchemy as sa

from app.agreements.models import Category
from app.extensions import db
from app.mailing.models import Message
from app.privacy import finding, forgetting
from app.responses.models import Draft
from tests import builders
from tests.conftest import on_sqlite
from tests.responses.ways import answer, begin

BOSS = "boss@company.example"


@pytest.fixture
def place(mailing_app, world):
    return world.place(trainer_address=BOSS)


def ask(visitor, address: str, gets: int = 200):
    return visitor().go("/lost-link?lang=en").press_labelled("Mail me my links", gets, address=address)


def links_in(mail) -> list[str]:
    return re.findall(r"http://\S+/[st]/\S+", mail.text)


def test_a_trainer_gets_the_link_of_their_page(place, visitor, world, mail_server):
    ask(visitor, f" {BOSS.upper()} ")
    world.act(builders.deliver)
    (received,) = mail_server.to(BOSS)
    assert links_in(received) == [place.trainers_page]
    assert [row["to"] for row in world.rows(Message)] == [None]


def test_a_student_whose_school_shares_gets_their_own_link(mailing_app, visitor, world, mail_server):
    world.share()
    place = world.place(student_address="s@school.example")
    ask(visitor, "s@school.example")
    world.act(builders.deliver)
    assert links_in(mail_server.to("s@school.example")[0]) == [place.direct]


@on_sqlite
def test_an_address_that_the_agreement_does_not_name_gets_no_link(mailing_app, visitor, world):
    world.act(lambda: builders.sharing_school(categories=[Category.FIRST_NAME]))
    world.place(student_address="s@school.example")
    ask(visitor, "s@school.example")
    assert world.act(builders.deliver)["dropped"] == 1


def test_an_address_a_student_left_gets_that_draft(place, visitor, world, mail_server):
    begin(visitor(), place.copy).press("go", "next")
    world.act(lambda: db.session.execute(sa.update(Draft).values(address="own@mail.example")))
    ask(visitor, "own@mail.example")
    world.act(builders.deliver)
    (link,) = links_in(mail_server.to("own@mail.example")[0])
    assert ".reminder." in link


def test_an_unknown_address_gets_no_mail_and_the_same_words(place, visitor, world, mail_server):
    known, unknown = ask(visitor, BOSS), ask(visitor, "nobody@company.example")
    assert known.text.replace(BOSS, "") == unknown.text.replace("nobody@company.example", "")
    assert world.act(builders.deliver)["dropped"] == 1
    assert [mail.recipient for mail in mail_server.mails] == [BOSS]
    assert "nobody" not in str(world.dump())


@on_sqlite
@pytest.mark.parametrize("wish", [forgetting.forget, forgetting.object_to])
@pytest.mark.parametrize("address", [BOSS, "own@mail.example"])
def test_who_was_erased_or_objected_gets_none_whoever_asks(place, visitor, world, wish, address):
    begin(visitor(), place.copy).press("go", "next")
    world.act(lambda: db.session.execute(sa.update(Draft).values(address="own@mail.example")))
    world.act(lambda: wish(finding.find(address)))
    ask(visitor, address)
    assert world.act(builders.deliver)["dropped"] == 1


@on_sqlite
def test_what_was_sent_needs_no_link(mailing_app, visitor, world):
    world.share()
    answer(visitor(), world.place(student_address="s@school.example").direct)
    ask(visitor, "s@school.example")
    assert world.act(builders.deliver)["dropped"] == 1


@on_sqlite
def test_three_a_day_per_address_are_enough_and_the_page_does_not_say_so(place, visitor, world):
    pages = {ask(visitor, BOSS).text for _n in range(5)}
    assert len(pages) == 1
    assert len(world.rows(Message)) == 3
    unknown = {ask(visitor, "nobody@company.example").text for _n in range(5)}
    assert len(unknown) == 1


@on_sqlite
def test_one_visitor_asks_twenty_times_an_hour_at_most(app, visitor):
    for number in range(20):
        ask(visitor, f"{number}@company.example")
    assert ask(visitor, BOSS, 429).page == "error"


@on_sqlite
@pytest.mark.parametrize("address", ["", "x", "a@b", "a\r\nBcc: b@c.example"])
def test_what_is_no_address_is_said_beside_the_field(app, visitor, world, address):
    person = ask(visitor, address, 422)
    assert person.field("address")["aria-invalid"] == "true"
    assert world.rows(Message) == []


@on_sqlite
def test_dead_links_and_the_home_page_lead_here(app, visitor):
    for address, status in (("/s/x", 404), ("/t/x", 404), ("/", 200)):
        person = visitor().go(f"{address}?lang=en", status)
        assert person.go(person.link("Lost your link?")).heading == "Lost your link?"
