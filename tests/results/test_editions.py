"""Editions: what is in them, when one is due, and that the last one stays in use until the next is whole."""

import datetime as dt

import pytest
import sqlalchemy as sa

from app import clock
from app.extensions import db
from app.invitations import blocks, rounds
from app.invitations.models import Role, Round
from app.results import editions, files, parquet, report
from app.results.models import Edition, EditionFile, Publication
from app.results.scopes import Scope
from tests import builders
from tests.builders import SCHOOL
from tests.results.people import NURSE, answered, placements, withdraw


@pytest.fixture
def measured(context):
    placements(30)
    placements(25, crebo=NURSE, brin=builders.OTHER_SCHOOL)
    measured = builders.open_round()
    blocks.draw_all(measured)
    db.session.commit()
    return measured


def make(measured) -> Edition:
    made = editions.make(measured)
    db.session.commit()
    return made


def column(edition: Edition, name: str, role: str = "student") -> list:
    path = str(files.path_of(edition, role))
    return [row[0] for row in parquet.ask(f"SELECT {name} FROM read_parquet(?)", [path])]


def test_the_manifest_says_what_is_in_it(measured):
    answered(measured, 6)
    answered(measured, 5, role="trainer")
    manifest = make(measured).manifest
    assert manifest["rows"] | {"reach": 0} == {"student": 6, "trainer": 5, "reach": 0}
    assert manifest["questionnaires"] == {"student": "student-2026", "trainer": "trainer-2026"}
    assert len(manifest["digest"]) == 64


def test_there_is_no_open_text_in_it_and_no_key(measured):
    answered(measured, 5, texts={"went_well": "mark7f3a"})
    make(measured)
    for content in db.session.scalars(sa.select(EditionFile.content)):
        assert b"mark7f3a" not in content
    names = parquet.ask("DESCRIBE SELECT * FROM read_parquet(?)", [str(files.path_of(editions.newest(1), "student"))])
    assert not {"key", "receipt_hash", "month", "q_went_well"} & {row[0] for row in names}


def test_skipped_and_not_asked_are_answers_of_their_own(measured):
    answered(measured, 5, answers={"agreements_made": "no"})
    edition = make(measured)
    assert set(column(edition, "q_grade")) == {"skipped"}
    assert set(column(edition, "q_agreements_written")) == {"not_asked"}
    assert set(column(edition, "q_place_ease")) == {"skipped"}


def test_a_question_of_another_pathway_was_not_asked(measured):
    answered(measured, 5, pathway="BBL")
    blocks.draw_all(measured)
    builders.close_round(measured)
    assert set(column(make(measured), "q_place_ease")) == {"not_asked"}


def test_weights_make_the_answers_look_like_the_placements(measured):
    answered(measured, 40, crebo=NURSE, brin=builders.OTHER_SCHOOL)
    answered(measured, 40)
    edition = make(measured)
    path = str(files.path_of(edition, "student"))
    weights = dict(parquet.ask("SELECT in_sector, sum(weight) FROM read_parquet(?) GROUP BY in_sector", [path]))
    assert weights["01"] / weights["03"] == pytest.approx(30 / 25)


def test_a_new_edition_replaces_the_one_before(measured):
    answered(measured, 5)
    first = make(measured)
    files.path_of(first, "student")
    second = make(measured)
    assert list(db.session.scalars(sa.select(Edition.id))) == [second.id]
    files.path_of(second, "student")
    assert files.forget_gone() == 0  # somebody may still read the first


def test_files_of_an_edition_that_is_gone_go_after_a_while(measured, monkeypatch):
    answered(measured, 5)
    old = files.path_of(make(measured), "student")
    old.with_suffix(".ab12").write_bytes(b"half a file")
    old.with_suffix(".cd34").symlink_to("taken away by another process meanwhile")
    answered(measured, 5)
    kept = files.path_of(make(measured), "student")
    monkeypatch.setattr(files, "IN_USE", -60)
    assert files.forget_gone() == 2
    assert kept.exists() and not old.exists()


def test_an_edition_without_files_is_told(measured):
    answered(measured, 5)
    made = make(measured)
    db.session.execute(sa.delete(EditionFile))
    with pytest.raises(files.EditionGone):
        files.path_of(made, "student")


def test_answers_that_go_by_their_term_make_no_new_edition(measured, app):
    keys = answered(measured, 6)
    make(measured)
    app.config["ANSWER_YEARS"] = 0
    measured.ends_from = dt.date(2026, 10, 31)  # today is in November
    withdraw(keys[0])
    assert not editions.is_due(measured)
    assert editions.with_answers() == []


def test_an_old_round_gets_its_first_edition_all_the_same(measured, app):
    answered(measured, 6)
    app.config["ANSWER_YEARS"] = 0
    measured.ends_from = dt.date(2026, 10, 31)
    assert editions.with_answers() == [measured]
    assert editions.is_due(measured)


def test_the_round_shown_first_is_the_newest_with_enough_answers(measured, monkeypatch):
    answered(measured, 6)
    make(measured)
    assert editions.worth_showing(editions.in_use()).round == measured


def test_a_published_edition_stays_when_a_newer_one_is_made(measured):
    answered(measured, 5)
    first = make(measured).id
    db.session.add(Publication(round_id=measured.id, edition_id=first, published_at=clock.now(), figures={}))
    ids = [make(measured).id for _again in range(2)]
    assert list(db.session.scalars(sa.select(Edition.id).order_by(Edition.id))) == [first, ids[-1]]


def test_a_crash_while_writing_leaves_the_last_edition_in_use(measured, monkeypatch):
    answered(measured, 5)
    first = make(measured).id
    answered(measured, 30)

    def crash(*_arguments):
        raise RuntimeError("power cut")

    monkeypatch.setattr(editions, "_forget_before", crash)
    with pytest.raises(RuntimeError):
        editions.make(measured)
    db.session.rollback()
    assert editions.newest(measured.id).id == first
    assert report.make(editions.newest(measured.id), Role.STUDENT, Scope("school", SCHOOL)).persons == 5


def test_while_the_files_are_made_others_can_write(measured, monkeypatch):
    answered(measured, 6)
    written = parquet.written

    def written_while_somebody_writes(*arguments):
        with db.engine.begin() as other:  # on SQLite this waits, in vain, for whoever holds the database
            other.execute(sa.update(Round).values(mails_per_trainer=Round.id))
        return written(*arguments)

    steps = editions.steps(measured)
    next(steps)
    db.session.commit()
    monkeypatch.setattr(parquet, "written", written_while_somebody_writes)
    next(steps)
    db.session.commit()
    assert next(steps).answers == 6


def test_answers_withdrawn_while_the_files_are_made_stop_the_edition(measured):
    keys = answered(measured, 6)
    steps = editions.steps(measured)
    next(steps)
    db.session.commit()
    withdraw(keys[0])
    next(steps)
    assert next(steps).answers == 0  # the whole increment


def test_every_web_machine_serves_the_same_file(measured, app, tmp_path):
    answered(measured, 5)
    edition = make(measured)
    here = files.path_of(edition, "student").read_bytes()
    app.config["DATA_DIR"] = tmp_path / "another machine"
    assert files.path_of(edition, "student").read_bytes() == here


def test_an_edition_is_due_when_enough_came_in(measured):
    assert not editions.is_due(measured)
    answered(measured, 5)
    assert editions.is_due(measured)
    make(measured)
    answered(measured, editions.ENOUGH - 1)
    assert not editions.is_due(measured)
    answered(measured, 1)
    assert editions.is_due(measured)


def test_an_edition_is_due_when_something_was_withdrawn(measured):
    keys = answered(measured, 6)
    make(measured)
    withdraw(keys[0])
    assert editions.is_due(measured)


def test_newer_answers_do_not_hide_that_something_was_withdrawn(measured):
    keys = answered(measured, 6)
    make(measured)
    answered(measured, 3)
    withdraw(keys[0])
    assert editions.is_due(measured)
    make(measured)
    assert not editions.is_due(measured)


def test_an_edition_is_due_when_the_round_closed(measured):
    answered(measured, 6)
    make(measured)
    rounds.close_round(measured)
    assert not editions.is_due(measured)  # whoever began may still send
    builders.close_round(measured)
    assert editions.is_due(measured)
    make(measured)
    assert not editions.is_due(measured)


def test_the_worker_makes_what_is_due_and_nothing_else(measured):
    answered(measured, 6)
    assert sum(editions.make_due()) > 0
    assert list(editions.make_due()) == []


def test_the_file_of_reach_counts_seats_and_placements(measured):
    builders.send_batch(measured)
    edition = make(measured)
    shown = report.make(edition, Role.STUDENT, Scope("school", SCHOOL))
    assert shown.response == {"placements": 30, "due": 30, "opened": 0, "sent": 0}


def test_the_commands_make_and_show(measured, flask):
    answered(measured, 12, answers={"grade": 7, "guidance_school": "2"})
    [made] = flask.json("results", "edition")["editions"]
    assert (made["student"], made["round"]) == (12, measured.name)
    shown = flask.json("results", "show", "--scope", f"school:{SCHOOL}", "--role", "student")
    assert (shown["n"], shown["edition"]) == (12, made["edition"])
    assert shown["questions"]["grade"]["mean"] == 7
    assert shown["questions"]["guidance_school"]["satisfied"] == 0
    assert shown["questions"]["guidance_school"]["counts"]["2"] == 12


def test_a_scope_that_is_none_is_said(measured, flask):
    assert "write national, sector:NN" in flask.refuses("results", "show", "--scope", "school", "--role", "student")


def test_without_an_edition_the_command_says_what_to_do(measured, flask):
    assert "flask results edition" in flask.refuses("results", "show", "--role", "student")


def test_a_file_of_no_rows_can_be_asked(context, tmp_path):
    empty = tmp_path / "empty.parquet"
    empty.write_bytes(parquet.written({"a": "VARCHAR", "b": "INTEGER"}, []).content)
    assert parquet.ask("SELECT count(*) FROM read_parquet(?)", [str(empty)]) == [(0,)]


def test_values_that_csv_would_break_stay_whole(context, tmp_path):
    odd = 'a "quoted", comma\nand line'
    path = tmp_path / "odd.parquet"
    path.write_bytes(parquet.written({"a": "VARCHAR", "b": "VARCHAR"}, [[odd, None]]).content)
    assert parquet.ask("SELECT a, b FROM read_parquet(?)", [str(path)]) == [(odd, None)]
