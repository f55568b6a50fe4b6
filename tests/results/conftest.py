"""A round with results, for tests of pages: four schools that answered, the first less satisfied with guidance."""

import pytest

from app.extensions import db
from app.invitations import blocks
from app.results import editions
from tests import builders
from tests.builders import OTHER_SCHOOL, SCHOOL
from tests.results.people import NURSE, answered, placements

OTHERS = (OTHER_SCHOOL, "25LJ", "01OE")
LOW, HIGH = {"guidance_school": "2", "grade": 8}, {"guidance_school": "5", "grade": 8}


@pytest.fixture
def results(app):
    """Make the round and its edition; returns the round's id."""
    with app.app_context():
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
        return measured.id


@pytest.fixture
def reader(results, world, visitor):
    """A school user of the first school, signed in."""
    world.account("reader@school.example", "school", SCHOOL)
    return visitor().sign_in("reader@school.example", "Correct-horse-battery-9")


@pytest.fixture
def analyst(results, world, visitor):
    world.account("analyst@bpv.example", "analyst")
    return visitor().sign_in("analyst@bpv.example", "Correct-horse-battery-9")
