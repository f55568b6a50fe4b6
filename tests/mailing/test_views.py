"""The page that asks, and the POST that opts out, from that page or from a mail program's own button."""

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.mailing import opt_outs


@pytest.fixture
def path(app):
    """The path of Ada's link."""
    with app.app_context():
        return opt_outs.opt_out_url("ada@example.org").removeprefix("http://bpv.example")


@pytest.fixture
def statements(app):
    """Every statement the database is asked from now on."""
    asked: list[str] = []
    with app.app_context():
        sa.event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    return asked


def has_opted_out(app) -> bool:
    with app.app_context():
        return bool(opt_outs.among(["ada@example.org"]))


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_changes_nothing_however_often(app, client, path, method):
    for _time in range(2):
        assert client.open(path, method=method).status_code == 200
    assert not has_opted_out(app)


def test_posting_opts_out(app, client, path):
    assert client.post(path).status_code == 200
    assert has_opted_out(app)


def test_posting_twice_is_the_same_as_once(app, client, path):
    first, second = client.post(path), client.post(path)
    assert (first.status_code, second.status_code) == (200, 200)
    assert has_opted_out(app)


def test_a_mail_programs_own_button_opts_out_without_a_page(app, client, path):
    assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert has_opted_out(app)


def test_one_round_can_be_sat_out(app, client, path, world):
    world.place()
    assert client.post(path, data={"scope": "pause"}).status_code == 200
    assert has_opted_out(app)
    world.today("2027-08-28")  # the last day of the builders' round
    assert has_opted_out(app)
    world.today("2027-08-29")
    assert not has_opted_out(app)


def test_without_a_round_there_is_nothing_to_sit_out(app, client, path, world):
    assert 'value="pause"' not in client.get(path).text
    client.post(path, data={"scope": "pause"})
    world.today("2040-01-01")
    assert has_opted_out(app)


def test_it_can_be_undone(app, client, path):
    page = client.post(f"{path}?lang=en")
    assert f'action="{path}/undo' in page.text
    assert "more mails" in client.get(f"{path}?lang=en").text
    assert client.post(f"{path}/undo").status_code == 200
    assert not has_opted_out(app)


def test_a_forged_link_undoes_nothing(app, client, path):
    client.post(path)
    assert client.post("/opt-out/forged/undo").status_code == 404
    assert has_opted_out(app)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("token", ["forged", "a.b", "é"])
def test_a_forged_link_is_unknown_and_asks_the_database_nothing(client, statements, method, token):
    assert client.open(f"/opt-out/{token}", method=method).status_code == 404
    assert statements == []


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_pages_come_in_both_languages(client, path, language):
    for method in ("GET", "POST"):
        page = client.open(f"{path}?lang={language}", method=method).text
        assert f'<html lang="{language}"' in page
