"""Schools that say they are interested: who is mailed, and what happens to the talk."""

import pytest

from app.accounts.models import Role, User
from app.agreements import interests, register, talks
from app.agreements.models import Interest, Stage, TalkNote
from app.extensions import db
from app.mailing.models import Message
from tests import builders
from tests.builders import OTHER_SCHOOL, SCHOOL
from tests.conftest import on_sqlite
from tests.world import ADMIN

ADVISER, ELSEWHERE = "adviser@bpv.example", "elsewhere@bpv.example"
WORDS = "kenmerkende woorden"


def express(world, brin: str = SCHOOL) -> int:
    return world.act(lambda: interests.express(brin, "Contactpersoon bpv", "bpv@school.example", WORDS).id)


def stage(world) -> Stage:
    return world.act(lambda: talks.stage_of(talks.of_school(SCHOOL), register.foremost(register.of_school(SCHOOL))))


@pytest.fixture
def people(mailing_app, world):
    """An administrator, an adviser of the school, and one of another."""
    world.admin()
    world.account(ELSEWHERE, Role.ADVISER, OTHER_SCHOOL)
    return world.account(ADVISER, Role.ADVISER, SCHOOL)


def test_the_schools_adviser_is_mailed_a_link_and_not_what_was_written(people, world, mail_server):
    express(world)
    assert world.act(builders.deliver)["sent"] == 1
    (received,) = mail_server.mails
    assert received.recipient == ADVISER
    assert f"http://bpv.example/desk/schools/{SCHOOL}/agreement" in received.text
    assert "ROC Rivor" in received.text
    for hidden in (WORDS, "Contactpersoon", "bpv@school.example"):
        assert hidden not in received.text + received.html + received.mail["Subject"]


def test_without_an_adviser_the_administrators_are_mailed(people, world, mail_server):
    world.set(User, people, active=False)
    express(world)
    world.act(builders.deliver)
    assert [mail.recipient for mail in mail_server.mails] == [ADMIN]


@on_sqlite
def test_a_mail_about_what_was_dealt_with_is_not_sent(people, world, mail_server):
    id_ = express(world)
    world.act(lambda: interests.settle(db.session.get_one(Interest, id_)))
    assert world.act(builders.deliver)["dropped"] == 1
    assert {row["reason"] for row in world.rows(Message)} == {"handled"}


@on_sqlite
def test_a_sent_mail_keeps_no_address(people, world):
    express(world)
    world.act(builders.deliver)
    assert [row["to"] for row in world.rows(Message)] == [None]


def test_a_talk_that_had_not_begun_becomes_interested(people, world):
    express(world)
    assert stage(world) is Stage.INTERESTED
    assert [row["user_id"] for row in world.rows(TalkNote)] == [None]


@on_sqlite
def test_a_school_under_an_agreement_stays_signed(people, world):
    world.share()
    express(world)
    assert stage(world) is Stage.SIGNED
    assert world.rows(TalkNote) == []


@on_sqlite
def test_what_waits_is_counted_until_it_is_dealt_with(people, world):
    first, _second = express(world), express(world)
    express(world, OTHER_SCHOOL)
    assert world.act(interests.counts) == {SCHOOL: 2, OTHER_SCHOOL: 1}
    for _twice in range(2):
        world.act(lambda: interests.settle(db.session.get_one(Interest, first)))
    assert world.act(interests.counts) == {SCHOOL: 1, OTHER_SCHOOL: 1}
    assert len(world.act(lambda: talks.acts(SCHOOL))) == 1


@on_sqlite
def test_an_interest_is_found_under_its_school_only(people, world):
    id_ = express(world)
    assert world.act(lambda: interests.of_school(SCHOOL, id_))
    assert world.act(lambda: interests.of_school(OTHER_SCHOOL, id_)) is None
