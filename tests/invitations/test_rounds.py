"""Opening and closing rounds, and holding them to the questionnaires they were sent with."""

import datetime as dt
import shutil
from functools import partial

import pytest
import sqlalchemy as sa

from app import clock
from app.accounts.models import AuditEntry
from app.extensions import db
from app.invitations import helpdesk, rounds
from app.invitations.models import Invitation, Round
from app.invitations.rounds import DefinitionChanged, RoundRefused
from app.questionnaires import loader
from app.results.models import Edition
from tests import builders
from tests.responses.ways import answer, begin, receipt_of, to_summary

AUGUST, JULY = dt.date(2026, 8, 1), dt.date(2027, 7, 31)
DAY = dt.timedelta(days=1)


def fault(*arguments, **options) -> str:
    with pytest.raises(RoundRefused) as caught:
        rounds.open_round(*arguments, **options)
    return caught.value.fault


@pytest.fixture
def definitions(tmp_path, monkeypatch):
    """The definitions, in a folder where they can be changed."""
    folder = tmp_path / "definitions"
    shutil.copytree(loader.DEFINITIONS, folder)
    monkeypatch.setattr(loader, "load_all", partial(loader.load_all.__wrapped__, folder))
    return folder


def change(definitions, name: str = "student-2026.toml") -> None:
    path = definitions / name
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("minutes = ", "minutes = 1", 1), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != text


def test_a_round_closes_its_seat_days_after_its_last_end(context):
    opened = rounds.open_round("Meting", AUGUST, JULY)
    assert opened.closes_on == JULY + 28 * DAY
    assert (opened.due_days, opened.seat_days, opened.mails_per_trainer) == (14, 28, None)


def test_a_round_gives_every_placement_of_its_interval_two_seats(context):
    inside = builders.load(builders.row(planned_end_on=AUGUST, begins_on=AUGUST), builders.row(planned_end_on=JULY))
    builders.load(builders.row(planned_end_on=JULY + DAY))
    opened = builders.open_round()
    for placement in inside:
        assert {builders.seat(placement, role).round_id for role in ("student", "trainer")} == {opened.id}
    assert len(db.session.scalars(sa.select(Invitation)).all()) == 4


def test_the_actual_end_decides_which_round(context):
    builders.load(builders.row(planned_end_on=JULY + DAY, actual_end_on=JULY))
    builders.open_round()
    assert len(db.session.scalars(sa.select(Invitation)).all()) == 2


@pytest.mark.parametrize(("begin", "until"), [(JULY, JULY + DAY), (AUGUST - DAY, AUGUST), (AUGUST + DAY, JULY - DAY)])
def test_rounds_do_not_overlap(context, begin, until):
    rounds.open_round("One", AUGUST, JULY)
    assert fault("Two", begin, until) == "overlapping"


def test_rounds_may_follow_each_other(context):
    rounds.open_round("One", AUGUST, JULY)
    rounds.open_round("Two", JULY + DAY, JULY + 30 * DAY)
    assert [one.name for one in rounds.everything()] == ["Two", "One"]


@pytest.mark.parametrize(
    ("name", "begin", "until", "options", "expected"),
    [
        (" ", AUGUST, JULY, {}, "no_name"),
        ("x" * 101, AUGUST, JULY, {}, "no_name"),
        ("One", JULY, AUGUST, {}, "until_before_from"),
        ("One", AUGUST, JULY, {"closes_on": AUGUST - DAY}, "closes_before_end"),
        ("One", AUGUST, JULY, {"student_questionnaire": "none"}, "unknown_questionnaire"),
        ("One", AUGUST, JULY, {"student_questionnaire": "trainer-2026"}, "wrong_role"),
    ],
)
def test_a_round_that_cannot_be_is_refused(context, name, begin, until, options, expected):
    assert fault(name, begin, until, **options) == expected
    assert rounds.everything() == []


def test_a_name_is_given_once(context):
    rounds.open_round("One", AUGUST, JULY)
    assert fault(" One ", JULY + DAY, JULY + DAY) == "name_taken"


def test_a_round_is_found_by_name_and_else_by_id(context):
    first = rounds.open_round("One", AUGUST, JULY)
    second = rounds.open_round(str(first.id), JULY + DAY, JULY + DAY)
    assert rounds.find("One") is first
    assert rounds.find(str(first.id)) is second
    assert rounds.find(str(second.id)) is second


@pytest.mark.parametrize("text", ["None", "-1", "99", "9" * 30])
def test_what_is_no_round_is_not_found(context, text):
    assert rounds.find(text) is None


def test_a_round_runs_until_it_closes(context):
    opened = rounds.open_round("One", AUGUST, JULY, closes_on=dt.date(2026, 12, 1))
    builders.set_clock("2026-12-01")
    assert rounds.running() == [opened]
    builders.set_clock("2026-12-02")
    assert rounds.running() == []


def test_closing_closes_now_and_once(context):
    opened = builders.open_round()
    rounds.close_round(opened)
    closed_at = opened.closed_at
    builders.set_clock("2026-12-01")
    rounds.close_round(opened)
    assert opened.closed_at == closed_at
    assert rounds.running() == []


def test_a_round_is_over_an_hour_after_it_closed(context):
    opened = builders.open_round(closes_on=dt.date(2027, 7, 31))
    for moment, over in (("2027-08-01T00:59", False), ("2027-08-01T01:00", True)):
        builders.set_clock(moment)
        assert (opened.is_closed(clock.today()), opened.is_over()) == (True, over)
    builders.set_clock("2026-11-23T12:00")
    rounds.close_round(opened)
    for moment, over in (("2026-11-23T12:59", False), ("2026-11-23T13:00", True)):
        builders.set_clock(moment)
        assert opened.is_over() is over


def test_opening_and_closing_are_noted(context):
    rounds.close_round(builders.open_round())
    assert list(db.session.scalars(sa.select(AuditEntry.action))) == ["round_opened", "round_closed"]


def test_questionnaires_bind_at_the_first_sending(context):
    opened = builders.open_round()
    assert opened.student_digest is None
    rounds.bind(opened)
    assert opened.student_digest == loader.load_all()["student-2026"].digest
    assert opened.trainer_digest == loader.load_all()["trainer-2026"].digest


def test_a_questionnaire_may_change_before_the_first_sending(context, definitions):
    opened = builders.open_round()
    change(definitions)
    rounds.bind(opened)
    rounds.check_definitions()


@pytest.mark.parametrize("name", ["student-2026.toml", "trainer-2026.toml"])
def test_a_questionnaire_may_not_change_after_it(context, definitions, name):
    opened = builders.open_round()
    rounds.bind(opened)
    change(definitions, name)
    with pytest.raises(DefinitionChanged, match=f"Meting 2026.*{name}"):
        rounds.bind(opened)
    with pytest.raises(DefinitionChanged, match=f"Meting 2026.*{name}"):
        rounds.check_definitions()


def test_a_comment_in_a_questionnaire_is_no_change(context, definitions):
    rounds.bind(builders.open_round())
    with (definitions / "student-2026.toml").open("a", encoding="utf-8") as file:
        file.write("\n# a remark\n")
    rounds.check_definitions()


@pytest.mark.parametrize("how", ["student begins", "trainer looks", "trainer begins", "passed on"])
def test_a_round_is_bound_by_whoever_begins_or_passes_a_link_on(world, visitor, how):
    place = world.place()
    assert world.rows(Round)[0]["student_digest"] is None
    if how == "student begins":
        begin(visitor(), place.copy)
    elif how == "trainer begins":
        begin(visitor(), place.part)
    else:
        trainer = visitor().go(place.trainers_page).press("who", "trainer")
        if how == "passed on":
            world.set(Round, 1, student_digest=None, trainer_digest=None)
            trainer.press("via", "copy")
    assert world.rows(Round)[0]["student_digest"] == loader.load_all()["student-2026"].digest


@pytest.mark.parametrize("how", ["mail again", "hand over", "links"])
def test_a_round_is_bound_by_its_first_mail_or_link(flask, world, visitor, tmp_path, how):
    place = world.place(trainer_address="boss@company.example")
    if how == "mail again":
        world.act(lambda: helpdesk.mail_again(db.session.get_one(Invitation, place.student)))
    elif how == "hand over":
        trainer = visitor().go(place.trainers_page).press("who", "trainer")
        trainer.press("ask", "exits").press("exit", "colleague", address="colleague@company.example")
    else:
        flask.run("links", "export", "Meting 2026", "--role", "trainer", "--out", tmp_path / "links.csv")
    assert world.rows(Round)[0]["trainer_digest"] == loader.load_all()["trainer-2026"].digest


def test_no_edition_and_no_export_is_made_with_another_file(flask, world, visitor, definitions, tmp_path):
    answer(visitor(), world.place().copy)
    change(definitions)
    for command in (("results", "edition"), ("responses", "export", "Meting 2026", "--out", tmp_path / "all.csv")):
        assert "began with another student-2026.toml" in flask.refuses(*command, code=1)
    assert world.rows(Edition) == []


def test_links_and_receipts_survive_that_a_questionnaire_is_gone(world, visitor, definitions):
    first, other = world.places({}, {})
    student = answer(visitor(), first.copy)
    receipt = receipt_of(student)
    (definitions / "student-2026.toml").unlink()
    assert "no longer here" in visitor().go(f"{other.copy}?lang=en", 410).text
    shown = visitor().go("/receipt?lang=en").press("go", "read", receipt=receipt)
    assert "no longer here" in shown.text
    assert "are withdrawn" in shown.press("go", "withdraw").text


def test_a_module_is_asked_where_the_round_says_so(flask, world, visitor, tmp_path):
    dates = ("--ends-from", "2026-08-01", "--ends-until", "2027-07-31")
    assert flask.json("rounds", "open", "Safe", *dates, "--module", "safety")["modules"] == ["safety"]
    place = world.place()
    student = to_summary(begin(visitor(), f"{place.copy}?lang=en"), felt_safe="never")
    assert "Have you felt safe at the company?" in student.text
    student.press("go", "send")
    assert world.sent()[0]["answers"] == {"felt_safe": "never"}
    out = tmp_path / "all.csv"
    flask.run("responses", "export", "Safe", "--out", out)
    assert "felt_safe" in out.read_text(encoding="utf-8-sig").splitlines()[0]


def test_a_module_that_nobody_asks_cannot_be_switched_on(context, definitions):
    path = definitions / "student-2026.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('module = "safety"\n', ""), encoding="utf-8")
    assert fault("Safe", AUGUST, JULY, modules=["safety"]) == "no_module"


def test_a_questionnaire_that_is_gone_is_missed_even_before_the_first_sending(context, definitions):
    opened = builders.open_round()
    (definitions / "student-2026.toml").unlink()
    with pytest.raises(DefinitionChanged, match="student-2026.toml, which is not there"):
        rounds.bind(opened)
    assert opened.student_digest is None


def test_a_closed_round_is_held_to_its_questionnaires_too(context, definitions):
    opened = builders.open_round()
    rounds.bind(opened)
    rounds.close_round(opened)
    change(definitions)
    with pytest.raises(DefinitionChanged):
        rounds.check_definitions()
