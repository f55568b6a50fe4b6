"""Rounds, batches, reach, links and questionnaires by command."""

import csv
import shutil
from functools import partial

import pytest

from app.questionnaires import loader
from tests import builders

OPEN = ("rounds", "open", "Meting 2026", "--ends-from", "2026-08-01", "--ends-until", "31-07-2027")
NOTHING = {
    "queued": 0,
    "claimed": 0,
    "sending": 0,
    "sent": 0,
    "failed": 0,
    "dropped": 0,
    "uncertain": 0,
    "bounced": 0,
    "held": 0,
}
LEFT_OUT = dict.fromkeys(
    (
        "withdrawn",
        "status",
        "closed",
        "already_invited",
        "not_due",
        "opted_out",
        "bounced",
        "no_address",
        "over_cap",
    ),
    0,
)


@pytest.fixture
def placements(app):
    """Two trainers' students, one of them with an address."""
    with app.app_context():
        builders.sharing_school()
        builders.load(builders.row(), builders.row(student_address="s1@school.example"))


@pytest.fixture
def opened(flask, placements) -> dict:
    return flask.json(*OPEN)


def test_a_round_is_opened_listed_and_closed(flask):
    opened = flask.json(*OPEN)
    assert opened == {
        "id": opened["id"],
        "name": "Meting 2026",
        "ends_from": "2026-08-01",
        "ends_until": "2027-07-31",
        "closes_on": "2027-08-28",
        "closed": False,
        "due_days": 14,
        "reminder_days": [7, 14],
        "seat_days": 28,
        "student_questionnaire": "student-2026",
        "trainer_questionnaire": "trainer-2026",
        "modules": [],
    }
    assert flask.json("rounds", "list") == {"rounds": [opened]}
    assert flask.json("rounds", "close", "Meting 2026") == opened | {"closed": True}


def test_options_of_a_round_are_kept(flask):
    options = ("--closes-on", "2027-08-01", "--due-days", "400", "--seat-days", "10", "--mails-per-trainer", "2")
    opened = flask.json(*OPEN, *options)
    assert (opened["closes_on"], opened["due_days"], opened["seat_days"]) == ("2027-08-01", 400, 10)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (OPEN, "already is a round 'Meting 2026'"),
        (("rounds", "open", "Two", *OPEN[3:]), "overlaps with round 'Meting 2026'"),
        (("rounds", "open", " ", *OPEN[3:]), "name"),
        (("rounds", "open", "x" * 101, *OPEN[3:]), "name"),
        (("rounds", "open", "Two", "--ends-from", "2028-02-01", "--ends-until", "2028-01-01"), "before it begins"),
        (("rounds", "open", "Two", "--ends-from", "2028-02-31", "--ends-until", "2028-03-01"), "2028-02-31"),
        ((*OPEN, "--closes-on", "2026-01-01"), "before its interval begins"),
        ((*OPEN, "--due-days", "-1"), "-1"),
        ((*OPEN, "--student-questionnaire", "none"), "no questionnaire 'none'"),
        ((*OPEN, "--trainer-questionnaire", "student-2026"), "other role"),
        (("rounds", "close", "None"), "no round 'None'"),
        (("batches", "propose", "None"), "no round 'None'"),
        (("batches", "send", "99"), "no batch '99'"),
        (("batches", "show", "x"), "no batch 'x'"),
        (("batches", "show", "9" * 20), "no batch"),
        (("reach", "None"), "no round 'None'"),
        (("reach", "Meting 2026", "--on", "someday"), "someday"),
        (("links", "export", "Meting 2026", "--role", "king", "--out", "x.csv"), "king"),
        (("links", "export", "Meting 2026", "--role", "student", "--out", "/no/where.csv"), "cannot be written"),
    ],
)
def test_what_cannot_be_is_said_in_words(flask, opened, arguments, words):
    assert words in flask.refuses(*arguments)
    assert len(flask.json("rounds", "list")["rounds"]) == 1


def test_a_batch_is_proposed_sent_and_shown(flask, opened):
    proposed = flask.json("batches", "propose", opened["id"])
    batch = proposed.pop("batch")
    assert proposed == {"trainers": 2, "students_direct": 1, "seats": 4, "left_out": LEFT_OUT}
    assert flask.json("batches", "show", batch) == NOTHING
    assert flask.json("batches", "send", batch) == {"queued": 3}
    assert flask.json("batches", "send", batch) == {"queued": 0}
    assert flask.json("batches", "show", batch) == NOTHING | {"queued": 3}


def test_a_proposal_for_another_day(flask, opened):
    assert flask.json("batches", "propose", "Meting 2026", "--on", "2026-10-01")["left_out"]["not_due"] == 4


def test_a_batch_is_paused_resumed_and_cancelled(flask, opened):
    batch = flask.json("batches", "propose", opened["id"])["batch"]
    flask.json("batches", "send", batch)
    assert flask.json("batches", "pause", batch) == {"held": 3}
    assert flask.json("batches", "resume", batch) == {"queued": 3}
    assert flask.json("batches", "cancel", batch) == {"dropped": 3}
    assert flask.json("batches", "show", batch) == NOTHING | {"dropped": 3}
    assert "cancelled" in flask.refuses("batches", "send", batch)
    assert flask.json("batches", "propose", opened["id"])["seats"] == 4


def test_a_closed_round_sends_nothing(flask, opened):
    batch = flask.json("batches", "propose", opened["id"])["batch"]
    flask.json("rounds", "close", opened["id"])
    assert "closed" in flask.refuses("batches", "send", batch)
    assert flask.json("batches", "propose", opened["id"])["left_out"] == LEFT_OUT | {"closed": 4}


def test_reach_counts_by_role_and_route(flask, opened, app):
    steps = ("due", "reachable", "invited", "passed_on", "opened", "started", "sent")
    found = flask.json("reach", opened["id"])
    assert found["trainer"] == dict.fromkeys(steps, 0) | {"due": 2, "reachable": 2}
    assert (
        found["student"]["direct"]
        == found["student"]["forwarded"]
        == dict.fromkeys(steps, 0)
        | {
            "due": 1,
            "reachable": 1,
        }
    )
    assert flask.json("reach", opened["id"], "--on", "2026-10-01")["trainer"]["due"] == 0


def test_links_are_exported(flask, opened, tmp_path):
    for options, part in ((("student",), "/s/"), (("trainer",), "/t/"), (("trainer", "--parts"), "/s/")):
        out = tmp_path / "links.csv"
        assert flask.json("links", "export", "Meting 2026", "--out", out, "--role", *options) == {"links": 2}
        with out.open(encoding="utf-8", newline="") as file:
            assert all(part in row["url"] for row in csv.DictReader(file))


def test_without_json_there_are_lines_to_read(flask, opened):
    assert "Meting 2026" in flask.run("rounds", "list").stdout
    assert "not_due" in flask.run("batches", "propose", opened["id"]).stdout


@pytest.fixture
def definitions(tmp_path, monkeypatch):
    """The definitions, in a folder where they can be changed."""
    folder = tmp_path / "definitions"
    shutil.copytree(loader.DEFINITIONS, folder)
    monkeypatch.setattr(loader, "load_all", partial(loader.load_all.__wrapped__, folder))
    return folder


def test_questionnaires_are_checked(flask):
    assert set(flask.json("questionnaires", "check")) == {"student-2026", "trainer-2026"}


def test_a_faulty_questionnaire_is_input_that_cannot_be_used(flask, definitions):
    (definitions / "student-2026.toml").write_text("id = [", encoding="utf-8")
    assert "student-2026.toml" in flask.refuses("questionnaires", "check")


def test_a_questionnaire_that_a_round_was_sent_with_must_not_change(flask, opened, definitions):
    flask.json("batches", "send", flask.json("batches", "propose", opened["id"])["batch"])
    path = definitions / "trainer-2026.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("minutes = ", "minutes = 1", 1), encoding="utf-8")
    again = flask.json("batches", "propose", opened["id"])["batch"]
    for command in (("questionnaires", "check"), ("batches", "send", again)):
        words = flask.refuses(*command, code=1)
        assert "'Meting 2026'" in words
        assert "trainer-2026.toml" in words
