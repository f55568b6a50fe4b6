"""Pages of results before a real browser: axe, the keyboard, and no page wider than a phone."""

import pytest

from tests.builders import SCHOOL
from tests.journeys.browsing import PHONE
from tests.journeys.test_accessibility import Looked, sizes
from tests.results.people import four_schools
from tests.world import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PAGES = ("", "questions", "together", "programmes", "trend", "texts", "questions?role=trainer")
WIDE = ("results/all/", "results/all/questions", "results/all/together", "results/all/trend", "results/schools")


@pytest.fixture(scope="module")
def measured(served):
    """Results of four schools, and who reads them."""
    served.world.act(four_schools)
    served.world.account("reader@school.example", "school", SCHOOL)
    served.world.account("analyst@bpv.example", "analyst")


@pytest.fixture
def signed_in(screen, served, measured):
    """Return a maker of browsers in which somebody signed in."""

    def make(kind: dict, email: str):
        person = screen(kind).go(f"{served.url}/desk/?lang=en")
        person.page.get_by_label("Mail address").fill(email)
        person.page.get_by_label("Password").fill(PASSWORD)
        return person.press_labelled("Sign in")

    return make


@sizes
def test_pages_of_a_school(signed_in, served, kind):
    looked, person = Looked(), signed_in(kind, "reader@school.example")
    for page in PAGES:
        both = f"{page}{'&' if '?' in page else '?'}lang=en"
        person.go(f"{served.url}/desk/schools/{SCHOOL}/results/{both}")
        person.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        looked.at(person, page or "home")
    assert looked.faults == {}


@sizes
def test_pages_of_the_country(signed_in, served, kind):
    looked, person = Looked(), signed_in(kind, "analyst@bpv.example")
    for page in (*WIDE, "results/texts", "results/microdata", "results/publications"):
        looked.at(person.go(f"{served.url}/desk/{page}?lang=en"), page)
    assert looked.faults == {}


def test_filters_work_by_keyboard_alone(signed_in, served):
    person = signed_in(PHONE, "reader@school.example")
    person.go(f"{served.url}/desk/schools/{SCHOOL}/results/questions?lang=en")
    person.page.locator("summary").first.focus()
    person.page.keyboard.press("Enter")
    person.page.locator("#role").focus()
    person.page.keyboard.press("ArrowDown")
    with person.page.expect_navigation():
        person.page.locator(".filters button").press("Enter")
    assert "role=trainer" in person.page.url
