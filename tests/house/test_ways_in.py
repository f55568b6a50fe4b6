"""What the library for accounts takes and offers: only what stands here. A new version that brings more fails."""

import base64
import sys
from collections import defaultdict

import flask_security
import pytest
from flask_login.utils import encode_cookie
from werkzeug.datastructures import EnvironHeaders, ImmutableMultiDict

from app import outside
from app.accounts import sign_ins
from app.accounts.models import Role, SignIn, User
from app.extensions import db, security
from tests.builders import SCHOOL
from tests.conftest import on_sqlite
from tests.world import ADMIN, PASSWORD

pytestmark = on_sqlite

LIBRARIES = ("flask_security", "flask_login", "flask_principal", "flask_wtf")
ROUTES = {
    ("/sign-in", "security.login", "GET POST"),
    ("/password", "security.forgot_password", "GET POST"),
    ("/password/<token>", "security.reset_password", "GET POST"),
}
FEATURES = ("trackable", "registerable", "change_email", "change_username", "confirmable", "changeable", "recoverable")
FEATURES += ("refresh_token", "two_factor", "unified_signin", "username_recovery", "passwordless", "webauthn")
# What it may read of a request. The browser's name and a proxy's word on who asks go, hashed, into the session, where
# nothing looks; a cookie of this name is never given, and opens nothing.
READ = {
    "field": {"csrf_token", "email", "next", "password", "password_confirm", "submit"},
    "header": {"User-Agent", "X-Forwarded-For"},
    "cookie": {"remember_token"},
}
WISHES = ("include_auth_token", "auth_token", "next", "remember", "refresh_token", "token", "code", "id", "username")


@pytest.fixture
def account(world):
    world.admin()


@pytest.fixture
def read(app, monkeypatch):
    """What the libraries read of each request from now on, by kind."""
    found: dict[str, set[str]] = defaultdict(set)

    def noting(base: type, kind: str) -> type:
        def note(name):
            if _reader() in LIBRARIES:
                found[kind].add(name)

        class Noting(base):
            def __getitem__(self, name):
                note(name)
                return super().__getitem__(name)

            def __contains__(self, name):
                note(name)
                return super().__contains__(name)

            def get(self, name, *more, **how):
                note(name)
                return super().get(name, *more, **how)

            def getlist(self, name, *more, **how):
                note(name)
                return super().getlist(name, *more, **how)

        return Noting

    class Watched(outside.OurRequest):
        parameter_storage_class = noting(outside.Sent, "field")
        dict_storage_class = noting(ImmutableMultiDict, "cookie")

        def __init__(self, *arguments, **how):
            super().__init__(*arguments, **how)
            self.headers = noting(EnvironHeaders, "header")(self.environ)

    monkeypatch.setattr(app, "request_class", Watched)
    return found


def _reader() -> str:
    """Return which part of the program, ours or a library's, is reading."""
    frame = sys._getframe(2)
    while frame:
        root = frame.f_globals["__name__"].partition(".")[0]
        if root in (*LIBRARIES, "app", "flask_limiter"):
            return root
        frame = frame.f_back
    return ""


def token_of(app) -> str:
    with app.test_request_context():
        return str(db.session.scalars(db.select(User)).one().get_auth_token())


def test_the_library_has_these_routes_and_no_other(app):
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("security")]
    found = {(r.rule, r.endpoint, " ".join(sorted(r.methods - {"HEAD", "OPTIONS"}))) for r in rules}
    of_library = {name for name, view in app.view_functions.items() if view.__module__.startswith(LIBRARIES)}
    assert found == ROUTES
    assert of_library <= {endpoint for _rule, endpoint, _methods in ROUTES}
    assert not {"users", "roles"} & set(app.cli.commands)


def test_of_the_librarys_features_only_choosing_another_password_is_on(app):
    assert [name for name in FEATURES if getattr(security, name)] == ["recoverable"]
    flags = {name for name, value in vars(security).items() if isinstance(value, bool)}
    assert flags <= {*FEATURES, "support_mfa", "_use_confirm_form", "_register_blueprint", "register_blueprint"}


def test_a_session_is_the_only_way_to_be_signed_in(app):
    manager = app.login_manager
    assert manager._user_callback is sign_ins.load_user
    assert manager._request_callback(None) is None
    assert manager._header_callback is None
    assert not app.config["SECURITY_DEFAULT_REMEMBER_ME"]


def test_every_way_but_signing_in_at_the_page_leads_nowhere(app, account, visitor):
    token = token_of(app)
    with app.app_context():
        user = db.session.scalars(db.select(User)).one()
        remembered = encode_cookie(user.get_id(), app.config["SECRET_KEY"])
    basic = base64.b64encode(f"{ADMIN}:{PASSWORD}".encode()).decode()
    ways = [
        {"headers": {"Authentication-Token": token}},
        {"headers": {"Authorization": f"Basic {basic}"}},
        {"headers": {"Authorization": f"Bearer {token}"}},
        {"headers": {"Cookie": f"remember_token={remembered}"}},
        {"query_string": {"auth_token": token}},
        {"json": {"auth_token": token}},
        {"data": {"auth_token": token}},
    ]
    for way in ways:
        person = visitor()
        for address in ("/desk/", "/desk/account"):
            answer = person.client.get(address, base_url=person.base_url, **way)
            assert answer.status_code in (302, 415), way
            assert answer.status_code == 415 or answer.location.startswith("/sign-in"), way


@pytest.mark.parametrize("accepts", ["application/json", "text/html"])
def test_signing_in_hands_out_no_token_and_answers_with_a_page(account, visitor, world, accepts):
    person = visitor().go("/sign-in?lang=en")
    data = {"email": ADMIN, "password": PASSWORD, "csrf_token": person.field("csrf_token")["value"], "remember": "y"}
    where = {"base_url": person.base_url, "headers": {"Accept": accepts}, "query_string": {"include_auth_token": "1"}}
    answer = person.client.post("/sign-in", data=data, **where)
    assert (answer.status_code, answer.location) == (302, "/desk/start")
    assert "token" not in answer.text
    assert {one.partition("=")[0] for one in answer.headers.getlist("Set-Cookie")} == {"session", "known", "lang"} - (
        {"lang"} if person.client.get_cookie("lang", domain="bpv.example") else set()
    )
    assert len(world.rows(SignIn)) == 1


def test_no_page_of_the_library_takes_or_gives_json(app, account, visitor):
    app.config["WTF_CSRF_ENABLED"] = False
    person = visitor()
    for address in ("/sign-in", "/password", "/password/made-up"):
        for method in ("GET", "POST"):
            how = {"method": method, "base_url": person.base_url}
            assert person.client.open(address, json={"email": ADMIN, "password": PASSWORD}, **how).status_code == 415
            assert person.client.open(address, headers={"Accept": "application/json"}, **how).mimetype == "text/html"


def test_the_library_reads_these_parts_of_a_request_and_no_other(app, world, visitor, read):
    world.admin()
    world.account("reader@school.example", Role.SCHOOL, SCHOOL)
    with app.test_request_context():
        link = f"/password/{flask_security.recoverable.generate_reset_password_token(db.session.get(User, 2))}"
    read.clear()
    more = "&".join(f"{name}=1" for name in WISHES)
    person = visitor()
    for address in ("/sign-in", "/password", link, "/desk/"):
        person.go(f"{address}?lang=en&{more}")
    person.go("/sign-in?lang=en").press_labelled("Sign in", email=ADMIN, password="wrong")
    person.sign_in(ADMIN, PASSWORD).go("/sign-in").go("/desk/account").press_labelled("Sign out")
    person.go("/password?lang=en").press_labelled("Mail me a link", email=ADMIN)
    person.go(f"{link}?lang=en").press_labelled("Choose this password", password="short", password_confirm="other")
    person.press_labelled("Choose this password", password=PASSWORD + "!", password_confirm=PASSWORD + "!")
    assert read == READ
