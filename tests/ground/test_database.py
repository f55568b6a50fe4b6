"""How each database is set up, and when a transaction takes the write lock."""

import datetime as dt
import sqlite3
import threading

import pytest
import sqlalchemy as sa

from app import create_app
from app.database import UtcDateTime, by_number, insert_into
from app.extensions import db
from app.reference.models import School
from tests import builders
from tests.conftest import settings


def is_locked(app) -> bool:
    """Tell whether someone holds SQLite's write lock."""
    path = app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///")
    other = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")
    except sqlite3.OperationalError:
        return True
    finally:
        other.close()
    return False


@pytest.fixture
def on_sqlite(app):
    if "sqlite" not in app.config["SQLALCHEMY_DATABASE_URI"]:
        pytest.skip("about SQLite")
    return app


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 30000), ("secure_delete", 1)],
)
def test_each_sqlite_connection_is_set_up(on_sqlite, pragma, value):
    with on_sqlite.app_context():
        assert db.session.scalar(sa.text(f"PRAGMA {pragma}")) == value


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_reading_request_takes_no_lock(on_sqlite, method):
    with on_sqlite.test_request_context(method=method):
        db.session.scalar(sa.select(School.brin).limit(1))
        assert not is_locked(on_sqlite)


def test_a_writing_request_takes_the_lock_at_once(on_sqlite):
    with on_sqlite.test_request_context(method="POST"):
        db.session.scalar(sa.select(School.brin).limit(1))
        assert is_locked(on_sqlite)


def test_a_command_takes_the_lock_at_once(on_sqlite):
    with on_sqlite.app_context():
        db.session.scalar(sa.select(School.brin).limit(1))
        assert is_locked(on_sqlite)


def test_the_lock_ends_with_the_transaction(on_sqlite):
    with on_sqlite.app_context():
        db.session.scalar(sa.select(School.brin).limit(1))
        db.session.rollback()
        assert not is_locked(on_sqlite)


def test_writers_of_one_process_go_one_after_the_other(on_sqlite):
    """The second waits for the first to end, and then writes at once."""
    wrote = []

    def write() -> None:
        with on_sqlite.app_context():
            db.session.scalar(sa.select(School.brin).limit(1))
            wrote.append(is_locked(on_sqlite))

    second = threading.Thread(target=write)
    with on_sqlite.app_context():
        db.session.scalar(sa.select(School.brin).limit(1))
        second.start()
        second.join(0.2)
        assert wrote == []
        db.session.rollback()
    second.join(5)
    assert wrote == [True]


def test_a_writer_that_waits_too_long_says_so_and_keeps_nobody_waiting(on_sqlite, monkeypatch):
    monkeypatch.setattr("app.database.PATIENCE", 0.1)
    path = on_sqlite.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///")
    other = sqlite3.connect(path, isolation_level=None)
    with on_sqlite.app_context():
        db.session.execute(sa.text("PRAGMA busy_timeout=50"))
        db.session.rollback()
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sa.exc.OperationalError):
            db.session.scalar(sa.select(School.brin).limit(1))
        db.session.rollback()
        other.close()
        assert db.session.scalar(sa.select(School.brin).limit(1))


def test_foreign_keys_hold_on_both_databases(context):
    row = builders.row(brin="99ZZ")
    with pytest.raises(sa.exc.IntegrityError):
        builders.load(row)


def test_a_time_comes_back_aware_and_in_utc(context):
    opened = builders.open_round()
    db.session.expire_all()
    assert opened.opened_at == dt.datetime(2026, 11, 23, 11, tzinfo=dt.UTC)
    assert opened.opened_at.utcoffset() == dt.timedelta(0)


def test_nobody_but_its_owner_reads_the_file(tmp_path):
    file = tmp_path / "bpv.sqlite"
    app = create_app(settings(DATABASE_URL=f"sqlite:///{file}"))
    with app.app_context(), db.engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE one (id INTEGER)")
        assert sorted(one.name for one in tmp_path.iterdir()) == ["bpv.sqlite", "bpv.sqlite-shm", "bpv.sqlite-wal"]
        assert {one.stat().st_mode & 0o777 for one in tmp_path.iterdir()} == {0o600}


def test_a_file_that_others_could_read_is_closed_to_them(tmp_path):
    file = tmp_path / "bpv.sqlite"
    file.touch(0o644)
    app = create_app(settings(DATABASE_URL=f"sqlite:///{file}"))
    with app.app_context(), db.engine.connect():
        assert file.stat().st_mode & 0o777 == 0o600


def test_a_time_without_a_zone_is_not_stored():
    with pytest.raises(ValueError, match="zone"):
        UtcDateTime().process_bind_param(dt.datetime(2026, 1, 1), None)  # noqa: DTZ001


def test_an_insert_knows_what_to_do_on_conflict(context):
    row = insert_into(School).values(brin=builders.SCHOOL, name="Again").on_conflict_do_nothing()
    assert db.session.scalars(row.returning(School.brin)).all() == []


@pytest.mark.parametrize("text", ["0", "-1", "x", "", "9" * 30])
def test_a_number_no_row_has_finds_nothing(context, text):
    assert by_number(School, text) is None
