"""Business time can be set; machine time cannot. The day is Amsterdam's."""

import datetime as dt

import pytest
from flask import Flask

from app import clock


@pytest.fixture
def at():
    """Set the business clock, within a context of its own."""
    app = Flask(__name__)
    with app.app_context():

        def set_to(text: str | None) -> None:
            app.config["BPV_NOW"] = text and dt.datetime.fromisoformat(text)

        yield set_to


def test_business_time_stands_where_it_was_set(at):
    at("2026-12-01T09:00:00+01:00")
    assert clock.now() == dt.datetime(2026, 12, 1, 8, tzinfo=dt.UTC)


def test_business_time_without_a_zone_is_amsterdams(at):
    at("2026-07-01T09:00:00")
    assert clock.now() == dt.datetime(2026, 7, 1, 7, tzinfo=dt.UTC)


def test_business_time_is_machine_time_where_nothing_is_set(at):
    at(None)
    assert abs(clock.now() - clock.machine_now()) < dt.timedelta(seconds=5)


def test_machine_time_never_moves(at):
    at("2016-01-01")
    assert abs(clock.machine_now() - dt.datetime.now(dt.UTC)) < dt.timedelta(seconds=5)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-12-31T22:59:59+00:00", "2026-12-31"),  # winter: one hour ahead
        ("2026-12-31T23:00:00+00:00", "2027-01-01"),
        ("2026-06-30T21:59:59+00:00", "2026-06-30"),  # summer: two
        ("2026-06-30T22:00:00+00:00", "2026-07-01"),
        ("2026-03-28T23:00:00+00:00", "2026-03-29"),  # the day the clock goes forward
        ("2026-03-29T22:00:00+00:00", "2026-03-30"),
        ("2026-10-24T22:00:00+00:00", "2026-10-25"),  # the day it goes back has 25 hours
        ("2026-10-25T22:30:00+00:00", "2026-10-25"),
        ("2026-10-25T23:00:00+00:00", "2026-10-26"),
    ],
)
def test_the_day_turns_at_midnight_in_amsterdam(at, moment, day):
    at(moment)
    assert clock.today().isoformat() == day


@pytest.mark.parametrize("day", ["2026-01-15", "2026-03-29", "2026-07-01", "2026-10-25", "2026-10-26"])
def test_a_day_begins_at_its_own_midnight(at, day):
    begin = clock.start_of(dt.date.fromisoformat(day))
    at(begin.isoformat())
    assert clock.today().isoformat() == day
    at((begin - dt.timedelta(seconds=1)).isoformat())
    assert clock.today().isoformat() < day
