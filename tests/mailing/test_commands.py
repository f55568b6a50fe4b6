"""`flask messages list` and `flask optouts list`: ids and hashes, never an address."""

import json

import pytest

from app.extensions import db
from app.hashing import address_hash
from app.mailing import opt_outs
from app.mailing.states import MailStatus
from tests.mailing.notes import put, queue


@pytest.fixture
def run(app):
    """Return a function that runs a command and returns what it printed."""

    def run_command(*arguments: str) -> str:
        result = app.test_cli_runner().invoke(args=arguments)
        assert result.exit_code == 0, result.output
        return result.output

    return run_command


@pytest.fixture
def two_messages(app):
    with app.app_context():
        ids = queue("ada@example.org", "ben@example.org")
        put(ids[0], status=MailStatus.FAILED, reason="no_such_address")
        return ids


def test_messages_are_listed_by_id(run, two_messages):
    listed = json.loads(run("messages", "list", "--json"))["messages"]
    assert [message["id"] for message in listed] == two_messages
    assert (listed[0]["status"], listed[0]["reason"]) == ("failed", "no_such_address")


def test_messages_can_be_listed_by_state(run, two_messages):
    (listed,) = json.loads(run("messages", "list", "--state", "queued", "--json"))["messages"]
    assert listed["id"] == two_messages[1]


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_no_list_shows_an_address(app, run, two_messages, form):
    with app.app_context():
        opt_outs.opt_out(address_hash("ada@example.org"))
        db.session.commit()
    printed = run("messages", "list", *form) + run("optouts", "list", *form)
    assert "@" not in printed
    assert "ada" not in printed


def test_opt_outs_are_listed_by_hash_and_day(app, run):
    with app.app_context():
        hashed = address_hash("ada@example.org")
        opt_outs.opt_out(hashed)
        db.session.commit()
    assert json.loads(run("optouts", "list", "--json")) == {"optouts": [{"address_hash": hashed, "on": "2026-11-23"}]}
