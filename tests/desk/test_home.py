"""The desk's first page: what needs attention, and the way to the first batch."""

import datetime as dt

import pytest
import sqlalchemy as sa

from app.agreements import register
from app.extensions import db
from app.invitations.models import Invitation, Round
from app.mailing import outbox, pausing
from app.mailing.models import Message
from app.mailing.pausing import SendingPaused
from app.mailing.transport import ServerUnavailable
from app.placements.models import Trainer
from tests import builders
from tests.conftest import on_sqlite
from tests.servers.ports import free_port
from tests.world import ADMIN


def next_step(admin) -> str:
    """Return the first step that is not done, of those that say how."""
    guide = admin.go("/desk/?lang=en").html.find("ol", class_="guide")
    undone = [item for item in guide.find_all("li") if "done" not in item.get("class", [])]
    assert len(undone[0].find_all("p")) > 1
    return undone[0].strong.text


def test_the_guide_leads_from_an_empty_database_to_the_first_batch(mailing_app, admin, world, mail_server):
    assert next_step(admin) == "Mail works"
    admin.press_labelled("Send me a test mail")
    world.act(builders.deliver)
    assert mail_server.to(ADMIN)[0].mail["Subject"].startswith("[TEST]")
    assert next_step(admin) == "Placements are loaded"
    world.act(lambda: builders.load(builders.row()))
    assert next_step(admin) == "A round is open"
    world.act(builders.open_round)
    assert next_step(admin) == "There is a proposal"
    admin.go(f"/desk/rounds/{world.rows(Round)[0]['id']}?lang=en").press_labelled("Propose who is invited today")
    assert next_step(admin) == "The first batch is sent off"
    assert "1 mail is proposed" in admin.text
    admin.go("/desk/batches/1?lang=en").press_labelled("Send these mails")
    assert admin.go("/desk/?lang=en").html.find("ol", class_="guide") is None


def test_an_agreement_that_ends_soon_needs_attention(admin, world):
    soon, later = dt.date(2027, 1, 10), dt.date(2027, 6, 1)
    world.act(lambda: register.sign(builders.SCHOOL, dt.date(2026, 1, 1), soon))
    world.act(lambda: register.sign(builders.OTHER_SCHOOL, dt.date(2026, 1, 1), later))
    assert "1 agreement with a school ends within 60 days" in admin.go("/desk/?lang=en").text
    world.act(lambda: register.sign(builders.SCHOOL, dt.date(2027, 1, 11)))
    assert "ends within" not in admin.go("/desk/").text


def ago(seconds: float) -> dt.datetime:
    return dt.datetime.now(dt.UTC) - dt.timedelta(seconds=seconds)


@pytest.fixture
def queued(world):
    """Three queued mails, the first of which a worker has in hand."""
    world.places({}, {}, {})
    world.act(lambda: builders.send_batch(builders.db.session.get_one(Round, 1)))
    world.act(lambda: outbox.claim(1, "worker"))
    return [row["id"] for row in world.rows(Message)]


def leave_for(world, seconds: float) -> None:
    """Let so much time pass since everything was queued and the worker last did something."""
    lease = dt.timedelta(seconds=world.app.config["BPV_LEASE_SECONDS"])
    world.act(lambda: db.session.execute(sa.update(Message).values(not_before=ago(seconds))))
    world.set(Message, 1, lease_until=ago(seconds) + lease)


def test_mail_that_nobody_sends_is_told_within_two_minutes_though_a_killed_worker_holds_some(admin, world, queued):
    leave_for(world, 60)
    assert "nobody sends" not in admin.go("/desk/?lang=en").text
    leave_for(world, 110)
    assert "3 mails wait and nobody sends them: is the worker running?" in admin.go("/desk/?lang=en").text


def test_what_a_killed_worker_left_is_told_of_when_nothing_else_waits(admin, world, queued):
    world.act(lambda: db.session.execute(sa.update(Message).where(Message.id > 1).values(status="sent")))
    leave_for(world, 110)
    assert "1 mail waits and nobody sends it" in admin.go("/desk/?lang=en").text


def test_a_worker_that_goes_on_is_no_trouble_however_long_the_queue(admin, world, queued):
    leave_for(world, 3600)
    world.act(lambda: outbox.start_sending(1, "worker"))
    assert "nobody sends" not in admin.go("/desk/?lang=en").text


@on_sqlite
def test_reminders_that_wait_for_the_morning_are_no_trouble(admin, world, queued):
    world.act(lambda: db.session.execute(sa.update(Message).values(kind="remind_trainer", status="queued")))
    leave_for(world, 110)
    assert "3 mails wait" in admin.go("/desk/?lang=en").text
    world.today("2026-11-23T23:50:00")
    assert "mails wait" not in admin.go("/desk/?lang=en").text


def test_a_pause_is_told_in_the_servers_words_and_ended_by_a_mail_that_passes(mailing_app, admin, world, mail_server):
    mail_server.handler.refuse_all = "550 relay not permitted"
    world.places(*[{}] * 9)
    world.act(lambda: builders.send_batch(builders.db.session.get_one(Round, 1)))
    with pytest.raises(SendingPaused):
        world.act(builders.deliver)
    admin.go("/desk/?lang=en")
    assert "Sending is paused: the mail server refuses our mail" in admin.text
    assert "550 relay not permitted" in admin.text
    batch = admin.go("/desk/batches/1?lang=en").text
    assert "Sending is paused" in batch
    assert "The worker is sending" not in batch
    mail_server.handler.refuse_all = None
    admin.go("/desk/?lang=en").press_labelled("Try one mail now")
    world.act(builders.deliver)
    assert "Sending is paused" not in admin.go("/desk/?lang=en").text
    assert [row["bounced_at"] for row in world.rows(Trainer)] == [None] * 9


def test_a_worker_that_died_while_sending_is_paused_is_told_of(admin, world, queued):
    world.act(lambda: [pausing.count("550 no", uncertain=False) for _n in range(5)])
    world.act(lambda: db.session.execute(sa.update(Message).values(status="queued", not_before=ago(600))))
    world.set(pausing.Trouble, 1, next_try=ago(60))
    assert "Sending is paused" in admin.go("/desk/?lang=en").text
    world.set(pausing.Trouble, 1, next_try=ago(110))
    assert "nobody sends them: is the worker running?" in admin.go("/desk/?lang=en").text


def test_a_server_that_cannot_be_reached_is_told_of_in_words(mailing_app, admin, world, queued):
    mailing_app.extensions["mail"].port = free_port()
    with pytest.raises(ServerUnavailable):
        world.act(builders.deliver)
    leave_for(world, 110)
    text = admin.go("/desk/?lang=en").text
    assert "3 mails wait: the mail server does not take them" in text
    assert "the mail server cannot be reached" in text


def test_closed_seats_stand_beside_all_seats(admin, world):
    old, young = world.places({}, {})
    for seat, day in ((old.student, 1), (young.student, 20)):
        moment = dt.datetime(2026, 10 if day == 1 else 11, day, 12, tzinfo=dt.UTC)
        world.set(
            Invitation,
            seat,
            invited_at=moment,
            mailed_at=moment,
            opened_at=moment if day == 1 else None,
            route="forwarded",
        )
    admin.go("/desk/?lang=en")
    assert "1 links opened of 2 placements due; closed seats: 100%" in admin.text
    tables = {table.caption.text: table for table in admin.html.main.find_all("table")}
    closed = tables["Closed seats only: the time to answer is over"]
    assert closed.tbody.find_all("tr")[1].td.a.find(string=True, recursive=False) == "1"
