"""A round with two sectors and two pathways that answered, and a sector of which too few did."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.invitations.models import Invitation, Role, Round
from app.invitations.rounds import open_round
from app.placements.models import Placement
from app.results.history import loading as history_loading
from app.results.models import Publication
from app.results.publishing import publication
from tests.builders import OTHER_SCHOOL, SCHOOL
from tests.results.people import FITTER, MASON, NURSE, answered, placements

GUARD = "25690"  # of a sector of which too few answer
TAUGHT = ((MASON, "BOL", 40), (FITTER, "BBL", 30), (NURSE, "BOL", 60), (GUARD, "BOL", 4))
ASKED = ("guidance_company", "guidance_school", "prepared_by_school", "contact_satisfaction", "level_fits")
PATTERNS = tuple(zip(("5", "4", "4", "3", "2"), (8, 9, 7, 8, 10), strict=True))
SCHOOLS = (SCHOOL, OTHER_SCHOOL, "25LJ")
RUNNING = 2027  # the year in which the round of today ends


def measured(year: int = 2026, forms: Mapping[str, str] | None = None, **given: Any) -> Round:
    """Have the round of placements that end up to July of a year, half answered; `given` is answered by all.

    `forms` are the questionnaires to open it with, if it is not with those of 2026.
    """
    for crebo, pathway, n in TAUGHT:
        dates = {"begins_on": dt.date(year - 1, 9, 1), "planned_end_on": dt.date(year - 1, 11, 30)}
        for brin in SCHOOLS:
            placements(n, brin=brin, crebo=crebo, pathway=pathway, **dates)
    opened = open_round(f"Meting {year}", dt.date(year - 1, 8, 1), dt.date(year, 7, 31), **(forms or {}))
    db.session.commit()
    for role in Role:
        for crebo, pathway, n in TAUGHT:
            for brin in SCHOOLS:
                _answer(opened, role, brin, crebo, pathway, n // 2, given)
    return opened


def published(year: int = 2026, **given: Any) -> Publication:
    made = publication.publish(measured(year, **given))
    db.session.commit()
    return made


def history() -> None:
    """Load what was published of earlier years."""
    history_loading.load()
    db.session.commit()


def _answer(opened: Round, role: Role, brin: str, crebo: str, pathway: str, n: int, given: dict[str, Any]) -> None:
    for at, (scale, grade) in enumerate(PATTERNS):
        part = len(range(at, n, len(PATTERNS)))
        told = dict.fromkeys(ASKED, scale) | {"grade": grade, "problem": "no"} | given
        answered(opened, part, role, brin=brin, crebo=crebo, pathway=pathway, answers=told)
    at_cell = (Placement.brin == brin, Placement.crebo == crebo, Placement.pathway == pathway)
    mine = sa.select(Invitation.id).join(Placement).where(*at_cell, Invitation.round_id == opened.id)
    ids = list(db.session.scalars(mine.where(Invitation.role == role).limit(n)))
    sent = sa.update(Invitation).where(Invitation.id.in_(ids)).values(opened_at=opened.opened_at, sent=True)
    db.session.execute(sent)
    db.session.commit()
