"""A mail scanner that fetches every link of every mail, twice, changes nothing."""

import re

import pytest

from app.extensions import db
from tests import builders

TWICE_EACH = ("GET", "HEAD") * 2


@pytest.fixture
def mails(mailing_app, world, visitor, mail_server):
    """One mail of every kind that goes to people."""
    world.share()
    place, _direct = world.places({}, {"student_address": "s@school.example"})
    world.act(lambda: builders.send_batch(db.session.scalars(db.select(builders.Round)).one()))
    trainer = visitor().go(place.trainers_page).press("who", "trainer")
    trainer.press("via", "mail-me").press(None).press("via", "via-us", address="student@school.example")
    world.act(builders.deliver)
    kinds = {received.mail["X-BPV-Kind"] for received in mail_server.mails}
    assert kinds == {"invite_trainer", "invite_student", "forwardable", "via_us"}
    return mail_server.mails


def test_a_mail_scanner_changes_nothing(mails, app, world):
    texts = [part for received in mails for part in (received.text, received.html, received.mail["List-Unsubscribe"])]
    found = {link for text in texts if text for link in re.findall(r"http://bpv\.example/[^\s\"'<>)]+", text)}
    assert {link.split("/")[3] for link in found} == {"s", "t", "opt-out"}
    before = world.dump()
    client = app.test_client()
    for link in sorted(found):
        for method in TWICE_EACH:
            assert client.open(link, method=method).status_code == 200, link
    assert world.dump() == before
