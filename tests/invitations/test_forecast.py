"""A forecast says what signing could do, from the school's own placements and what was measured or published."""

import datetime as dt

from app.extensions import db
from app.invitations import forecast
from app.invitations.forecast import Rate
from app.invitations.models import Route
from tests import builders
from tests.builders import OTHER_SCHOOL
from tests.invitations.volumes import NOW, STUDENT, load, opening


def test_a_forecast_without_measurements_goes_by_published_figures(opened):
    load(50, brin=OTHER_SCHOOL)
    found = forecast.of_school(OTHER_SCHOOL, opened)
    assert (found.students, found.without, found.with_agreement) == (50, 6, 20)
    assert found.forwarded == Rate(forecast.PUBLISHED[Route.FORWARDED], "published")


def test_a_forecast_counts_students_who_still_have_a_link_to_open(opened):
    placements = load(6, brin=OTHER_SCHOOL)
    opening(placements, 1)
    builders.seat(placements[1]).desk_withdrew_at = NOW
    builders.seat(placements[2]).mailed_at = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)
    load(1, brin=OTHER_SCHOOL, status="Voorlopig")
    load(1, brin=OTHER_SCHOOL, planned_end_on=dt.date(2027, 3, 1))
    load(1)
    db.session.commit()
    assert forecast.of_school(OTHER_SCHOOL, opened).students == 4


def test_a_forecast_goes_by_what_the_round_measured(opened, monkeypatch):
    monkeypatch.setattr(forecast, "ENOUGH", 4)
    opening(load(4, **STUDENT), 2)
    placements = load(5, brin=OTHER_SCHOOL)
    opening(placements, 1)
    found = forecast.of_school(OTHER_SCHOOL, opened)
    assert found.direct == Rate(0.5, "all")
    assert found.forwarded == Rate(0.2, "all")
    assert (found.students, found.without, found.with_agreement) == (4, 1, 2)


def test_closed_seats_say_more_than_those_mailed_lately(opened, monkeypatch):
    monkeypatch.setattr(forecast, "ENOUGH", 4)
    closed = load(4, brin=OTHER_SCHOOL)
    opening(closed, 3)
    for placement in closed:
        seat = builders.seat(placement)
        seat.invited_at = seat.mailed_at = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)
        seat.route = Route.FORWARDED
    load(8, brin=OTHER_SCHOOL)
    db.session.commit()
    assert forecast.of_school(OTHER_SCHOOL, opened).forwarded == Rate(0.75, "closed")
