"""Getting in for the first time and again: by a link in a mail that works once."""

import re

import pytest
import sqlalchemy as sa

from app.accounts import register
from app.accounts.models import AuditEntry, Role, SignIn
from app.accounts.register import Scope
from app.extensions import db
from app.mailing.models import Message
from tests import builders
from tests.conftest import on_sqlite
from tests.world import ADMIN, PASSWORD

READER = "reader@school.example"
CHOSEN = "a new horse battery"


@pytest.fixture
def invited(mailing_app, world, admin):
    admin.go("/desk/accounts?lang=en")
    admin.press_labelled("Invite", email=f" {READER} ", role="school", brins="04cy, 25PM")


def link_to(world, mail_server, address: str) -> str:
    world.act(builders.deliver)
    return re.search(r"http://bpv.example(/password/\S+)", mail_server.to(address)[-1].text).group(1)


def choose(visitor, link: str):
    page = visitor().go(f"{link}?lang=en")
    return page.press_labelled("Choose this password", password=CHOSEN, password_confirm=CHOSEN)


def test_who_is_invited_chooses_a_password_and_signs_in(invited, world, visitor, mail_server):
    assert choose(visitor, link_to(world, mail_server, READER)).path == "/sign-in"
    assert visitor().sign_in(READER, CHOSEN).path.startswith("/desk/")


def test_the_link_works_once(invited, world, visitor, mail_server):
    link = link_to(world, mail_server, READER)
    choose(visitor, link)
    page = visitor().go(f"{link}?lang=en")
    assert page.path == "/password"
    assert "does not work any more" in page.html.text


@on_sqlite
def test_the_two_passwords_must_be_the_same_and_long(invited, world, visitor, mail_server):
    page = visitor().go(f"{link_to(world, mail_server, READER)}?lang=en")
    page.press_labelled("Choose this password", password=CHOSEN, password_confirm="other")
    assert "not the same" in page.text
    page.press_labelled("Choose this password", password="short", password_confirm="short")
    assert "at least twelve" in page.text


@on_sqlite
def test_a_link_that_was_never_ours_leads_to_asking_for_one(world, visitor):
    assert visitor().go("/password/made-up").path == "/password"


def test_a_forgotten_password_is_replaced_and_every_browser_signed_out(mailing_app, world, visitor, mail_server):
    world.admin()
    there = visitor().sign_in(ADMIN, PASSWORD)
    visitor().go("/password?lang=en").press_labelled("Mail me a link", email=ADMIN)
    choose(visitor, link_to(world, mail_server, ADMIN))
    assert there.go("/desk/").path == "/sign-in"
    assert visitor().sign_in(ADMIN, CHOSEN).path == "/desk/"
    world.act(builders.deliver)
    assert "changed" in mail_server.to(ADMIN)[-1].text or "gewijzigd" in mail_server.to(ADMIN)[-1].text


def test_an_unknown_address_gets_the_same_answer_and_no_mail(mailing_app, world, visitor):
    world.admin()
    known = visitor().go("/password?lang=en").press_labelled("Mail me a link", email=ADMIN)
    unknown = visitor().go("/password?lang=en").press_labelled("Mail me a link", email="nobody@bpv.example")
    assert "If we know this address" in known.html.text
    assert known.text.replace(ADMIN, "") == unknown.text.replace("nobody@bpv.example", "")


def test_an_unknown_address_takes_the_same_work_and_gets_no_mail(mailing_app, app, world, visitor, mail_server):
    world.admin()
    with app.app_context():
        engine = db.engine
    said: list[str] = []
    pages = {email: visitor().go("/password?lang=en") for email in (ADMIN, "nobody@bpv.example")}
    work = {}
    sa.event.listen(engine, "before_cursor_execute", lambda *how: said.append(how[2]))
    for email, page in pages.items():
        said.clear()
        page.press_labelled("Mail me a link", email=email)
        work[email] = list(said)
    assert len(work[ADMIN]) > 3
    assert work[ADMIN] == work["nobody@bpv.example"]
    world.act(builders.deliver)
    assert [mail.recipient for mail in mail_server.mails] == [ADMIN]
    assert sorted(row["status"] for row in world.rows(Message)) == ["dropped", "sent"]


@on_sqlite
@pytest.mark.parametrize("password", ["aaaaaaaaaaaa", "qwertyuiop12", "password1234", "welkom012345", "x" * 5000])
def test_a_password_that_is_easy_to_guess_is_refused(invited, world, visitor, mail_server, password):
    page = visitor().go(f"{link_to(world, mail_server, READER)}?lang=en")
    page.press_labelled("Choose this password", password=password, password_confirm=password)
    assert "easy to guess" in page.html.main.find(class_="summary").text
    assert visitor().sign_in(READER, password).path == "/sign-in"


@on_sqlite
@pytest.mark.parametrize(
    ("filled", "words"),
    [
        ({"email": "x", "role": "admin"}, "name@organisation.nl"),
        ({"email": ADMIN, "role": "admin"}, "already"),
        ({"email": READER, "role": "school"}, "at least one school"),
        ({"email": READER, "role": "school", "brins": "99ZZ"}, "does not exist"),
        ({"email": READER, "role": "sector"}, "needs a sector"),
        ({"email": READER, "role": "sector", "sector": "77"}, "does not exist"),
        ({"email": READER}, "Choose a role"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(admin, filled, words):
    admin.go("/desk/accounts?lang=en").press_labelled("Invite", 422, **filled)
    assert words in admin.html.main.find(class_="summary").text


def test_an_account_is_changed_switched_off_and_on(admin, world, visitor):
    made = world.act(lambda: register.create(READER, PASSWORD, Scope(Role.SCHOOL, ["04CY"])).id)
    reader = visitor().sign_in(READER, PASSWORD)
    admin.go(f"/desk/accounts/{made}?lang=en")
    admin.press_labelled("Save", role="adviser", brins="25PM, 01OE")
    assert admin.field("brins")["value"] == "01OE, 25PM"
    admin.press_labelled("Switch off")
    assert reader.go("/desk/account").path == "/sign-in"
    assert visitor().sign_in(READER, PASSWORD).path == "/sign-in"
    admin.press_labelled("Switch on")
    assert visitor().sign_in(READER, PASSWORD).path.startswith("/desk/")
    of_school = {(row["action"], row["brin"]) for row in world.rows(AuditEntry) if row["brin"]}
    assert ("school_account_changed", "25PM") in of_school


@on_sqlite
def test_nobody_locks_themselves_out(admin, world):
    page = admin.go("/desk/accounts/1?lang=en")
    assert "another administrator" in page.text
    token = admin.field("csrf_token")["value"] if admin.field("csrf_token") else ""
    admin.post("/desk/accounts/1/off", 403, csrf_token=token)


def test_a_browser_is_seen_and_signed_out_from_another(admin, world, visitor):
    other = visitor().sign_in(ADMIN, PASSWORD)
    admin.go("/desk/account?lang=en")
    assert len(admin.html.main.find_all("tr")) == 3
    own = admin.html.main.find("span", class_="tag").find_parent("tr")
    there = next(form for form in admin.html.main.find_all("form") if form.find_parent("tr") is not own)
    admin.post(there["action"], csrf_token=there.find("input")["value"])
    assert other.go("/desk/").path == "/sign-in"
    assert admin.go("/desk/").path == "/desk/"


def test_a_stolen_session_ends_with_signing_out(admin, world, visitor):
    stolen = visitor()
    cookie = admin.client.get_cookie("session", domain="bpv.example")
    stolen.client.set_cookie("session", cookie.value, domain="bpv.example")
    assert stolen.go("/desk/").path == "/desk/"
    admin.press_labelled("Sign out")
    assert stolen.go("/desk/").path == "/sign-in"
    assert all(row["ended_at"] for row in world.rows(SignIn))
