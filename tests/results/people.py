"""People who answered, for tests: placements through the product's own loading, answers straight into their table."""

import itertools
import secrets
from typing import Any

from app.extensions import db
from app.invitations import blocks
from app.invitations.models import Round
from app.questionnaires import loader
from app.responses.models import Response
from app.results import editions
from tests import builders

KEYS = itertools.count(1)
# Two programmes of one dossier, a third of their sector, and one of another sector.
OTHERS = (builders.OTHER_SCHOOL, "25LJ", "01OE")
LOW, HIGH = {"guidance_school": "2", "grade": 8}, {"guidance_school": "5", "grade": 8}
MASON, MASON_TOO, FITTER, NURSE = "25786", "25785", "25736", "25655"


def placements(n: int, **changes: Any) -> None:
    """Load placements of the school year, in one go."""
    builders.load(*(builders.row(**changes) for _one in range(n)))


def answered(measured: Round, n: int, role: str = "student", **changes: Any) -> list[str]:
    """Let n persons of a role send answers; returns the keys. `answers` are given by all, `is_first` is set alike."""
    keys = []
    for _one in range(n):
        values = {
            "key": secrets.token_hex(16),
            "receipt_hash": f"{next(KEYS):064}",
            "round_id": measured.id,
            "month": "2026-11",
            "role": role,
            "channel": "direct",
            "questionnaire": measured.questionnaire(role),
            "brin": builders.SCHOOL,
            "crebo": builders.CREBO,
            "pathway": "BOL",
            "answers": {"grade": 8, "guidance_school": "4"},
            "is_first_in_round": changes.get("is_first", True),
        }
        db.session.add(Response(**(values | changes)))
        keys.append((values | changes)["key"])
    db.session.commit()
    return keys


def four_schools() -> Round:
    """Open a round in which four schools answered, the first less satisfied with guidance, and make its edition."""
    placements(30)
    placements(30, crebo=NURSE)
    for brin in OTHERS:
        placements(40, brin=brin)
    measured = builders.open_round()
    blocks.draw_all(measured)
    texts = {"went_well": "Goed, mail naar x@school.example", "should_improve": "Meer tijd"}
    answered(measured, 20, answers=LOW, texts=texts)
    answered(measured, 6, answers=LOW, crebo=NURSE)
    for brin in OTHERS:
        answered(measured, 40, answers=HIGH, brin=brin)
        answered(measured, 40, role="trainer", answers=HIGH, brin=brin)
    editions.make(measured)
    db.session.commit()
    return measured


def withdraw(key: str) -> None:
    db.session.delete(db.session.get_one(Response, key))
    db.session.commit()


def questions(measured: Round, role: str = "student") -> list[str]:
    asked = loader.load_all()[measured.questionnaire(role)].asked_with(measured.modules)
    return [question.id for question in asked.questions()]
