"""From a message to a mail: the headers its kind asks for, on both databases since opt-outs are looked up."""

import email
import email.policy

import pytest

from app.extensions import db
from app.hashing import address_hash
from app.mailing import composing, kinds, opt_outs
from app.mailing.kinds import Kind
from app.mailing.letter import Letter, NotWanted
from app.mailing.models import Message

NOTE = Message(id=12, kind="note", subject_id=1, to="Ada@Example.org")


def letter_for(message: Message = NOTE) -> Letter:
    letter = composing.letters_for([message])[message.id]
    if isinstance(letter, Exception):
        raise letter
    return letter


def composed(message: Message = NOTE) -> email.message.EmailMessage:
    content = composing.compose(message, letter_for(message)).as_bytes()
    return email.message_from_bytes(content, policy=email.policy.default)


@pytest.fixture
def asked_for(notes, mailing_app):
    """Make the note a mail somebody asked for."""
    kinds.register(mailing_app, Kind("note", notes.render_many, opt_out=False))


def test_a_mail_says_what_kind_it_is_and_that_a_machine_made_it(notes):
    mail = composed()
    assert mail["X-BPV-Kind"] == "note"
    assert mail["Auto-Submitted"] == "auto-generated"


def test_mail_nobody_asked_for_can_be_stopped_with_one_click(notes):
    mail = composed()
    url = opt_outs.opt_out_url("ada@example.org")
    assert mail["List-Unsubscribe"] == f"<{url}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert url in mail.get_body(("plain",)).get_content().splitlines()


def test_mail_somebody_asked_for_speaks_of_no_stopping(asked_for):
    mail = composed()
    assert mail["List-Unsubscribe"] is None
    assert mail["List-Unsubscribe-Post"] is None
    assert "opt-out" not in mail.as_string()


def test_a_message_has_one_message_id_and_no_other_has_the_same(notes):
    other = Message(id=13, kind="note", subject_id=1, to="ada@example.org")
    assert composed()["Message-ID"] == composed()["Message-ID"]
    assert composed()["Message-ID"] != composed(other)["Message-ID"]
    assert composed()["Message-ID"].endswith("@bpv.example>")


def test_a_message_id_cannot_be_foretold_without_the_key(notes, mailing_app):
    before = composed()["Message-ID"]
    mailing_app.config["HASH_KEY"] = "o" * 40
    assert composed()["Message-ID"] != before


def test_who_opted_out_gets_no_letter(notes):
    opt_outs.opt_out(address_hash("ada@example.org"))
    db.session.commit()
    with pytest.raises(NotWanted) as unwanted:
        letter_for()
    assert unwanted.value.reason == "opted_out"


def test_an_opt_out_leaves_mail_somebody_asked_for_alone(asked_for):
    opt_outs.opt_out(address_hash("ada@example.org"))
    assert letter_for().to == "Ada@Example.org"


def test_no_address_but_the_recipients_stands_in_a_mail(notes):
    mail = composed()
    assert mail["To"] == "Ada@Example.org"
    assert mail["Cc"] is None
    assert mail["Bcc"] is None
