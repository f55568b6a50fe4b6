"""The page that asks, and the POST that opts out, from that page or from a mail program's own button."""

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.mailing import opt_outs

NEVER = {"scope": "all"}


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


def test_the_button_opts_out_and_leads_to_a_page(app, client, path):
    answer = client.post(path, data=NEVER)
    assert (answer.status_code, answer.location) == (303, path)
    assert has_opted_out(app)


@pytest.mark.parametrize("posted", [{}, {"scope": ""}, {"List-Unsubscribe": ""}, {"go": "start"}])
def test_a_robot_that_sends_every_form_opts_nobody_out(app, client, path, posted):
    assert client.post(path, data=posted).status_code == 303
    assert not has_opted_out(app)


def test_a_robot_undoes_nothing_either(app, client, path):
    client.post(path, data=NEVER)
    client.post(f"{path}/undo")
    assert has_opted_out(app)


def test_posting_twice_is_the_same_as_once(app, client, path):
    first, second = client.post(path, data=NEVER), client.post(path, data=NEVER)
    assert (first.status_code, second.status_code) == (303, 303)
    assert has_opted_out(app)


def test_a_mail_programs_own_button_opts_out_without_a_page(app, client, path):
    assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert has_opted_out(app)


def test_one_round_can_be_sat_out(app, client, path, world):
    world.place()
    assert client.post(path, data={"scope": "pause"}).status_code == 303
    assert "augustus 2027" in client.get(path).text
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
    page = client.post(f"{path}?lang=en", data=NEVER, follow_redirects=True)
    assert f'action="{path}/undo' in page.text
    assert "more mails" in client.get(f"{path}/undo?lang=en", follow_redirects=True).text
    assert "our mails again" in client.post(f"{path}/undo?lang=en", data={"scope": "none"}, follow_redirects=True).text
    assert not has_opted_out(app)


def test_a_forged_link_undoes_nothing(app, client, path):
    client.post(path, data=NEVER)
    assert client.post("/opt-out/forged/undo", data={"scope": "none"}).status_code == 404
    assert has_opted_out(app)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("token", ["forged", "a.b", "é"])
def test_a_forged_link_is_unknown_and_asks_the_database_only_to_count_it(client, statements, method, token):
    assert client.open(f"/opt-out/{token}", method=method).status_code == 404
    assert {word for one in statements for word in one.split() if word in ("opt_outs", "trainers")} == set()
    assert all("rate_counters" in one for one in statements if one not in ("BEGIN", "BEGIN IMMEDIATE"))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_pages_come_in_both_languages(client, path, language):
    for method in ("GET", "POST"):
        page = client.open(f"{path}?lang={language}", method=method, data=NEVER, follow_redirects=True).text
        assert f'<html lang="{language}"' in page
