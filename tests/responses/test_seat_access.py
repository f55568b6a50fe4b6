"""Which link opens, and which page each other one gets."""

from urllib.parse import quote

import pytest

from app.invitations import rounds
from app.invitations.models import Invitation, Round
from app.mailing import opt_outs
from app.privacy import finding, forgetting
from app.rate_limits import RateCounter
from tests import builders
from tests.conftest import on_sqlite
from tests.responses.ways import answer, begin, to_summary


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
    world.set(Invitation, place.student, desk_withdrew_at=builders.dt.datetime(2026, 11, 1, tzinfo=builders.dt.UTC))
    assert ends_on(visitor, place.direct, 410) == "closed"
    assert "niet meer gesteld" in visitor().go(place.direct, 410).heading


def closed_by_hand(world):
    world.act(lambda: rounds.close_round(builders.db.session.scalars(builders.sa.select(Round)).one()))


@on_sqlite
def test_a_closed_round_says_so(visitor, place, world):
    closed_by_hand(world)
    assert ends_on(visitor, place.direct, 410) == "closed"


@on_sqlite
def test_a_seat_closes_when_its_days_have_passed(visitor, place, world):
    mailed = builders.dt.datetime(2026, 11, 1, 12, tzinfo=builders.dt.UTC)
    world.set(Invitation, place.student, mailed_at=mailed)
    world.today("2026-11-29T23:00")
    assert visitor().go(place.direct).page == "start"
    world.today("2026-11-30T00:00")
    assert ends_on(visitor, place.direct, 410) == "closed"


BY_DAYS = ("2026-11-29T23:59", "2026-11-30T00:59", "2026-11-30T01:00")
BY_HAND = ("2026-11-23T12:00", "2026-11-23T12:59", "2026-11-23T13:00")


@pytest.mark.parametrize("times", [BY_DAYS, BY_HAND])
def test_whoever_pressed_start_before_closing_may_save_and_send_for_an_hour(visitor, world, times):
    came, lagged, waited = world.places({}, {}, {})
    mailed = builders.dt.datetime(2026, 11, 1, 12, tzinfo=builders.dt.UTC)
    for place in (came, lagged, waited):
        world.set(Invitation, place.student, mailed_at=mailed)
    world.today(times[0])
    sends, lags, waits = begin(visitor(), came.copy), begin(visitor(), lagged.copy), visitor().go(waited.copy)
    world.today(times[0] + ":30")
    if times == BY_HAND:
        closed_by_hand(world)
    world.today(times[1])
    assert waits.press("go", "start", gets=410).page == "closed"
    assert to_summary(sends, grade="7").press("go", "send").page == "thanks"
    lags.press("go", "next")
    world.today(times[2] + ":30")
    assert lags.press("go", "next", gets=410).page == "closed"


@on_sqlite
def test_after_closing_no_link_for_later_is_offered(visitor, place, world):
    person = begin(visitor(), place.copy).press("go", "next")
    assert ("go", "later") in person.buttons()
    world.today("2026-11-23T12:01")
    closed_by_hand(world)
    assert ("go", "later") not in person.go(f"{place.copy}/agreements").buttons()


@on_sqlite
def test_what_is_open_long_after_closing_cannot_be_sent_any_more(visitor, place, world):
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


def test_three_hundred_unknown_links_an_hour_are_looked_at_per_network(visitor, app):
    client, kinds = app.test_client(), ("s", "t", "t/take-over")
    answers = {client.get(f"/{kinds[n % 3]}/nonsense", base_url="http://bpv.example").status_code for n in range(300)}
    assert answers == {404}
    person = visitor()
    for kind in kinds:
        person.go(f"/{kind}/nonsense?lang=en", 429)
        assert (person.page, person.link("Lost your link?")) == ("unknown", "/lost-link?lang=en")


SPACES = " \t\r\n\u00a0\u2003\u200b\u3000\ufeff"
BEHIND = (*".,;:!?)>]}|*'\"`/\\", *"\u2019\u201d\u00bb\u2026", *SPACES, ").", "/ ", "/)", '">', "/.")


@on_sqlite
def test_marks_and_spaces_behind_a_whole_link_do_no_harm(visitor, place, app):
    with app.app_context():
        stop = opt_outs.opt_out_url("s@school.example")
    person = visitor()
    for link, page in ((place.copy, "start"), (place.trainers_page, "who"), (stop, None)):
        for mark in BEHIND:
            assert person.go(link + quote(mark, safe="")).page == page, mark
            answer = person.client.get(link + quote(mark, safe="/").replace("%3F", ""))  # as browsers leave them
            assert answer.status_code == 200, mark


@on_sqlite
def test_a_page_of_a_link_opens_with_marks_behind_it_too(visitor, place):
    person = begin(visitor(), place.copy + ").")
    assert person.go(f"{place.copy}/agreements).").page == "theme"
    assert person.go(f"{place.copy}/agreements/").page == "theme"
    assert person.go(f"{place.copy}/)/").page == "start"


@on_sqlite
@pytest.mark.parametrize(
    "path", ["/s", "/s/", "/s/.", "/t/", "/t/%20", "/opt-out/", "/s/a/b/c", "/t/a/b", "/opt-out/x"]
)
def test_what_cannot_be_read_tells_how_to_get_ones_link(visitor, app, path):
    assert visitor().go(f"{path}?lang=en", 404).link("Lost your link?") == "/lost-link?lang=en"


@on_sqlite
def test_good_links_are_not_limited_by_address(visitor, place, world):
    person = visitor()
    for _n in range(70):
        person.go(place.direct)
    assert world.rows(RateCounter) == []


def test_nobody_waits_for_a_newer_link_of_a_trainer_who_was_erased(visitor, world):
    place = world.place(trainer_address="boss@company.example")
    world.act(lambda: forgetting.forget(finding.find("boss@company.example")))
    assert ends_on(visitor, place.part, 410) == "closed"
