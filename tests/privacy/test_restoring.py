"""A backup of the database that is put back: refused until it is in order; then nothing goes twice or comes back."""

import datetime as dt
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from app import checks, clock
from app.extensions import db
from app.forwarding import reminding
from app.invitations.models import Announcement, Batch, Invitation, Round
from app.mailing import outbox
from app.mailing.models import Message
from app.placements.models import StudentContact
from app.privacy import restoring
from app.responses.models import Response
from app.worker import loop, periodic
from app.worker.models import PeriodicRun
from tests import builders
from tests.conftest import on_sqlite
from tests.responses.ways import answer, receipt_of

SAM = "sam@school.example"


@pytest.fixture
def backup(app, database_url, request):
    """Return a maker of backups, each of which puts itself back when called."""

    def copy() -> object:
        with app.app_context():
            db.engine.dispose()
        if database_url.startswith("sqlite"):
            file = Path(database_url.removeprefix("sqlite:///"))
            kept = file.with_suffix(".backup")
            with closing(sqlite3.connect(file)) as connection:
                connection.execute("VACUUM INTO ?", [str(kept)])
            return lambda: _put_back_file(app, file, kept)
        server, name = database_url.rsplit("/", 1)
        _sql(server, f'CREATE DATABASE "{name}_backup" TEMPLATE "{name}"')
        request.addfinalizer(lambda: _sql(server, f'DROP DATABASE "{name}_backup" WITH (FORCE)'))
        return lambda: _put_back_database(app, server, name)

    return copy


def _put_back_file(app, file: Path, kept: Path) -> None:
    with app.app_context():
        db.engine.dispose()
    for beside in ("-wal", "-shm"):
        Path(f"{file}{beside}").unlink(missing_ok=True)
    shutil.copy(kept, file)


def _put_back_database(app, server: str, name: str) -> None:
    with app.app_context():
        db.engine.dispose()
    _sql(server, f'DROP DATABASE "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}" TEMPLATE "{name}_backup"')


def _sql(server: str, *statements: str) -> None:
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def go_on(world) -> None:
    """Let the product run on: its epoch grows, and is written down."""
    for _step in range(2):
        world.act(restoring.keep)


def test_a_link_mailed_since_the_backup_opens_nobody_elses_page(world, backup, visitor):
    world.place()
    put_back = backup()
    lost = world.place(agreement_number="lost")
    put_back()
    found = world.place(agreement_number="found")
    assert (found.student, found.trainer) == (lost.student, lost.trainer)  # the same ids, handed out again
    for link in (lost.copy, lost.direct, lost.part, lost.trainers_page):
        assert visitor().go(link, 410).page in ("ended", "replaced")
    assert visitor().go(found.copy).page == "start"


def test_an_older_database_is_refused_until_it_is_in_order(world, app, flask, backup):
    go_on(world)
    put_back = backup()
    go_on(world)
    put_back()
    assert "run `flask restored`" in flask.refuses("worker", "--until-idle", code=1)
    assert "a backup was put back" in flask.run("check", "--json", code=1).stdout
    with pytest.raises(SystemExit, match="Not started: .*a backup was put back"):
        checks.refuse_start(app)
    flask.json("restored")
    checks.refuse_start(app)
    assert flask.json("worker", "--until-idle")["sent"] == 0


def test_a_running_worker_ends_where_a_backup_is_put_back(world, app, backup):
    go_on(world)
    put_back = backup()
    go_on(world)
    put_back()
    running = loop.Worker(app)
    running.run()
    assert "flask restored" in running.trouble


@on_sqlite
def test_another_database_may_have_the_same_folder(world, app):
    go_on(world)
    world.act(lambda: db.session.execute(sa.delete(restoring.Epoch)))  # one that was newly made
    go_on(world)
    checks.refuse_start(app)
    assert len(list(app.config["DATA_DIR"].glob("epoch-*.txt"))) == 2


def test_after_a_restore_nothing_goes_twice(mailing_app, world, flask, backup, mail_server):
    world.share()
    place, _other = world.places({"student_address": SAM}, {"student_address": "eve@school.example"})
    with mailing_app.app_context():
        batch = builders.send_batch(db.session.scalars(sa.select(Round)).one()).id
        outbox.enqueue("lost_link", 0, to=SAM)
        ids = list(db.session.scalars(sa.select(Message.id).order_by(Message.id)))
        leased = {"lease_until": clock.machine_now() + dt.timedelta(hours=1)}
        for id_, status in zip(ids, ("claimed", "sending"), strict=False):
            db.session.execute(sa.update(Message).where(Message.id == id_).values(status=status, **leased))
        db.session.commit()
    go_on(world)
    put_back = backup()
    go_on(world)
    put_back()
    said = flask.json("restored")
    assert (said["uncertain"], said["held"], said["batches_paused"]) == (1, len(ids) - 1, 1)
    assert world.act(builders.deliver)["sent"] == 0
    assert flask.json("restored") | {"periodic_work_freed": 0} == dict.fromkeys(said, 0)
    assert flask.json("messages", "release") == {"queued": 1}
    assert world.rows(Batch, Batch.id == batch)[0]["paused_at"]
    assert world.act(builders.deliver)["sent"] == 1
    assert len(mail_server.to(SAM)) == 1


def test_reminders_that_may_have_gone_are_held(mailing_app, world, flask, backup):
    world.share()
    place = world.place(student_address=SAM)
    with mailing_app.app_context():
        builders.send_batch(db.session.scalars(sa.select(Round)).one())
    assert world.act(builders.deliver)["sent"]
    world.set(Invitation, place.student, mailed_at=dt.datetime(2026, 11, 16, 12, tzinfo=dt.UTC))
    backup()()
    assert flask.json("restored")["held"] == 1
    assert len(world.rows(Announcement, Announcement.step == "remind-7")) == 1
    with mailing_app.app_context():
        assert list(reminding.work()) == []


def test_who_was_erased_and_what_was_withdrawn_stay_so(world, app, flask, backup, visitor):
    world.share()
    erased, answered = world.places({"student_address": SAM}, {})
    receipt = receipt_of(answer(visitor(), answered.copy))
    with app.app_context():
        assert "erase_what_is_due" in periodic.run_due()
    put_back = backup()
    flask.json("privacy", "forget", SAM)
    visitor().post("/receipt", receipt=receipt, go="withdraw")
    put_back()
    assert (len(world.rows(StudentContact)), len(world.sent())) == (1, 1)
    said = flask.json("restored")
    assert said["withdrawn_again"] == 1
    assert said["forgotten_again"] > 0
    assert said["periodic_work_freed"] == len(periodic.TASKS)
    assert (world.rows(StudentContact), world.sent(), world.rows(PeriodicRun)) == ([], [], [])
    assert world.refusal(erased.student) == "person"


@on_sqlite
@pytest.mark.parametrize("where", ["file", "file/below"])
def test_a_folder_that_cannot_be_written_is_refused_at_the_start_and_named(app, flask, tmp_path, where):
    (tmp_path / "file").write_text("")
    app.config["DATA_DIR"] = tmp_path / where
    assert "must be a folder we can write in" in flask.refuses("worker", code=1)
    assert "DATA_DIR" in flask.run("check", "--json", code=1).stdout
    with pytest.raises(SystemExit, match="Not started: DATA_DIR"):
        checks.refuse_start(app)


@on_sqlite
def test_what_cannot_be_written_down_is_not_withdrawn(world, app, flask, tmp_path, visitor):
    receipt = receipt_of(answer(visitor(), world.place().copy))
    (tmp_path / "file").write_text("")
    app.config["DATA_DIR"] = tmp_path / "file"
    with pytest.raises(OSError, match="file"):
        flask.runner.invoke(args=["receipts", "withdraw", receipt], catch_exceptions=False)
    assert len(world.rows(Response)) == 1
