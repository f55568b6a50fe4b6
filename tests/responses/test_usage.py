"""Where questionnaires are used, and how long people take."""

import pytest

from app.extensions import db
from app.invitations.models import Round
from app.responses import usage
from app.responses.models import CompletionCounter


@pytest.fixture
def running(world):
    world.place()
    return world.rows(Round)[0]


def count(world, round_id: int, **values: object) -> None:
    given = {"role": "student", "channel": "copy", "n": 1} | values
    world.act(lambda: db.session.add(CompletionCounter(round_id=round_id, **given)))


def of(world, id_: str) -> usage.Usage:
    return next(one for one in world.act(usage.everything) if one.questionnaire.id == id_)


def test_a_questionnaire_knows_its_rounds(world, running):
    assert of(world, "student-2026").rounds == [running["name"]]
    assert of(world, "student-2026").all == usage.Taken(0, None)


def test_minutes_are_told_per_channel_and_together(world, running):
    count(world, running["id"], minutes=6, n=5)
    count(world, running["id"], minutes=9, n=6, channel="direct")
    count(world, running["id"], minutes=2, n=9, role="trainer", channel="part")
    found = of(world, "student-2026")
    assert found.all == usage.Taken(11, 9)
    assert found.channels == {"copy": usage.Taken(5, 6), "direct": usage.Taken(6, 9)}
    assert of(world, "trainer-2026").all == usage.Taken(9, 2)


def test_fewer_than_five_are_counted_and_not_timed(world, running):
    count(world, running["id"], minutes=6, n=4)
    assert of(world, "student-2026").all == usage.Taken(4, None)
