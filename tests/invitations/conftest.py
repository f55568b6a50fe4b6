"""Worlds that several tests of invitations start from."""

import pytest

from tests import builders


@pytest.fixture
def signed_context(context):
    """The application's context, with a school that shares its students' addresses."""
    builders.sharing_school()
    return context


@pytest.fixture
def opened(signed_context):
    """A round at a school that shares its students' addresses."""
    return builders.open_round()
