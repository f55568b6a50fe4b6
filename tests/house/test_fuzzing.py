"""Every form of the product with anything in it: never a failure, never a trace."""

import io
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.accounts.models import Role
from app.invitations.models import Round
from app.mailing import opt_outs
from tests import builders
from tests.builders import SCHOOL
from tests.house.crawling import forms_from
from tests.house.test_access import rules, value_of
from tests.responses.ways import begin
from tests.world import PASSWORD

NASTY = (
    "",
    "0",
    "-1",
    "9" * 40,
    "2026-02-30",
    "31-12-2026",
    "0001-01-01",
    "9999-12-31",
    "a@b.example",
    "@",
    "=cmd|' /C calc'!A1",
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    "%s%n%(x)s",
    "' OR 1=1 --",
    "\x00",
    "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    "İstanbul ß ﬃ",
    "\u202egnp.exe",
    "x" * 5000,
    "25LH",
    "98765",
    "on",
)
FILES = (
    b"",
    b"\x00\x01",
    b"PK\x03\x04",
    b"\xff\xfeb\x00",
    b"pok;email\nA-1;a@school.example\n",
    b'brin;"pok\n',
    b"<!doctype html><script>",
)
texts = st.sampled_from(NASTY) | st.text(max_size=40)
# What PostgreSQL refuses where nobody looked first: a NUL, numbers past a column's, a time without a zone, deep nests.
OUT_OF_BOUNDS = (
    "a\0b",
    "1" * 11,
    "9" * 25,
    "[" * 3000,
    "(" * 3000,
    "2026-11-23T12:00:00~1",
    "0001-01-01T00:00+14:00~1",
)
SOURCES = (path.read_text(encoding="utf-8") for path in (Path(__file__).parents[2] / "app").rglob("*.py"))
ARGUMENTS = {name for source in SOURCES for name in re.findall(r'request\.args\.get\("(\w+)"', source)}
ARGUMENTS |= {"_external", "_scheme", "_anchor", "_method", "endpoint"}  # words of those who make addresses
ARGUMENTS |= {"brin", "placement_id"}  # and what addresses are made of
files = st.sampled_from(FILES) | st.binary(max_size=200)
anything = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)


@pytest.fixture
def filled(world):
    """One of everything, with tokens of forms switched off so that what is behind them is reached."""
    world.share()
    world.admin()
    world.account("reader@school.example", Role.SCHOOL, SCHOOL)
    place = world.place(agreement_number="A-1", student_address="s@school.example", trainer_address="t@co.example")
    world.act(lambda: builders.send_batch(builders.db.session.query(Round).one()))
    return place


@pytest.fixture
def for_anyone(app, filled, visitor, world):
    opting_out = world.act(lambda: opt_outs.opt_out_url("t@co.example"))
    return area(app, visitor(), "/", "/sign-in", "/receipt", opting_out)


@pytest.fixture
def behind_a_link(app, filled, visitor):
    person = begin(visitor(), filled.direct)
    pages = [filled.direct, *(f"{filled.direct}/{page}" for page in ("preparation", "guidance", "whole", "summary"))]
    person.go(filled.trainers_page).press("who", "trainer")
    return area(app, person, *pages, filled.trainers_page, filled.copy, filled.part)


@pytest.fixture(params=["admin@bpv.example", "reader@school.example"])
def at_the_desk(request, app, filled, visitor):
    return area(app, visitor().sign_in(request.param, PASSWORD), "/desk/start", f"/desk/schools/{SCHOOL}/")


def area(app, person, *starts):
    """Return a browser with the forms that these addresses lead to."""
    forms = forms_from(app, person, *(start.removeprefix(person.base_url) for start in starts))
    assert forms
    app.config["WTF_CSRF_ENABLED"] = False
    return person, forms


def try_a_form(area, data):
    """Fill one of the forms with anything, and press one of its buttons."""
    person, forms = area
    form = data.draw(st.sampled_from(forms))
    values: dict = dict(form.hidden)
    for name, kind in form.fields:
        if data.draw(st.booleans()):
            values[name] = (io.BytesIO(data.draw(files)), "x.csv") if kind == "file" else data.draw(texts)
    if form.buttons:
        name, value = data.draw(st.sampled_from(form.buttons))
        values[name] = data.draw(st.just(value) | texts)
    how = {"query_string": values} if form.method == "GET" else {"data": values}
    answer = person.client.open(form.action, method=form.method, base_url=person.base_url, **how)
    assert answer.status_code < 500, (form.action, answer.status_code)
    assert b"Traceback" not in answer.data


@anything
@given(data=st.data())
def test_forms_for_anyone(for_anyone, data):
    try_a_form(for_anyone, data)


@anything
@given(data=st.data())
def test_forms_behind_a_link(behind_a_link, data):
    try_a_form(behind_a_link, data)


@anything
@given(data=st.data())
def test_forms_of_the_desk(at_the_desk, data):
    try_a_form(at_the_desk, data)


def sweep(area):
    """Put each of OUT_OF_BOUNDS in all fields of every form, and behind every page's address, once each."""
    person, forms = area
    for bad in OUT_OF_BOUNDS:
        for form in forms:
            values = dict(form.hidden) | {name: bad for name, kind in form.fields if kind != "file"}
            if form.method == "POST":
                _fails_not(person, form.action, bad, method="POST", data=values | dict(form.buttons[:1]))
            else:
                _fails_not(person, form.action, bad, query_string=values)
        for page in sorted({form.page for form in forms}):
            _fails_not(person, page, bad, query_string=dict.fromkeys(ARGUMENTS, bad))
            _fails_not(person, page, bad, query_string={"after": bad})


def _fails_not(person, address, bad, **how):
    answer = person.client.open(address, base_url=person.base_url, **how)
    assert answer.status_code < 500, (address, bad[:20])


def test_what_is_out_of_bounds_fails_nowhere_for_anyone(for_anyone):
    sweep(for_anyone)


def test_what_is_out_of_bounds_fails_nowhere_behind_a_link(behind_a_link):
    sweep(behind_a_link)


def test_what_is_out_of_bounds_fails_nowhere_at_the_desk(at_the_desk):
    sweep(at_the_desk)


def test_an_address_out_of_bounds_is_no_page(app, at_the_desk):
    person, _forms = at_the_desk
    for rule in rules(app):
        for name in rule.arguments:
            for bad in ("%00", "a%00b", str(2**31), str(2**63), "9" * 40, "[" * 3000):
                address = f"{rule.rule}"
                for other in rule.arguments:
                    value = bad if other == name else value_of(app, rule, other)
                    address = re.sub(rf"<(?:[^<>]*:)?{other}>", str(value), address)
                answer = person.client.get(address, base_url=person.base_url)
                assert answer.status_code < 500, address[:100]
