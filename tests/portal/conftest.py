"""A school user in a browser, whose school has an agreement."""

import pytest

from app.accounts.models import Role
from tests.builders import SCHOOL
from tests.world import PASSWORD

READER = "reader@school.example"


@pytest.fixture
def school(world, visitor):
    """A browser in which a user of the builders' school has signed in."""
    world.account(READER, Role.SCHOOL, SCHOOL)
    return visitor().sign_in(READER, PASSWORD)
