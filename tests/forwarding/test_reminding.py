"""Reminders: who gets one when, what it names, and that they stop by themselves."""

import datetime as dt

import pytest
import sqlalchemy as sa

from app.agreements.models import Agreement
from app.extensions import db
from app.forwarding import reminding
from app.hashing import address_hash
from app.invitations.models import Announcement, Round
from app.mailing import opt_outs, outbox
from app.mailing.models import Message
from tests import builders
from tests.conftest import on_sqlite
from tests.responses.ways import answer, begin

BOSS = "boss@company.example"


@pytest.fixture
def invited(mailing_app, world):
    """Two students of one trainer, whose invitation went on 23 November."""
    places = world.places({"trainer_address": BOSS}, {"trainer_address": BOSS})
    invite(world)
    return places


def invite(world) -> None:
    world.act(lambda: builders.send_batch(db.session.get_one(Round, 1)))
    world.act(builders.deliver)


def remind(world, day: str) -> int:
    """Let the worker queue what is due on a day, and send it; returns how many mails went."""
    world.today(day)
    world.act(lambda: list(reminding.work()))
    return world.act(builders.deliver)["sent"]


def test_a_trainer_is_reminded_on_the_days_of_the_round_and_no_others(invited, world, mail_server):
    sent = {
        day: remind(world, f"2026-{day}") for day in ("11-29", "11-30", "12-01", "12-06", "12-07", "12-08", "12-21")
    }
    assert {day for day, n in sent.items() if n} == {"11-30", "12-07"}
    assert set(sent.values()) == {0, 1}
    assert len(mail_server.to(BOSS)) == 3


def test_it_names_students_whose_link_nobody_opened_and_own_parts(invited, visitor, world, mail_server):
    begin(visitor(), invited[0].copy)
    answer(visitor(), invited[1].part)
    remind(world, "2026-11-30")
    text = mail_server.to(BOSS)[-1].text
    unopened, own = text.split("Uw eigen mening is nog welkom")
    assert "Deze links zijn nog niet geopend" in unopened
    assert unopened.count("- ") == 1
    assert own.count("- ") == 1


def test_nothing_to_be_done_is_no_mail(invited, visitor, world):
    for place in invited:
        begin(visitor(), place.copy)
        answer(visitor(), place.part)
    assert remind(world, "2026-11-30") == 0


def test_what_is_done_after_it_was_queued_is_not_reminded_of(invited, visitor, world):
    world.today("2026-11-30")
    world.act(lambda: list(reminding.work()))
    for place in invited:
        begin(visitor(), place.copy)
        answer(visitor(), place.part)
    assert world.act(builders.deliver) == {"sent": 0, "failed": 0, "dropped": 1, "uncertain": 0, "deferred": 0}


def test_who_said_it_is_not_theirs_is_not_reminded_of_it(invited, visitor, world):
    trainer = visitor().go(invited[0].trainers_page).press("who", "trainer")
    for place in invited:
        trainer.post(invited[0].trainers_page, who="trainer", seat=place.student, exit="not-mine")
    assert remind(world, "2026-11-30") == 0


def test_wrong_dates_keep_nobody_from_passing_on(invited, visitor, world, mail_server):
    trainer = visitor().go(invited[0].trainers_page).press("who", "trainer")
    for place in invited:
        how = {"exit": "dates", "dates-day": "2026-12-31"}
        trainer.post(invited[0].trainers_page, who="trainer", seat=place.student, **how)
    assert remind(world, "2026-11-30") == 1
    assert mail_server.to(BOSS)[-1].text.split("Uw eigen mening")[0].count("- ") == 2


def test_who_wants_no_mail_gets_no_reminder(invited, world):
    world.act(lambda: opt_outs.opt_out(address_hash(BOSS)))
    assert remind(world, "2026-11-30") == 0


def test_two_workers_remind_once(invited, world):
    world.today("2026-11-30")
    for _n in range(2):
        world.act(lambda: list(reminding.work()))
    assert len(world.rows(Message, Message.kind == "remind_trainer")) == 1


def test_a_worker_that_stopped_half_way_is_gone_on_with_and_nothing_queued_twice(invited, world):
    world.today("2026-11-30")
    for _n in range(2):
        world.act(lambda: list(reminding.queue(db.session.get_one(Round, 1))))
    assert len(world.rows(Message, Message.kind == "remind_trainer")) == 1
    steps = [row["step"] for row in world.rows(Announcement, Announcement.step != "invite")]
    assert steps == ["remind-7"] * 4  # the own parts and the links of two students


def test_all_students_of_a_trainer_come_in_one_mail_however_many_are_looked_at_a_time(invited, world, monkeypatch):
    monkeypatch.setattr(reminding, "AT_ONCE", 1)
    world.today("2026-11-30")

    def queue_and_send() -> None:
        for _queued in reminding.queue(db.session.get_one(Round, 1)):
            db.session.commit()
            builders.deliver()

    world.act(queue_and_send)
    assert len(world.rows(Message, Message.kind == "remind_trainer")) == 1


def test_a_school_that_no_longer_shares_has_no_student_reminded(mailing_app, world, mail_server):
    world.share()
    world.place(trainer_address=BOSS, student_address="s@school.example")
    invite(world)
    world.act(lambda: db.session.execute(sa.update(Agreement).values(valid_until=dt.date(2026, 11, 25))))
    remind(world, "2026-11-30")
    assert len(mail_server.to("s@school.example")) == 1


@on_sqlite
@pytest.mark.parametrize("night", ["2026-11-30T07:59:00", "2026-11-30T18:00:00", "2026-11-30T23:50:00", "2026-12-05"])
def test_by_day_and_on_weekdays_only(invited, world, night):
    assert remind(world, night) == 0
    assert world.rows(Message, Message.kind == "remind_trainer") == []
    day = "2026-12-07" if night == "2026-12-05" else f"2026-12-0{1 + ('T07' not in night)}"
    assert remind(world, f"{day}T08:01:00") == 1


@on_sqlite
def test_what_was_queued_by_day_does_not_leave_at_night(invited, world):
    world.today("2026-11-30T17:59:00")
    world.act(lambda: list(reminding.work()))
    world.today("2026-11-30T18:01:00")
    assert world.act(builders.deliver)["sent"] == 0
    assert world.act(outbox.nothing_left)
    world.today("2026-12-01T08:00:00")
    assert world.act(builders.deliver)["sent"] == 1


@on_sqlite
def test_a_round_without_reminder_days_reminds_nobody(invited, world):
    world.set(Round, 1, reminder_days=[])
    assert remind(world, "2026-11-30") == 0


@on_sqlite
def test_a_reminder_begins_no_new_days_and_notes_no_invitation(invited, world):
    before = world.seat(invited[0].student)
    remind(world, "2026-11-30")
    assert world.seat(invited[0].student) == before


def test_a_directly_mailed_student_is_reminded_and_the_trainer_of_the_own_part_only(mailing_app, world, mail_server):
    world.share()
    world.place(trainer_address=BOSS, student_address="s@school.example")
    invite(world)
    assert remind(world, "2026-11-30") == 2
    assert mail_server.to("s@school.example")[-1].mail["Subject"].startswith("Herinnering:")
    text = mail_server.to(BOSS)[-1].text
    assert "Deze links" not in text
    assert "Uw eigen mening" in text


def test_the_days_of_a_round_are_set_at_the_desk_and_by_command(admin, flask, world):
    admin.go("/desk/rounds/new?lang=en")
    dates = {"ends_from": "2026-08-01", "ends_until": "2027-07-31"}
    admin.press_labelled("Open the round", 422, name="A", **dates, reminder_days="7, 00019999999999")
    assert "Write at most five numbers" in admin.text
    admin.press_labelled("Open the round", name="A", **dates, reminder_days="10, 3")
    assert world.rows(Round)[0]["reminder_days"] == [3, 10]
    assert "3, 10 days" in admin.text
    opened = flask.json("rounds", "open", "B", "--ends-from", "2027-08-01", "--ends-until", "2028-07-31")
    assert opened["reminder_days"] == [7, 14]
    assert dt.date.fromisoformat(opened["ends_from"]) == dt.date(2027, 8, 1)
