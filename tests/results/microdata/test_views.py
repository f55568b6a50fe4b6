"""Microdata by address and by command: what is offered, what is no more, and when a download is recorded."""

from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from app.accounts.models import AuditEntry
from app.extensions import db
from app.results.microdata import dataset as microdata
from app.results.models import Edition, EditionFile
from tests.builders import SCHOOL
from tests.conftest import on_sqlite
from tests.results import answers

pytestmark = on_sqlite
PAGE = "/desk/results/microdata?lang=en"


@pytest.fixture
def published(world):
    """Publish a round; returns its id."""
    return world.act(lambda: answers.published(answers.edition()).round_id)


@pytest.fixture
def erased(world, published):
    """Publish a round and erase the files of its edition, as happens when its answers go."""
    world.act(lambda: db.session.execute(sa.delete(EditionFile)))
    return published


def got(person, address: str):
    return person.client.get(address, base_url=person.base_url)


def downloaded(world) -> list[str]:
    return [one["action"] for one in world.rows(AuditEntry) if one["action"].endswith("_downloaded")]


@contextmanager
def statements(app):
    """Collect what the database is told meanwhile."""
    told: list[str] = []

    def hear(_connection, _cursor, statement, *_rest):
        told.append(statement)

    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", hear)
    yield told
    sa.event.remove(engine, "before_cursor_execute", hear)


def test_a_round_with_its_files_is_offered_per_role(admin, published):
    page = got(admin, PAGE).text
    assert all(f"/desk/results/microdata/{published}/{role}.zip" in page for role in ("student", "trainer"))
    assert "Erased" not in page


def test_a_round_whose_answers_were_erased_is_not_offered(admin, erased):
    page = got(admin, PAGE).text
    assert ".zip" not in page
    assert "Erased with its answers" in page


@pytest.mark.parametrize("role", ["student", "trainer"])
def test_the_file_of_a_round_whose_answers_were_erased_is_not_there(admin, world, erased, role):
    assert got(admin, f"/desk/results/microdata/{erased}/{role}.zip").status_code == 404
    assert downloaded(world) == []


def test_a_file_that_still_lies_on_this_machine_is_not_given_after_its_answers_were_erased(admin, world, published):
    address = f"/desk/results/microdata/{published}/student.zip"
    assert got(admin, address).status_code == 200
    world.act(lambda: db.session.execute(sa.delete(EditionFile)))
    assert got(admin, address).status_code == 404


def test_the_command_says_that_the_answers_were_erased(flask, erased, tmp_path):
    out = tmp_path / "out.zip"
    said = flask.refuses("results", "microdata", "Meting 2026", "--role", "student", "--out", out)
    assert "were erased" in said
    assert not out.exists()


FILES = ("/desk/results/microdata/{}/student.zip", f"/desk/schools/{SCHOOL}/results/download.csv?round={{}}")


@pytest.mark.parametrize("address", FILES)
def test_a_file_is_recorded_when_nothing_more_is_read_for_it(app, admin, world, published, address):
    with statements(app) as told:
        assert got(admin, address.format(published)).status_code == 200
    written = next(n for n, one in enumerate(told) if one.startswith("INSERT INTO audit"))
    assert not [one for one in told[written + 1 :] if "rounds" in one or "edition" in one]
    assert len(downloaded(world)) == 1


def test_a_file_that_could_not_be_made_is_not_recorded(admin, world, published, monkeypatch):
    def fails(*_which):
        raise OSError("no room")

    monkeypatch.setattr(microdata, "make", fails)
    with pytest.raises(OSError, match="no room"):
        got(admin, f"/desk/results/microdata/{published}/student.zip")
    assert downloaded(world) == []


def test_an_edition_without_files_is_not_there(world, erased):
    assert world.act(lambda: [microdata.is_there(one) for one in db.session.scalars(sa.select(Edition))]) == [False]
