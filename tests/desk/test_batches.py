"""From proposal to sending at the desk."""

import pytest

from app.invitations.models import Batch, Round
from app.mailing.models import Message
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
