"""A round with an edition, for tests of what is made of it: a school with figures, three others, and one too small."""

from typing import Any

from app import clock
from app.extensions import db
from app.invitations.models import Role, Round
from app.results import block_names, editions
from app.results.downloads.contents import Contents
from app.results.models import Edition, Publication
from app.results.scopes import Scope
from app.results.selection import Selection
from tests import builders
from tests.builders import OTHER_SCHOOL, SCHOOL
from tests.results import people
from tests.results.people import MASON, NURSE

SMALL = "25LJ"  # under 20 placements
NAMES = {SCHOOL: "ROC Rivor"}
ELSEWHERE = (OTHER_SCHOOL, "00GT", "20MQ")
HAPPY = {"grade": 9, "guidance_school": "5", "prepared_by_school": "4", "status": "finished", "problem": "no"}
UNHAPPY = HAPPY | {"grade": 6, "guidance_school": "2"}


def edition(mason: int = 24, nurse: int = 7, small: int = 6, role: str = "student") -> Edition:
    """Make an edition: so many of a role answer at the school, per group of programmes, and in the one too small."""
    for brin in (SCHOOL, *ELSEWHERE):
        people.placements(30, brin=brin, crebo=MASON)
    people.placements(25, crebo=NURSE, pathway="BBL")
    people.placements(8, brin=SMALL, crebo=MASON)
    measured = builders.open_round()
    sent(measured, role, SCHOOL, mason, HAPPY)
    people.answered(measured, nurse, role, crebo=NURSE, pathway="BBL", answers=HAPPY)
    sent(measured, role, SMALL, small, UNHAPPY)
    for brin in ELSEWHERE:
        sent(measured, role, brin, 15, UNHAPPY)
    return made(measured)


def sent(measured: Round, role: str, brin: str, n: int, answers: dict[str, Any]) -> None:
    people.answered(measured, n, role, brin=brin, crebo=MASON, answers=answers)


def made(measured: Round) -> Edition:
    edition = editions.make(measured)
    db.session.commit()
    return edition


def published(edition: Edition) -> Publication:
    values = {"round_id": edition.round_id, "edition_id": edition.id, "published_at": clock.now(), "figures": {}}
    publication = Publication(**values)
    db.session.add(publication)
    db.session.commit()
    return publication


def contents(edition: Edition, scope: Scope | None = None, role: Role = Role.STUDENT) -> Contents:
    """Return what a file of a scope is made from, of the school where none is given."""
    scope = scope or Scope("school", SCHOOL)
    blocks = block_names.of_school(edition.round_id, scope.code) if scope.kind == "school" else []
    chosen = Selection(edition.round, edition, role, scope, [edition.round], blocks)
    return Contents(chosen, NAMES.get(scope.code, scope.name))
