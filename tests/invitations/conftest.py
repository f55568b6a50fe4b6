"""Worlds that several tests of invitations start from."""

import pytest

from tests import builders


@pytest.fixture
def signed_context(context):
    """The application's context, with a school that shares its students' addresses."""
    builders.sharing_school()
    return context
