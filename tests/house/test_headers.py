"""Headers on every kind of answer, and logs that name no link."""

import contextlib
import io
import re
import runpy

import pytest
from gunicorn.config import Config

from app import assets, logs, security
from app.extensions import db
from tests.conftest import on_sqlite
from tests.responses.ways import begin

pytestmark = on_sqlite


@pytest.fixture
def place(world):
    return world.place()


@pytest.fixture
def odd_routes(app):
    """A view that fails, and one that nobody marked."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.add_url_rule("/broken", "broken", security.public(lambda: 1 / 0))
    app.add_url_rule("/unmarked", "unmarked", lambda: "x")


@pytest.fixture
def answers(odd_routes, place, visitor, admin):
    """One answer of each kind: page, redirect, error, file, text, closed, failed."""
    client = visitor().client
    path = place.copy.removeprefix("http://bpv.example")
    return {
        "home": client.get("/"),
        "start": client.get(path),
        "start, asked for its head": client.head(path),
        "redirect": client.get(f"{path}/summary"),
        "saved": begin(visitor(), place.direct).press("go", "next").answer,
        "unknown link": client.get("/s/x"),
        "not found": client.get("/nothing-here"),
        "method": client.post("/health"),
        "options": client.options(path),
        "no right": client.get("/unmarked"),
        "failed": client.get("/broken"),
        "token missing": admin.client.post("/desk/agreements/new", base_url=admin.base_url),
        "health": client.get("/health"),
        "desk": admin.go("/desk/").answer,
        "to sign in": client.get("/desk/"),
        "stylesheet": client.get("/static/style.css", buffered=True),
        "no such file": client.get("/static/none.css"),
    }


def test_every_answer_carries_the_headers(answers):
    assert {code.status_code for code in answers.values()} == {200, 302, 303, 400, 403, 404, 405, 500}
    for what, answer in answers.items():
        missing = {name for name, value in security.HEADERS.items() if answer.headers.get(name) != value}
        assert not missing, (what, missing)


def test_nothing_but_static_files_is_stored(answers):
    stored = {what for what, answer in answers.items() if answer.headers.get("Cache-Control") != "no-store"}
    assert stored == {"stylesheet"}


def test_no_answer_allows_other_origins(answers):
    assert not [what for what, answer in answers.items() if "Access-Control-Allow-Origin" in answer.headers]


def test_the_policy_allows_one_stylesheet_inline_and_nothing_from_elsewhere(app):
    policy = dict(part.split(" ", 1) for part in security.CONTENT_SECURITY_POLICY.split("; "))
    assert policy["default-src"] == "'none'"
    assert policy.pop("style-src") == f"'self' {assets.policy_source('style.css')}"
    assert set(policy.values()) == {"'none'", "'self'"}
    assert {"form-action", "base-uri", "frame-ancestors"} <= set(policy)


def cookies_of(person) -> list[str]:
    """Return the cookies that the last answer set, or the redirect that led to it."""
    answers = (*person.answer.history, person.answer)
    return [cookie for answer in answers for cookie in answer.headers.getlist("Set-Cookie")]


def test_cookies_are_kept_from_scripts_and_other_sites(place, visitor):
    begun = begin(visitor(), place.copy)
    trainer = visitor().go(place.trainers_page).press("who", "trainer")
    english = visitor().go("/?lang=en")
    cookies = [cookies_of(person) for person in (begun, trainer, english)]
    assert [len(set_by) for set_by in cookies] == [1, 1, 1]
    assert all("HttpOnly" in cookie and "SameSite=Lax" in cookie for (cookie,) in cookies)


def test_over_https_cookies_are_secure(app, place, visitor):
    app.config["SESSION_COOKIE_SECURE"] = True
    people = begin(visitor(), place.copy), visitor().go("/?lang=en")
    assert [["Secure" in cookie for cookie in cookies_of(person)] for person in people] == [[True], [True]]
    assert "Strict-Transport-Security" in people[0].answer.headers


# Logs


@pytest.fixture
def errors(app):
    """What is logged."""
    stream = io.StringIO()
    logs.set_up(stream)
    yield stream
    logs.set_up()


def token_of(link: str) -> str:
    return link.rpartition("/")[2]


def test_a_request_is_logged_by_its_route(visitor, place, errors):
    begin(visitor(), place.copy).press("go", "next", status="busy")
    visitor().go(place.trainers_page).press("who", "trainer").press("via", "copy")
    visitor().go(place.copy + "x", 404)
    logged = errors.getvalue()
    assert "route=/s/<token>/<page_id>" in logged
    assert "route=/t/<token>" in logged
    assert token_of(place.copy) not in logged
    assert token_of(place.trainers_page) not in logged
    assert not re.search(r"busy|company\.example|127\.0\.0\.1", logged)


def test_a_failing_request_is_logged_without_its_link(app, place, errors, monkeypatch):
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def fail(*_args, **_values):
        raise RuntimeError("the cause")

    monkeypatch.setattr("app.skeletons.page", fail)
    monkeypatch.setattr("app.forwarding.views.render_template", fail)
    client = app.test_client()
    assert client.get(place.copy).status_code == 500
    assert client.post(place.copy, data={"go": "start"}).status_code == 500
    assert client.get(place.trainers_page).status_code == 500
    logged = errors.getvalue()
    assert logged.count("event=failure") == 3
    assert "RuntimeError" in logged
    assert token_of(place.copy) not in logged
    assert token_of(place.trainers_page) not in logged


def test_a_statement_that_fails_is_logged_without_its_values(app, place, errors, visitor, world):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    person = begin(visitor(), place.direct).go(f"{place.direct}/whole")
    world.act(lambda: db.session.execute(db.text("DROP TABLE draft_pages")))
    person.press("go", "next", gets=500, went_well="kenmerkende tekst")
    assert "kenmerkende" not in errors.getvalue()


def test_what_fails_beyond_the_application_is_logged_without_its_link(app):
    errors = io.StringIO()
    with contextlib.redirect_stderr(errors):
        logger = runpy.run_path("gunicorn.conf.py")["logger_class"](Config())
    try:
        raise RuntimeError("cannot read /s/1.1.copy.secret")
    except RuntimeError:
        logger.exception("Error handling request %s %s", "GET", "/s/1.1.copy.secret")
    logger.warning("Invalid request from ip=127.0.0.1: Invalid HTTP request line: b'GET /s/1.1.copy.secret'")
    assert "Error handling request: RuntimeError at test_headers.py" in errors.getvalue()
    assert "A request that cannot be read was refused" in errors.getvalue()
    assert "secret" not in errors.getvalue()
