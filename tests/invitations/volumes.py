"""Volumes of placements at schools, and links of them that were opened."""

import datetime as dt

from app.extensions import db
from tests import builders

NOW = dt.datetime(2026, 11, 23, 11, tzinfo=dt.UTC)
STUDENT = {"student_address": "s1@school.example"}


def load(n: int = 1, **changes):
    return builders.load(*(builders.row(**changes) for _n in range(n)))


def opening(placements, n: int) -> None:
    for placement in placements[:n]:
        builders.seat(placement).opened_at = NOW
    db.session.commit()
