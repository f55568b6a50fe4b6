"""People who open pages of results."""

import pytest

from tests.builders import SCHOOL
from tests.results.people import four_schools
from tests.world import PASSWORD


@pytest.fixture
def results(app):
    """Make a round with an edition; returns the round's id."""
    with app.app_context():
        return four_schools().id


@pytest.fixture
def reader(results, world, visitor):
    """A school user of the first school, signed in."""
    world.account("reader@school.example", "school", SCHOOL)
    return visitor().sign_in("reader@school.example", PASSWORD)


@pytest.fixture
def analyst(results, world, visitor):
    world.account("analyst@bpv.example", "analyst")
    return visitor().sign_in("analyst@bpv.example", PASSWORD)
