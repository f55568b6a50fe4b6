"""`flask accounts create`."""

import pytest

CREATE = ("accounts", "create", "admin@school.example", "--role", "admin")


@pytest.fixture
def password(monkeypatch):
    monkeypatch.setenv("BPV_PASSWORD", "correct horse battery")


def test_an_account_is_created(flask, password):
    reach = {"schools": [], "programmes": [], "sector": None}
    assert flask.json(*CREATE) == {"id": 1, "email": "admin@school.example", "role": "admin", "active": True} | reach


def test_the_password_is_asked_for_on_standard_error(app, monkeypatch):
    monkeypatch.delenv("BPV_PASSWORD", raising=False)
    answers = "correct horse battery\ncorrect horse battery\n"
    result = app.test_cli_runner().invoke(args=[*CREATE, "--json"], input=answers)
    assert result.exit_code == 0
    assert "Password" in result.stderr
    assert "Password" not in result.stdout
    assert "horse" not in result.output


def test_a_second_account_with_the_address_is_refused(flask, password):
    flask.json(*CREATE)
    assert "already" in flask.refuses(*CREATE)


def test_an_unknown_role_is_refused(flask, password):
    assert "king" in flask.refuses(*CREATE[:3], "--role", "king")


def test_a_weak_password_is_refused_without_showing_it(flask, monkeypatch):
    monkeypatch.setenv("BPV_PASSWORD", "hunter2")
    assert "hunter2" not in flask.refuses(*CREATE)
