"""The sample questionnaire and the two real ones, read once."""

import pytest

from app.questionnaires.loader import load_all

from .samples import sample


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    return sample(tmp_path_factory.mktemp("definitions"))


@pytest.fixture(scope="session")
def student():
    return load_all()["student-2026"]


@pytest.fixture(scope="session")
def trainer():
    return load_all()["trainer-2026"]
