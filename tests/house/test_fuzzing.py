"""Every form of the product with anything in it: never a failure, never a trace."""

import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.accounts.models import Role
from app.invitations.models import Round
from app.mailing import opt_outs
from tests import builders
from tests.builders import SCHOOL
from tests.house.crawling import forms_from
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
