"""Which language a page speaks."""

import re
from urllib.parse import urljoin

import pytest
from bs4 import BeautifulSoup
from flask import url_for

from app import languages


def spoken(app, path: str = "/", reads: str | None = None, **kwargs) -> str:
    with app.test_request_context(path, **kwargs):
        if reads:
            languages.reads(reads)
        return languages.current()


@pytest.mark.parametrize("path", ["/%5cevil.example", "/%5C%5Cevil.example/x", "//evil.example", "/%09//evil.example"])
def test_the_link_to_the_other_language_stays_here(client, path):
    answer = client.get(path, base_url="http://bpv.example", follow_redirects=True)
    page = BeautifulSoup(answer.text, "html.parser")
    href = page.find("a", hreflang=True)["href"].replace("\\", "/")  # as browsers read it
    assert urljoin("http://bpv.example/", re.sub(r"[\t\r\n]", "", href)).startswith("http://bpv.example/")


def test_a_page_speaks_dutch_by_default(app):
    assert spoken(app) == "nl"


def test_a_link_chooses_the_language(app):
    assert spoken(app, "/?lang=en", headers={"Cookie": "lang=nl"}) == "en"


def test_a_button_in_a_form_chooses_the_language(app):
    assert spoken(app, method="POST", data={"lang": "en"}) == "en"


def test_a_cookie_keeps_the_choice(app):
    assert spoken(app, reads="nl", headers={"Cookie": "lang=en"}) == "en"


def test_who_chose_nothing_gets_their_own_language(app):
    assert spoken(app, reads="en") == "en"


def test_an_unknown_language_is_no_choice(app):
    assert spoken(app, "/?lang=xx", headers={"Cookie": "lang=%00"}) == "nl"


def test_outside_a_request_it_is_dutch(context):
    assert languages.select() == "nl"


def test_a_choice_is_remembered(client):
    answer = client.get("/sign-in?lang=en")
    assert "lang=en" in answer.headers["Set-Cookie"]
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert '<html lang="en">' in client.get("/sign-in").text


def test_without_a_choice_nothing_is_remembered(client):
    assert not any("lang=" in cookie for cookie in client.get("/sign-in").headers.getlist("Set-Cookie"))


def test_a_link_carries_the_language_along_for_browsers_without_cookies(app):
    with app.test_request_context("/sign-in?lang=en"):
        assert url_for("security.login") == "/sign-in?lang=en"
        assert "lang" not in url_for("static", filename="style.css")


def test_the_other_language_is_a_link_to_the_same_page(app):
    with app.test_request_context("/sign-in?next=/desk/&lang=nl"):
        assert languages.language_url("en") == "/sign-in?next=%2Fdesk%2F&lang=en"


def test_a_form_that_is_too_large_still_gets_its_error_page(app):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = app.test_client().post("/opt-out/x", data={"text": "x" * 400_000})
    assert answer.status_code in (404, 413)
    assert "<html" in answer.text
