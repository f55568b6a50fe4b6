"""Handing a student to a colleague: who is told when, what stays, and what neither of them is stuck with."""

import datetime as dt
import re

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.forwarding.models import Report
from app.hashing import address_hash
from app.invitations import links
from app.invitations.models import Announcement, Round
from app.mailing import opt_outs
from app.mailing.models import Message
from app.placements.models import Placement, Trainer
from app.privacy import finding, forgetting
from tests import builders
from tests.builders import SCHOOL
from tests.conftest import on_sqlite
from tests.responses.ways import answer

BOSS, COLLEAGUE = "boss@company.example", "colleague@company.example"


@pytest.fixture
def placed(mailing_app, visitor, world):
    """Return a maker of a placement and its trainer's browser."""

    def make(**changes):
        place = world.place(trainer_address=BOSS, **changes)
        return place, visitor().go(f"{place.trainers_page}?lang=en").press("who", "trainer")

    return make


def hand_over(trainer, gets: int = 200, address: str = COLLEAGUE):
    return trainer.press("ask", "exits").press("exit", "colleague", gets=gets, address=address)


def offer_of(trainer) -> str:
    trainer.press("ask", "exits").press("exit", "offer")
    return trainer.html.main.find("input", {"data-copy": True})["value"]


def invite(world) -> int:
    world.act(lambda: builders.send_batch(db.session.get_one(Round, 1)))
    return world.act(builders.deliver)["sent"]


def page_of_colleague(world, visitor):
    def find() -> str:
        return links.trainer_url(db.session.scalars(sa.select(Trainer).where(Trainer.address == COLLEAGUE)).one())

    return visitor().go(f"{world.act(find)}?lang=en").press("who", "trainer")


def test_a_student_who_is_not_due_is_invited_in_time_and_not_closed_before(placed, world):
    place, trainer = placed(planned_end_on=dt.date(2027, 6, 30))
    hand_over(trainer)
    assert world.act(builders.deliver)["sent"] == 1
    assert (world.seat(place.student)["mailed_at"], world.seat(place.trainer)["mailed_at"]) == (None, None)
    world.today("2027-06-17")
    assert invite(world) == 1
    assert world.seat(place.student)["mailed_at"]


def test_a_student_who_is_due_needs_no_other_invitation(placed, world):
    place, trainer = placed()
    hand_over(trainer)
    world.act(builders.deliver)
    assert world.seat(place.trainer)["mailed_at"]
    assert invite(world) == 0


def test_a_student_we_mail_ourselves_stays_with_us(placed, world):
    world.share()
    place, trainer = placed(student_address="s@school.example")
    invite(world)
    before = world.seat(place.student)
    hand_over(trainer.go(f"{place.trainers_page}?lang=en"))
    world.act(builders.deliver)
    assert world.seat(place.student) == before
    assert invite(world) == 0


def test_the_colleague_has_every_way_and_way_out(placed, visitor, world):
    _place, trainer = placed()
    hand_over(trainer)
    person = page_of_colleague(world, visitor)
    assert ("via", "copy") in person.buttons()
    person.press("ask", "exits").press("exit", "unreachable")
    assert [row["kind"] for row in world.rows(Report, Report.stands())] == ["unreachable"]
    assert "Take this back" in person.text


def test_taking_it_back_keeps_the_first_invitation(placed, world):
    place, trainer = placed()
    invite(world)
    hand_over(trainer.go(f"{place.trainers_page}?lang=en"))
    trainer.press_labelled("Take this back")
    assert world.seat(place.trainer)["mailed_at"]
    assert invite(world) == 0


@on_sqlite
def test_who_sent_the_own_part_before_takes_it_back_as_well(placed, visitor, world):
    place, trainer = placed()
    answer(visitor(), place.part)
    hand_over(trainer.go(f"{place.trainers_page}?lang=en"))
    trainer.press_labelled("Take this back")
    assert "Take this back" not in trainer.text
    assert world.rows(Placement)[0]["trainer_id"] == 1


@on_sqlite
def test_three_times_are_enough(placed, world):
    _place, trainer = placed()
    for _n in range(3):
        hand_over(trainer)
        trainer.press_labelled("Take this back")
    hand_over(trainer, 422)
    assert "three times" in trainer.text
    assert len(world.rows(Message)) == 3


@on_sqlite
@pytest.mark.parametrize("why", ["bounced", "opted out"])
def test_who_cannot_be_mailed_is_not_handed_a_student_unasked_but_may_ask(placed, visitor, world, why):
    _place, trainer = placed()
    world.place(trainer_address=COLLEAGUE)
    (colleague,) = world.rows(Trainer, Trainer.address == COLLEAGUE)
    if why == "bounced":
        world.set(Trainer, colleague["id"], bounced_at=dt.datetime(2026, 11, 1, tzinfo=dt.UTC))
    else:
        world.act(lambda: opt_outs.opt_out(address_hash(COLLEAGUE)))
    hand_over(trainer, 422)
    assert "cannot mail this address" in trainer.text
    trainer.press("exit", "offer")
    offer = trainer.html.main.find("input", {"data-copy": True})["value"]
    visitor().go(offer).press_last(address=COLLEAGUE)
    assert world.act(builders.deliver)["sent"] == 1


@on_sqlite
@pytest.mark.parametrize("wish", [forgetting.forget, forgetting.object_to])
def test_who_was_erased_or_objected_takes_nothing_over(placed, visitor, world, wish):
    """Whoever types the address may be somebody else."""
    _place, trainer = placed()
    world.place(trainer_address=COLLEAGUE)
    world.act(lambda: wish(finding.find(COLLEAGUE)))
    before = world.rows(Trainer)
    person = visitor().go(f"{offer_of(trainer)}?lang=en").press_last(422, address=COLLEAGUE)
    assert "cannot mail this address" in person.text
    hand_over(trainer.press(None), 422)
    assert (world.rows(Message), world.rows(Trainer)) == ([], before)


@on_sqlite
def test_an_offer_is_not_for_who_made_it(placed, visitor, world):
    place, trainer = placed()
    version = world.seat(place.trainer)["version"]
    person = visitor().go(f"{offer_of(trainer)}?lang=en").press_last(422, address=BOSS)
    assert "your own address" in person.text
    assert (world.rows(Report), world.seat(place.trainer)["version"]) == ([], version)


@on_sqlite
def test_an_offer_that_is_gone_keeps_nobody_waiting(placed, visitor):
    """The limit counts on a connection of its own, which must not wait for what this request holds."""
    _place, trainer = placed()
    offer = offer_of(trainer)
    person = visitor().go(offer).press_last(address=COLLEAGUE)
    person.post(offer, 404)


def test_an_offer_is_taken_once_also_when_the_own_part_was_sent(placed, visitor, world):
    """Sending raises no version of the seat; the student's link is handed over all the same."""
    place, trainer = placed()
    answer(visitor(), place.part)
    offer = offer_of(trainer)
    visitor().go(offer).press_last(address=COLLEAGUE)
    assert world.act(builders.deliver)["sent"] == 1
    assert ("via", "copy") in page_of_colleague(world, visitor).buttons()
    assert world.seat(place.student)["mailed_at"]
    visitor().go(offer, 404)


@on_sqlite
def test_where_both_answered_there_is_nothing_to_take_over(placed, visitor, world):
    place, trainer = placed()
    offer = offer_of(trainer)
    for link in (place.part, place.copy):
        answer(visitor(), link)
    visitor().go(offer, 404)


def test_a_mail_names_the_student_handed_over_and_none_that_was_taken_back(placed, visitor, world, mail_server):
    """Also to a colleague who has students of their own; and what is in no mail counts as told to nobody."""
    place, trainer = placed(planned_end_on=dt.date(2026, 11, 29))
    world.place(trainer_address=COLLEAGUE, planned_end_on=dt.date(2026, 11, 28))
    other = world.place(trainer_address="third@company.example", planned_end_on=dt.date(2026, 12, 2))
    hand_over(trainer)
    trainer.press_labelled("Take this back")
    hand_over(visitor().go(f"{other.trainers_page}?lang=en").press("who", "trainer"))
    assert world.act(builders.deliver) | {"deferred": 0} == {
        "sent": 1,
        "dropped": 1,
        "failed": 0,
        "uncertain": 0,
        "deferred": 0,
    }
    (mail,) = mail_server.to(COLLEAGUE)
    assert re.findall(r"(\d+ \w+) 2026", mail.text) == ["1 sep", "2 dec"]
    assert world.seat(place.student)["invited_at"] is None
    assert world.seat(other.student)["invited_at"]


@on_sqlite
def test_the_mail_that_told_a_colleague_goes_by_its_term(placed, world):
    _place, trainer = placed()
    hand_over(trainer)
    world.act(builders.deliver)
    world.act(lambda: db.session.execute(sa.delete(Announcement)))
    world.act(lambda: db.session.execute(sa.delete(Message)))
    assert [row["message_id"] for row in world.rows(Report)] == [None]


@on_sqlite
def test_a_file_that_names_the_colleague_settles_it(placed, world):
    place, trainer = placed(agreement_number="1")
    hand_over(trainer)
    (report,) = world.rows(Report)
    world.act(lambda: builders.load(builders.row(agreement_number="1", trainer_address=COLLEAGUE)))
    assert world.rows(Report)[0]["handled_at"]
    assert "Take this back" not in trainer.go(f"{place.trainers_page}?lang=en").text
    before = world.rows(Placement)
    trainer.post(place.trainers_page, who="trainer", undo=report["id"])
    assert world.rows(Placement) == before


@on_sqlite
def test_a_file_that_still_names_the_first_settles_nothing(placed, world):
    place, trainer = placed(agreement_number="1")
    hand_over(trainer)
    row = builders.row(agreement_number="1", trainer_address=BOSS, company_name="Anders")
    world.act(lambda: builders.load(row))
    assert "Take this back" in trainer.go(f"{place.trainers_page}?lang=en").text


@on_sqlite
def test_nothing_is_taken_back_once_the_round_is_closed(placed, world):
    place, trainer = placed()
    hand_over(trainer)
    (report,), before = world.rows(Report), world.rows(Placement)
    world.today("2028-01-10")
    assert "Take this back" not in trainer.go(f"{place.trainers_page}?lang=en").text
    trainer.post(f"{place.trainers_page}?lang=en", 422, who="trainer", undo=report["id"])
    assert "This questionnaire is closed" in trainer.text
    assert (world.rows(Placement), world.rows(Report)) == (before, [report])


@on_sqlite
def test_the_students_own_address_is_no_colleagues(placed, visitor, world):
    world.share()
    _place, trainer = placed(student_address="sam@school.example")
    hand_over(trainer, 422, "Sam@School.example")
    assert "the student's own address" in trainer.text
    assert trainer.field("address")["aria-invalid"] == "true"
    offer = trainer.press("exit", "offer").html.main.find("input", {"data-copy": True})["value"]
    person = visitor().go(f"{offer}?lang=en").press_last(422, address="sam@school.example")
    assert "the student's own address" in person.text
    assert (world.rows(Report), world.rows(Message)) == ([], [])


@on_sqlite
def test_numbers_no_column_holds_take_nothing_back(placed):
    place, trainer = placed()
    for number in ("9" * 30, "-1", "0", "x"):
        trainer.post(place.trainers_page, who="trainer", undo=number)


@on_sqlite
def test_what_the_desk_dealt_with_still_holds_for_who_said_it(placed, admin, world):
    place, trainer = placed()
    trainer.press("ask", "exits").press("exit", "not-mine")
    admin.go(f"/desk/worklist/{world.rows(Report)[0]['id']}?lang=en").press_labelled("This is dealt with")
    trainer.go(f"{place.trainers_page}?lang=en")
    assert ("via", "copy") not in trainer.buttons()
    trainer.press_labelled("Take this back")
    assert ("via", "copy") in trainer.buttons()


@on_sqlite
def test_a_colleague_is_asked_only_what_is_left(placed, visitor, world, mail_server):
    place, trainer = placed()
    answer(visitor(), place.part)
    hand_over(trainer)
    world.act(builders.deliver)
    (mail,) = mail_server.to(COLLEAGUE)
    words = " ".join(mail.text.split())
    assert ("kunt u de link doorgeven" in words, "mening" in words) == (True, False)
    page = page_of_colleague(world, visitor)
    assert "The part of the trainer has been sent" in page.text
    assert "You have sent" not in page.text


@on_sqlite
def test_where_nothing_is_asked_any_more_nobody_is_told_and_nothing_offered(placed, visitor, world):
    place, trainer = placed(agreement_number="A-1")
    offer = offer_of(trainer)
    answer(visitor(), place.part)
    hand_over(trainer.press(None))
    world.act(lambda: forgetting.object_to(finding.find(f"{SCHOOL} A-1")))
    assert world.act(builders.deliver)["dropped"] == 1
    assert "Nothing is asked of this student" in page_of_colleague(world, visitor).text
    visitor().go(offer, 404)
