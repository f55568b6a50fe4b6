"""Back, forward and reload on every page of a student's and a trainer's way, on a phone in a real browser."""

import itertools
import re

import pytest
from playwright.sync_api import expect

from tests.journeys.browsing import PHONE, Screen
from tests.servers import chromium

pytestmark = pytest.mark.browser
NUMBERS = itertools.count(1)


@pytest.fixture(params=[False, True], ids=["without scripts", "with scripts"])
def phone(request, screen):
    return screen(PHONE, scripts=request.param)


@pytest.fixture
def place(stage):
    return stage.place(trainer_address=f"back{next(NUMBERS)}@company.example")


class Walked:
    """A person who goes back, forward and reloads after each step, and must see pages only."""

    def __init__(self, person: Screen):
        self.person = person
        self.before: str | None = None

    def at(self, kind: str) -> None:
        page = self.person.page
        assert self.person.kind == kind
        page.reload()
        assert self.person.kind == kind
        if self.before:
            page.go_back()
            assert self.person.kind == self.before
            page.go_forward()
            assert self.person.kind == kind
        self.before = kind


@pytest.mark.parametrize("link", ["copy", "direct", "here", "part"])
def test_every_page_of_a_questionnaire(phone, place, link):
    address = place.part if link == "part" else place.shared[link]
    walked = Walked(phone.go(address))
    walked.at("start")
    phone.press("go", "start")
    while phone.kind == "theme":
        walked.at("theme")
        if phone.page.locator('input[name="grade"]').count():
            phone.page.locator('label:has(input[name="grade"])').last.click()
        phone.press("go", "next")
    walked.at("summary")
    assert phone.press("go", "send").kind == "thanks"
    phone.page.go_back()
    assert phone.kind == "sent"


def test_what_a_student_typed_is_there_after_back(phone, place):
    phone.go(place.copy).press("go", "start").page.locator('label:has(input[value="busy"])').click()
    phone.press("go", "next").page.go_back()
    assert phone.page.locator('input[value="busy"]').is_checked()


@pytest.mark.parametrize("way", ["whatsapp", "copy", "own-mail", "qr", "here", "sheet", "mail-me", "via-us"])
def test_every_way_of_passing_on(phone, place, way):
    walked = Walked(phone.go(place.trainers_page))
    walked.at("who")
    phone.press("who", "trainer")
    walked.before = None  # whose cookie asks no more
    walked.at("students")
    if way != "mail-me":
        phone.page.locator("summary").first.click()
    if way == "via-us":
        phone.page.locator("input[type=email]").fill("no address")
        phone.press("via", way)
        walked.at("students")
        phone.page.locator("input[type=email]").fill(f"student{next(NUMBERS)}@school.example")
    phone.press("via", way)
    walked.at("sheets" if way == "sheet" else "passed-on")
    phone.press_labelled("Ga terug naar mijn studenten")
    walked.before = None
    walked.at("students")


def test_every_way_out(phone, place):
    walked = Walked(phone.go(place.trainers_page))
    walked.at("who")
    phone.press("who", "student")
    walked.at("for-student")
    phone.page.go_back()
    phone.press("who", "trainer")
    walked.before = None
    walked.at("students")
    phone.press("ask", "exits")
    walked.at("exits")
    phone.page.locator("#address").fill("no address")
    phone.press("exit", "colleague")
    walked.at("exits")
    phone.press("exit", "offer")
    walked.at("offer")
    phone.page.go_back()
    walked.before = "exits"
    phone.press("exit", "unreachable")
    walked.at("students")


def test_a_device_that_was_given_back(phone, place):
    walked = Walked(phone.go(place.shared["here"]))
    walked.at("start")
    phone.press("go", "start").page.locator('label:has(input[value="busy"])').click()
    phone.press("go", "next").press("go", "stop")
    assert phone.page.locator("strong").count()
    phone.page.reload()
    assert (phone.kind, phone.page.locator("strong").count()) == ("handed-back", 0)
    for _n in range(2):
        phone.page.go_back()
        assert phone.kind == "code"


def test_the_browsers_memory_shows_no_code_of_a_device_that_was_given_back(browser, place):
    """Browsers keep whole pages for Back; only those that tests drive do without."""
    arguments = {"args": list(chromium.FLAGS), "ignore_default_args": ["--disable-back-forward-cache"]}
    remembers = browser.browser_type.launch(executable_path=chromium.find(), **arguments)
    person = Screen(remembers.new_page(**PHONE)).go(place.shared["here"]).press("go", "start")
    person.page.locator('label:has(input[value="busy"])').click()
    person.press("go", "next").press("go", "stop")
    assert person.page.locator("strong").count()
    person.page.locator("main a.button").click()
    person.page.wait_for_url("**/t/back**")
    person.page.evaluate("setTimeout(() => history.back())")
    expect(person.page).to_have_url(re.compile("handed-back"))
    expect(person.page.locator("strong")).to_have_count(0)
    assert person.kind == "handed-back"
    remembers.close()
