"""Signing in and out, and how often one may try."""

import pytest

from app.accounts import register
from app.accounts.models import Role, User
from app.extensions import db
from tests.conftest import on_sqlite
from tests.world import ADMIN, PASSWORD

WRONG = "Wrong-horse-battery-9"


@pytest.fixture
def account(world):
    world.admin()


def test_an_administrator_signs_in_and_out(account, visitor):
    person = visitor().sign_in(ADMIN, PASSWORD)
    assert person.path == "/desk/"
    assert person.press_labelled("Sign out").path == "/"
    assert person.go("/desk/").path == "/sign-in"


@on_sqlite
def test_an_address_is_read_as_people_type_it(account, visitor):
    assert visitor().sign_in(f" {ADMIN.upper()} ", PASSWORD).path == "/desk/"


@on_sqlite
@pytest.mark.parametrize("email", [ADMIN, "nobody@bpv.example"])
def test_a_wrong_password_and_an_unknown_account_get_the_same_answer(account, visitor, email):
    person = visitor().sign_in(email, WRONG)
    assert person.path == "/sign-in"
    assert person.html.main.find(class_="summary")
    assert person.field("password").get("value") in (None, "")
    assert person.go("/desk/").path == "/sign-in"
    errors = visitor().sign_in("other@bpv.example", WRONG).html.main.find(class_="summary").text
    assert person.sign_in(email, WRONG).html.main.find(class_="summary").text == errors


@on_sqlite
@pytest.mark.parametrize("typed", ["", "x", "x" * 5000])
def test_odd_input_is_no_failure(account, visitor, typed):
    assert visitor().sign_in(typed, typed).path == "/sign-in"


@on_sqlite
def test_a_password_longer_than_can_be_hashed_is_no_failure(account, visitor):
    assert visitor().sign_in(ADMIN, "x" * 100_000).path == "/sign-in"


def test_characters_a_database_refuses_are_no_failure(account, visitor):
    assert visitor().sign_in("a\x00b@bpv.example", "x\x00").path == "/sign-in"


@on_sqlite
def test_an_account_that_was_switched_off_does_not_sign_in(account, world, visitor):
    world.act(lambda: db.session.execute(db.update(User).values(active=False)))
    assert visitor().sign_in(ADMIN, PASSWORD).path == "/sign-in"


def test_ten_tries_per_account_and_address(account, visitor):
    person = visitor()
    for _n in range(10):
        person.sign_in(ADMIN, WRONG)
    person.sign_in(ADMIN.upper(), PASSWORD, 429)
    assert person.sign_in("other@bpv.example", WRONG).path == "/sign-in"


@on_sqlite
def test_twenty_tries_per_address(account, visitor):
    person = visitor()
    for number in range(20):
        person.sign_in(f"someone{number}@bpv.example", WRONG)
    person.sign_in(ADMIN, PASSWORD, 429)


@on_sqlite
def test_all_addresses_of_one_ipv6_network_share_their_tries(account, visitor):
    for number in range(20):
        person = visitor()
        person.client.environ_base["REMOTE_ADDR"] = f"2001:db8:1:2:{number + 1:x}::{number + 1:x}"
        person.sign_in(f"someone{number}@bpv.example", WRONG)
    person.client.environ_base["REMOTE_ADDR"] = "2001:db8:1:2::99"
    person.sign_in(ADMIN, PASSWORD, 429)
    person.client.environ_base["REMOTE_ADDR"] = "2001:db8:1:3::99"
    assert person.sign_in(ADMIN, PASSWORD).path == "/desk/"


@on_sqlite
def test_looking_at_the_page_uses_up_no_try(account, visitor):
    person = visitor()
    for _n in range(25):
        person.go("/sign-in")
    assert person.sign_in(ADMIN, PASSWORD).path == "/desk/"


@on_sqlite
def test_the_session_is_a_new_one_after_signing_in(account, visitor):
    person = visitor().go("/sign-in?lang=en")
    before = person.client.get_cookie("session", domain="bpv.example").value
    person.press_labelled("Sign in", email=ADMIN, password=PASSWORD)
    assert person.client.get_cookie("session", domain="bpv.example").value != before


@on_sqlite
def test_a_form_without_a_session_says_it_was_open_too_long(account, visitor):
    person = visitor().sign_in(ADMIN, PASSWORD).go("/desk/agreements/new?lang=en")
    person.html.main.find("input", {"name": "csrf_token"})["value"] = "stale"
    assert person.press_labelled("Enter", 400, brin="04CY").heading == "This form was open for too long"


def test_who_tries_from_everywhere_does_not_lock_the_owners_browser_out(account, app, visitor):
    owner = visitor().sign_in(ADMIN, PASSWORD).press_labelled("Sign out")
    for number in range(59):
        elsewhere = visitor()
        elsewhere.client.environ_base["REMOTE_ADDR"] = f"192.0.2.{number // 10 + 1}"
        elsewhere.sign_in(ADMIN, WRONG)
    stranger = visitor()
    stranger.client.environ_base["REMOTE_ADDR"] = "192.0.2.200"
    stranger.sign_in(ADMIN, PASSWORD, 429)
    assert owner.sign_in(ADMIN, PASSWORD).path == "/desk/"


@on_sqlite
def test_a_known_browser_is_known_for_its_own_account_only(account, world, visitor):
    world.act(lambda: register.create("other@bpv.example", PASSWORD, Role.ADMIN))
    other = visitor().sign_in("other@bpv.example", PASSWORD).press_labelled("Sign out")
    for number in range(60):
        elsewhere = visitor()
        elsewhere.client.environ_base["REMOTE_ADDR"] = f"192.0.2.{number // 10 + 1}"
        elsewhere.sign_in(ADMIN, WRONG)
    other.sign_in(ADMIN, PASSWORD, 429)


@pytest.mark.parametrize("path", ["/sign-in", "/password"])
def test_only_forms_are_taken_since_the_limits_count_those(account, visitor, path):
    person = visitor()
    answer = person.client.post(path, json={"email": ADMIN, "password": PASSWORD}, base_url=person.base_url)
    assert answer.status_code in (400, 415)


def test_another_spelling_of_an_address_is_the_same_account(account, visitor):
    person = visitor()
    for _n in range(10):
        person.sign_in(ADMIN, WRONG)
    person.sign_in("admin@\uff42pv.example", PASSWORD, 429)


@on_sqlite
def test_a_new_secret_key_signs_nobody_out_while_the_old_one_is_kept(account, app, visitor):
    person = visitor().sign_in(ADMIN, PASSWORD)
    app.config["SECRET_KEY_FALLBACKS"] = [app.config["SECRET_KEY"]]
    app.config["SECRET_KEY"] = app.secret_key = "n" * 40
    assert person.go("/desk/").path == "/desk/"
    app.config["SECRET_KEY_FALLBACKS"] = []
    assert visitor().go("/desk/").path == "/sign-in"
    app.config["SECRET_KEY"] = app.secret_key = "m" * 40
    assert person.go("/desk/").path == "/sign-in"


@on_sqlite
def test_forms_work_where_the_address_is_secure_though_no_browser_says_where_it_came_from(app, account, visitor):
    app.config["PUBLIC_URL"] = "https://bpv.example"
    person = visitor().sign_in(ADMIN, PASSWORD)
    assert person.answer.request.is_secure
    assert person.press_labelled("Sign out").path == "/"


@on_sqlite
def test_another_name_than_ours_is_refused(client):
    assert client.get("/", base_url="http://elsewhere.example").status_code == 400
    assert client.get("/", base_url="http://bpv.example").status_code == 200
