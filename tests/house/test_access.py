"""Every endpoint says who may reach it, and keeps to it."""

from urllib.parse import urljoin

import pytest
from werkzeug.routing import AnyConverter

from app import security
from app.accounts.models import Role, User
from app.extensions import db
from tests.builders import SCHOOL
from tests.conftest import on_sqlite
from tests.world import ADMIN, PASSWORD

pytestmark = on_sqlite

VALUES = {"token": "x", "page_id": "x", "brin": "04CY", "filename": "style.css"}


def rules(app):
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def requests_to(app, *kinds: str) -> list[tuple[str, str]]:
    """Return method and address of every endpoint with one of these marks ("none": without)."""
    found = []
    with app.test_request_context():
        for rule in rules(app):
            mark = security.mark_of(app, rule.endpoint)
            if (mark.kind if mark else "none") in kinds:
                values = {name: value_of(app, rule, name) for name in rule.arguments}
                address = app.url_map.bind("localhost").build(rule.endpoint, values, method=_method(rule))
                found += [(method, address) for method in sorted(rule.methods - {"HEAD", "OPTIONS"})]
    return found


def value_of(app, rule, name: str) -> object:
    """Return something this argument of a rule takes."""
    converter = rule._converters[name]
    return min(converter.items) if isinstance(converter, AnyConverter) else VALUES.get(name, 1)


def _method(rule) -> str:
    return "GET" if "GET" in rule.methods else "POST"


def test_every_endpoint_says_who_may_reach_it(app):
    forgotten = {rule.endpoint for rule in rules(app) if security.mark_of(app, rule.endpoint) is None}
    assert forgotten == set()


def test_a_view_that_somebody_forgot_to_mark_is_closed(app, client):
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret", methods=["GET", "POST"])
    assert {client.open("/forgotten", method=method).status_code for method in ("GET", "POST")} == {403}


def test_the_desk_begins_with_desk_and_nothing_else_does(app):
    of_roles = {address for _method, address in requests_to(app, "role")}
    others = {address for _method, address in requests_to(app, "public", "link", "none")}
    assert all(address.startswith("/desk/") for address in of_roles)
    assert not any(address.startswith("/desk/") for address in others)


def test_nobody_is_sent_to_sign_in(app, client):
    for method, address in requests_to(app, "role"):
        answer = client.open(address, method=method)
        assert (answer.status_code, answer.location.partition("?")[0]) == (302, "/sign-in"), (method, address)


def test_an_account_that_was_switched_off_is_nobody(admin, world):
    world.act(lambda: db.session.execute(db.update(User).values(active=False)))
    assert admin.go("/desk/").path == "/sign-in"


def test_a_link_view_knows_nobody_by_a_made_up_link(app, client):
    for method, address in requests_to(app, "link"):
        assert client.open(address, method=method).status_code == 404, (method, address)


def test_forms_of_the_desk_need_their_token(app, admin):
    for method, address in requests_to(app, "role"):
        if method == "POST":
            answer = admin.client.post(address, base_url=admin.base_url)
            assert answer.status_code == 400, address


def test_numbers_no_table_holds_are_no_page(app, admin):
    for method, address in requests_to(app, "role"):
        if method == "GET" and "1" in address:
            admin.go(address.replace("1", "9" * 30), 404)


@pytest.mark.parametrize(
    "address",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "///elsewhere.example/",
        "/\\elsewhere.example",
        "\\\\elsewhere.example",
        "/%09/elsewhere.example",
        "/\t/elsewhere.example",
        "javascript:alert(1)",
        "http:elsewhere.example",
        "https://bpv.example.elsewhere.example/",
    ],
)
def test_signing_in_leads_nowhere_else(app, world, visitor, address):
    world.admin()
    person = visitor()
    person.client.get("/sign-in", query_string={"next": address, "lang": "en"}, base_url=person.base_url)
    person.go("/sign-in?lang=en")
    token = person.field("csrf_token")["value"]
    data = {"email": ADMIN, "password": PASSWORD, "csrf_token": token, "next": address}
    answer = person.client.post("/sign-in", query_string={"next": address}, data=data, base_url=person.base_url)
    leads_to = (answer.location or "").replace("\\", "/")  # as browsers read it
    assert urljoin("http://bpv.example/sign-in", leads_to).startswith("http://bpv.example/")


@pytest.mark.parametrize("asked", ["/desk/accounts", "/desk/schools/25PM/", "/desk/nothing", "/privacy", "/sign-in"])
def test_signing_in_leads_to_the_own_start_where_the_page_asked_for_may_not_be_seen(world, visitor, asked):
    world.account("reader@school.example", Role.SCHOOL, SCHOOL)
    person = visitor().go(f"/sign-in?lang=en&next={asked}")
    person.press_labelled("Sign in", email="reader@school.example", password=PASSWORD)
    assert person.path.startswith(f"/desk/schools/{SCHOOL}")
    assert person.html.find("button", string="Sign out")


def test_a_page_that_is_not_for_an_account_leads_to_its_start(world, visitor):
    world.account("reader@school.example", Role.SCHOOL, SCHOOL)
    person = visitor().sign_in("reader@school.example", PASSWORD).go("/desk/accounts", 403)
    assert person.go(person.link("To your start page")).path.startswith(f"/desk/schools/{SCHOOL}")


def test_signing_in_leads_to_the_page_that_was_asked_for(world, visitor):
    world.admin()
    person = visitor().go("/desk/rounds?lang=en")
    assert person.path == "/sign-in"
    assert person.press_labelled("Sign in", email=ADMIN, password=PASSWORD).path == "/desk/rounds"
