"""What the tests of mailing share: an application that sends notes to the real server, and one without a database."""

import pytest

from app import create_app
from tests.conftest import settings
from tests.mailing.notes import Notes


@pytest.fixture
def notes(mailing_app):
    """The kind `note`, in an application context on either database."""
    with mailing_app.app_context():
        yield Notes(mailing_app)


@pytest.fixture
def bare_app(tmp_path):
    """An application whose database is never opened."""
    app = create_app(settings(DATABASE_URL=f"sqlite:///{tmp_path / 'none.sqlite'}", MAIL_TIMEOUT=5))
    with app.app_context():
        yield app
