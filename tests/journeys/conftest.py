"""What the journeys share: the product served for real, and real browsers."""

import pytest
from playwright.sync_api import sync_playwright

from tests.conftest import missing
from tests.journeys.browsing import Screen
from tests.servers import chromium
from tests.servers.web import Web
from tests.worker.processes import environment
from tests.world import World

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
DESK = {"viewport": {"width": 1280, "height": 900}}


@pytest.fixture
def web(mailing_app, database_url, mail_server, tmp_path):
    """The product served on the database of this test; the application's links lead there."""
    server = Web(environment(database_url, mail_server, DATA_DIR=tmp_path / "data"), tmp_path / "web.log")
    mailing_app.config["PUBLIC_URL"] = server.url
    server.start()
    yield server
    server.stop()


@pytest.fixture
def served(web, mailing_app):
    """Placements with links that lead to the served product."""
    return World(mailing_app)


@pytest.fixture(scope="session")
def browser():
    program = chromium.find()
    if program is None:
        missing("Chromium", "apt-get install chromium, or .venv/bin/playwright install chromium")
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


