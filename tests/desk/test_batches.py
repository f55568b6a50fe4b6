"""From proposal to sending at the desk."""

import datetime as dt

import pytest

from app.extensions import db
from app.invitations import planner
from app.invitations.models import Batch, Round
from app.mailing.models import Message
from app.placements.models import StudentContact, Trainer
from tests import builders
from tests.conftest import on_sqlite
from tests.world import ADMIN


@pytest.fixture
def proposal(mailing_app, admin, world):
    """A proposal on screen: two trainers, one student mailed directly."""
    world.share()
    world.places(
        {"trainer_address": "one@company.example"},
        {"trainer_address": "two@company.example"},
        {"trainer_address": None, "student_address": "s@school.example", "first_name": "Sanne", "language": "en"},
    )
    admin.go(f"/desk/rounds/{world.rows(Round)[0]['id']}?lang=en")
    return admin.press_labelled("Propose who is invited today")


def states(world) -> list[str]:
    return sorted(row["status"] for row in world.rows(Message))


def test_a_proposal_sends_nothing(proposal, world):
    assert world.rows(Message) == []
    assert [tile.find(class_="value").text for tile in proposal.html.main.find_all(class_="figure")] == ["2", "1", "5"]


def test_a_proposal_is_sent_once(proposal, world, mail_server):
    page = proposal.html
    proposal.press_labelled("Send these mails")
    proposal.html = page
    proposal.press_labelled("Send these mails")
    world.act(builders.deliver)
    recipients = sorted(received.recipient for received in mail_server.mails)
    assert recipients == ["one@company.example", "s@school.example", "two@company.example"]
    proposal.go(proposal.path + "?lang=en")
    assert "All mails have gone" in proposal.text


@on_sqlite
def test_anyones_mail_can_be_read_in_either_language(proposal):
    address = next(link["href"] for link in proposal.html.main.find_all("a") if "/mail/student/" in link["href"])
    proposal.go(address)
    assert "Hi Sanne" in proposal.html.main.pre.text
    proposal.go(proposal.link("The mail in Dutch"))
    assert "Sanne" in proposal.html.main.pre.text
    assert "How is your placement" not in proposal.html.main.pre.text
    assert "/s/voorbeeld" in proposal.html.main.pre.text
    frame = proposal.html.main.iframe["src"]
    proposal.go(frame)
    assert "sandbox" in proposal.answer.headers["Content-Security-Policy"]
    assert proposal.answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "/s/1." not in proposal.answer.text


@on_sqlite
@pytest.mark.parametrize("rest", ["trainer/999", "student/999", "trainer/1?mail_lang=xx", "other/1"])
def test_a_mail_that_is_not_in_the_batch_is_no_page(proposal, rest):
    proposal.go(f"{proposal.path}/mail/{rest}", 404)


def test_a_test_mail_goes_to_oneself(proposal, world, mail_server):
    address = next(link["href"] for link in proposal.html.main.find_all("a") if "/mail/trainer/" in link["href"])
    proposal.go(address).press_labelled("Send this to me as a test")
    world.act(builders.deliver)
    (received,) = mail_server.mails
    assert received.recipient == ADMIN
    assert received.mail["Subject"].startswith("[TEST]")
    assert "/t/voorbeeld" in received.text
    assert [row["invited_at"] for row in world.rows(builders.Invitation) if row["invited_at"]] == []


def test_pause_go_on_and_cancel(proposal, world, mail_server):
    proposal.press_labelled("Send these mails").press_labelled("Pause")
    assert states(world) == ["held"] * 3
    world.act(builders.deliver)
    assert mail_server.mails == []
    proposal.press_labelled("Go on")
    assert states(world) == ["queued"] * 3
    proposal.press_labelled("Cancel the rest")
    assert states(world) == ["dropped"] * 3
    assert "was cancelled" in proposal.text


@on_sqlite
def test_a_cancelled_proposal_is_never_sent(proposal, world):
    page = proposal.html
    proposal.press_labelled("Cancel this proposal")
    proposal.html = page
    proposal.press_labelled("Send these mails")
    assert world.rows(Message) == []
    assert "Nothing was sent" in proposal.html.find(class_="messages").text


@on_sqlite
def test_what_was_cancelled_can_be_proposed_again(proposal, world):
    proposal.press_labelled("Cancel this proposal").go(f"/desk/rounds/{world.rows(Round)[0]['id']}?lang=en")
    proposal.press_labelled("Propose who is invited today")
    assert [row["seats"] for row in world.rows(Batch)] == [5, 5]


@on_sqlite
def test_failures_are_told_by_reason(mailing_app, admin, world):
    world.places({"trainer_address": "nobody550@company.example"}, {"trainer_address": "silent@company.example"})
    admin.go(f"/desk/rounds/{world.rows(Round)[0]['id']}?lang=en").press_labelled("Propose who is invited today")
    admin.press_labelled("Send these mails")
    world.act(builders.deliver)
    admin.go(f"{admin.path}?lang=en")
    assert "the address does not exist" in admin.text
    assert "it may have arrived" in admin.text
    home = admin.go("/desk/?lang=en").text
    assert "1 mail failed" in home
    assert "1 mail is uncertain: it may have arrived" in home


@on_sqlite
def test_a_changed_questionnaire_stops_sending(proposal, world):
    world.set(Round, world.rows(Round)[0]["id"], student_digest="another")
    proposal.press_labelled("Send these mails")
    assert world.rows(Message) == []
    assert "a questionnaire changed" in proposal.html.find(class_="messages").text


# What the page says of the mails is so.


@pytest.fixture
def sent(mailing_app, admin, world):
    """Return a function that sends a batch to these addresses and shows its page."""

    def send(*addresses: str):
        world.places(*({"trainer_address": address} for address in addresses))
        world.act(lambda: builders.send_batch(db.session.get_one(Round, 1)))
        world.act(builders.deliver)
        return admin.go("/desk/batches/1?lang=en")

    return send


def test_with_uncertain_mails_not_all_have_gone(sent):
    page = sent("silent1@company.example", "silent2@company.example", "c@company.example")
    assert "All mails have gone" not in page.text
    assert "Nothing waits any more. The mail server took 1 of 3 mails." in page.text
    assert "2 mails are uncertain: they may have arrived. Decide about them together." in page.text


def test_what_was_put_off_is_not_being_sent(sent):
    page = sent("later451@company.example", "c@company.example")
    assert "What is left waits until it is tried again." in page.text
    assert "The worker is sending" not in page.text


def test_uncertain_mails_are_settled_together(sent, admin, world, mail_server):
    page = sent("silent1@company.example", "silent2@company.example", "c@company.example")
    page.go(page.link("2 mails are uncertain: they may have arrived. Decide about them together."))
    page.press_labelled("Send these 2 mails once more")
    assert "Noted for 2 mails" in page.html.find(class_="messages").text
    before = [mail.mail["Message-ID"] for mail in mail_server.mails if "silent" in mail.recipient]
    world.act(builders.deliver)
    after = [mail.mail["Message-ID"] for mail in mail_server.mails if "silent" in mail.recipient]
    assert after == before * 2
    admin.go("/desk/mails?batch=1&state=uncertain&lang=en").press_labelled("These 2 mails arrived")
    assert states(world) == ["sent"] * 3
    assert all(row["invited_at"] for row in world.rows(builders.Invitation))


@pytest.fixture
def marked(sent, world):
    """Two trainers whose addresses a server denied in one batch, with one that was good."""
    return sent("one550@company.example", "two550@company.example", "c@company.example")


def marks(world) -> int:
    return sum(row["bounced_at"] is not None for row in world.rows(Trainer))


def test_marks_are_lifted_together_and_their_contacts_proposed_again(marked, admin, world):
    assert marks(world) == 2
    admin.go("/desk/mails?state=marked&batch=1&answer=no+such&lang=en").press_labelled(
        "These addresses exist: lift 2 marks"
    )
    assert "2 marks lifted" in admin.html.find(class_="messages").text
    assert marks(world) == 0
    assert world.act(lambda: planner.propose(db.session.get_one(Round, 1)).trainers) == 2
    assert "lift" not in admin.go("/desk/mails?state=marked&lang=en").text


@pytest.mark.parametrize(
    ("query", "lifted"),
    [
        ("batch=1", 2),
        ("batch=2", 0),
        ("since=2026-11-23&until=2026-11-23", 2),
        ("since=2026-11-24", 0),
        ("until=2026-11-22", 0),
        ("answer=5.1.1", 2),
        ("answer=NO SUCH", 2),
        ("answer=%25", 0),
        ("answer=relay", 0),
    ],
)
@on_sqlite
def test_marks_are_lifted_of_a_batch_a_period_or_an_answers_text(marked, flask, world, query, lifted):
    world.act(lambda: planner.propose(db.session.get_one(Round, 1)))  # another batch
    options = [f"--{pair.replace('%25', '%')}" for pair in query.split("&")]
    assert len(flask.json("bounces", "list", *options)["bounces"]) == lifted
    assert flask.json("bounces", "lift", *options, "--dry-run") == {"lifted": lifted}
    assert marks(world) == 2
    assert flask.json("bounces", "lift", *options) == {"lifted": lifted}
    assert marks(world) == 2 - lifted


@on_sqlite
def test_a_mark_that_came_after_is_not_an_earlier_batchs(marked, flask, world):
    for row in world.rows(Trainer):
        world.set(Trainer, row["id"], bounced_at=dt.datetime(2026, 12, 1, tzinfo=dt.UTC))
    assert flask.json("bounces", "lift", "--batch", 1) == {"lifted": 0}


@on_sqlite
def test_no_command_lifts_or_settles_without_saying_which(marked, flask):
    assert "say which" in flask.refuses("bounces", "lift")
    assert "say which" in flask.refuses("messages", "settle", "again")


@on_sqlite
@pytest.mark.parametrize("query", ["batch=x", "batch=0", "batch=99999999999", "since=yesterday", "state=nonsense"])
def test_what_cannot_be_read_lifts_nothing(marked, admin, world, query):
    admin.go("/desk/mails?state=marked&lang=en")
    form = admin.html.main.find_all("form")[-1]
    token = form.find("input", {"name": "csrf_token"})["value"]
    admin.post(f"/desk/mails/lift?{query}", 404, csrf_token=token)
    assert marks(world) == 2


@on_sqlite
def test_uncertain_mails_are_settled_by_command(sent, flask, world, mail_server):
    sent("silent1@company.example", "silent2@company.example", "c@company.example")
    options = ("--since", "2026-11-23", "--batch", 1)
    assert flask.json("messages", "settle", "again", *options, "--dry-run") == {"settled": 2}
    assert states(world) == ["sent", "uncertain", "uncertain"]
    assert flask.json("messages", "settle", "arrived", *options) == {"settled": 2}
    assert states(world) == ["sent"] * 3


def test_a_students_mark_is_lifted_and_the_student_mailed_again(mailing_app, admin, flask, world):
    world.share()
    world.place(student_address="nobody550@school.example", first_name="Sanne")
    world.act(lambda: builders.send_batch(db.session.get_one(Round, 1)))
    world.act(builders.deliver)
    assert flask.json("bounces", "lift", "--batch", 1) == {"lifted": 1}
    assert [row["bounced_at"] for row in world.rows(StudentContact)] == [None]
    assert world.act(lambda: planner.propose(db.session.get_one(Round, 1)).students_direct) == 1
