"""Headers on every answer, and access marks."""

import pytest
from flask import request

from app import create_app, security
from tests.conftest import settings


@pytest.fixture(params=["/sign-in", "/nothing-here"])
def answer(request, client):
    return client.get(request.param)


def test_every_answer_carries_the_headers(answer):
    headers = answer.headers
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Robots-Tag"] == "noindex"


def test_the_content_security_policy_allows_nothing_from_elsewhere(answer):
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_pages_are_not_stored(answer):
    assert answer.headers["Cache-Control"] == "no-store"


def test_https_is_kept_to_where_the_product_has_it(app, client):
    assert "Strict-Transport-Security" not in client.get("/sign-in").headers
    app.config["SESSION_COOKIE_SECURE"] = True
    assert "max-age" in client.get("/sign-in").headers["Strict-Transport-Security"]


def test_a_view_without_a_mark_is_closed(app):
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    assert app.test_client().get("/forgotten").status_code == 403


def test_a_marked_view_is_open_to_all(app):
    app.add_url_rule("/open", "open", security.public(lambda: "hello"))
    assert app.test_client().get("/open").text == "hello"


def test_a_view_for_a_role_sends_strangers_to_sign_in(app):
    app.add_url_rule("/desk-only", "desk_only", security.role("admin")(lambda: "secret"))
    answer = app.test_client().get("/desk-only")
    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in?next=")


def test_a_view_for_a_role_does_not_remember_what_was_posted(app):
    view = security.role("admin")(lambda: "secret")
    app.add_url_rule("/desk-only", "desk_only", view, methods=["POST"])
    app.config["WTF_CSRF_ENABLED"] = False
    answer = app.test_client().post("/desk-only")
    assert answer.status_code == 302
    assert "next" not in answer.location


def test_the_mark_of_a_library_view_is_kept_beside_it(app):
    assert security.mark_of(app, "static") == security.public
    assert security.mark_of(app, "security.login") == security.public


def test_behind_a_proxy_the_visitors_own_address_counts(tmp_path):
    seen = []
    app = create_app(settings(DATABASE_URL=f"sqlite:///{tmp_path / 'bpv.sqlite'}", PROXIES=1))
    app.before_request(lambda: seen.append(request.remote_addr))
    app.test_client().get("/nowhere", headers={"X-Forwarded-For": "198.51.100.7"})
    assert seen == ["198.51.100.7"]
