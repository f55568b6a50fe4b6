"""What the journeys share: the product served for real, once per file of tests, and real browsers."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from app import create_app
from app.extensions import db
from tests.conftest import missing, settings
from tests.journeys.browsing import DESK, Screen
from tests.servers import chromium
from tests.servers.smtp import MailServer
from tests.servers.web import Web
from tests.worker.processes import environment
from tests.world import World


@dataclass(frozen=True)
class Served:
    """The served product: its address, its database as the tests look into it, and the mails it sent."""

    url: str
    world: World
    mails: MailServer


@pytest.fixture(scope="module")
def served(template_of, tmp_path_factory):
    folder = tmp_path_factory.mktemp("served")
    shutil.copy(Path(template_of("sqlite").removeprefix("sqlite:///")), folder / "bpv.sqlite")
    url = f"sqlite:///{folder / 'bpv.sqlite'}"
    mails = MailServer()
    mails.start()
    web = Web(environment(url, mails, DATA_DIR=folder / "data"), folder / "web.log")
    app = create_app(settings(DATABASE_URL=url, MAIL_PORT=mails.port, PUBLIC_URL=web.url))
    web.start()
    yield Served(web.url, World(app), mails)
    web.stop()
    mails.stop()
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def stage(served):
    """The world of the served product: placements whose links lead to the served product."""
    return served.world


@pytest.fixture(scope="session")
def browser():
    program = chromium.find()
    if program is None:
        missing("Chromium", "apt-get install chromium, or .venv/bin/playwright install chromium")
    if not chromium.driver_starts():
        missing("library that Playwright needs", "apt-get install libatomic1")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=list(chromium.FLAGS))
        yield running
        running.close()


@pytest.fixture
def screen(browser):
    """Return a maker of screens, each a browser of its own: a phone or a desk, with scripts or without."""
    contexts = []

    def make(kind: dict = DESK, *, scripts: bool = True) -> Screen:
        contexts.append(browser.new_context(**kind, java_script_enabled=scripts, locale="nl-NL"))
        return Screen(contexts[-1].new_page())

    yield make
    for context in contexts:
        context.close()
