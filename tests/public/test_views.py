"""What anyone may see."""

from tests.conftest import on_sqlite


@on_sqlite
def test_the_home_page_leads_to_the_receipt_and_to_signing_in(visitor, app):
    person = visitor().go("/?lang=en")
    assert person.go(person.link("See or withdraw my answers")).page == "receipt"
    assert visitor().go(visitor().go("/?lang=en").link("Sign in")).heading == "Sign in"


def test_health_says_ok_when_the_database_answers(client):
    answer = client.get("/health")
    assert (answer.status_code, answer.text, answer.mimetype) == (200, "ok", "text/plain")


@on_sqlite
def test_health_fails_when_the_database_does_not(app, monkeypatch):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setattr("app.results.files.sa.select", lambda _n: 1 / 0)
    assert app.test_client().get("/health").status_code == 500


@on_sqlite
def test_a_page_that_does_not_exist_says_so(visitor, app):
    assert visitor().go("/nothing-here", 404).page == "error"
