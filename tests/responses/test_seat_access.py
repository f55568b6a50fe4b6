"""Which link opens, and which page each other one gets."""

import pytest

from app.invitations import rounds
from app.invitations.models import Invitation, Round
from app.rate_limits import RateCounter
from tests import builders
from tests.conftest import on_sqlite
from tests.responses.ways import answer, begin


@pytest.fixture
def place(world):
    return world.place()


def ends_on(visitor, link: str, code: int) -> str:
    """Return the page that a link gets, which is the same on every address and method."""
    pages = {
        visitor().go(link, code).page,
        visitor().go(f"{link}/agreements", code).page,
        visitor().go(f"{link}/summary", code).page,
        visitor().post(link, code, go="start").page,
        visitor().post(f"{link}/agreements", code, go="next").page,
    }
    assert len(pages) == 1
    return pages.pop()


def test_a_sent_link_says_so(visitor, place):
    answer(visitor(), place.direct)
    assert ends_on(visitor, place.direct, 410) == "sent"
    assert ends_on(visitor, place.copy, 410) == "sent"


def test_a_replaced_link_no_longer_opens(visitor, place, world):
    world.set(Invitation, place.student, version=2)
    assert ends_on(visitor, place.direct, 410) == "replaced"


@on_sqlite
def test_a_withdrawn_placement_says_why(visitor, place, world):
    world.set(Invitation, place.student, withdrawn_at=builders.dt.datetime(2026, 11, 1, tzinfo=builders.dt.UTC))
    assert ends_on(visitor, place.direct, 410) == "closed"
    assert "niet meer in de BPV Monitor" in visitor().go(place.direct, 410).heading


@on_sqlite
def test_a_closed_round_says_so(visitor, place, world):
    begin(visitor(), place.direct)
    world.act(lambda: rounds.close_round(builders.db.session.scalars(builders.sa.select(Round)).one()))
    assert ends_on(visitor, place.direct, 410) == "closed"


@on_sqlite
def test_a_seat_closes_when_its_days_have_passed(visitor, place, world):
    mailed = builders.dt.datetime(2026, 11, 1, 12, tzinfo=builders.dt.UTC)
    world.set(Invitation, place.student, mailed_at=mailed)
    world.today("2026-11-29T23:00")
    assert visitor().go(place.direct).page == "start"
    world.today("2026-11-30T01:00")
    assert ends_on(visitor, place.direct, 410) == "closed"


@on_sqlite
def test_what_is_open_at_closing_cannot_be_sent_any_more(visitor, place, world):
    person = begin(visitor(), place.direct)
    world.today("2028-01-01")
    assert person.press("go", "next", gets=410).page == "closed"


@on_sqlite
@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: t + "x", lambda t: t.swapcase(), lambda t: "1" + t])
def test_a_mistyped_link_is_unknown(visitor, place, change):
    token = place.direct.rpartition("/")[2]
    assert ends_on(visitor, f"/s/{change(token)}", 404) == "unknown"


@on_sqlite
@pytest.mark.parametrize("token", ["x", "1.1.direct", "1.1.direct.", "...", "%00", "é", "voorbeeld", "a" * 5000])
def test_what_was_never_a_link_is_unknown(visitor, app, token):
    assert ends_on(visitor, f"/s/{token}", 404) == "unknown"


def test_a_link_to_a_seat_that_is_gone_is_unknown(visitor, place, world):
    world.act(lambda: builders.db.session.execute(builders.sa.delete(Invitation)))
    assert ends_on(visitor, place.direct, 404) == "unknown"


def test_unknown_links_are_limited_by_address(visitor, app):
    person = visitor()
    for _n in range(60):
        person.go("/s/nonsense", 404)
    assert person.go("/s/nonsense", 429).page == "error"


@on_sqlite
def test_good_links_are_not_limited_by_address(visitor, place, world):
    person = visitor()
    for _n in range(70):
        person.go(place.direct)
    assert world.rows(RateCounter) == []
