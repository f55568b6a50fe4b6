"""What the tests of the worker share: the outbox in an application context, and the environment of a process."""

import pytest

from app.extensions import db
from tests import builders
from tests.worker.processes import environment


@pytest.fixture
def environ(context, database_url, mail_server, tmp_path):
    """The environment of a worker process on this test's database and mail server."""
    return environment(database_url, mail_server, BPV_LEASE_SECONDS=2, DATA_DIR=tmp_path / "data")


@pytest.fixture
def three_trainers(context):
    """A batch of three mails, queued; returns its id."""
    opened = builders.open_round()
    builders.load(*[builders.row(trainer_address=f"trainer{n}@company.example") for n in "abc"])
    batch_id = builders.send_batch(opened).id
    db.session.rollback()  # SQLite has one writer, and now that is the worker
    return batch_id
