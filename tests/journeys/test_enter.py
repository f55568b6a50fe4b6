"""Enter, pressed in a real browser in every field of every form, does what that field is for and nothing else."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Route

from app.accounts.models import Role
from tests import builders
from tests.journeys.browsing import DESK, PHONE
from tests.world import ADMIN, PASSWORD

pytestmark = pytest.mark.browser
SCHOOL = f"/desk/schools/{builders.SCHOOL}"
READER = "reader@school.example"
FIELDS = "input:not([type=hidden]):not([type=radio]):not([type=checkbox]):not([type=file]):not([readonly])"
PAGES_OF_ADMIN = (
    "/desk/account",
    "/desk/accounts",
    "/desk/accounts/1",
    "/desk/agreements/new",
    "/desk/audit",
    "/desk/mails",
    "/desk/placements",
    "/desk/privacy",
    "/desk/privacy/person",
    "/desk/rounds/new",
    "/desk/search",
    "/desk/seats",
    "/desk/worklist",
    f"{SCHOOL}/agreement",
)
PAGES_FOR_ANYONE = ("/", "/lost-link", "/receipt", "/schools/interested", "/sign-in", "/password")


def entered(screen) -> list[tuple[str, str, dict[str, str]]]:
    """Press Enter in each field of the page; returns field, path and form of what the browser would have sent."""
    sent: list[Any] = []

    def catch(route: Route) -> None:
        sent.append(route.request)
        route.fulfill(status=204)  # the page stays

    page, found = screen.page, []
    for field in page.locator(f"main :is({FIELDS})").all():
        field.evaluate("field => { for (let at = field; at; at = at.parentElement) at.open = true }")
        name = field.get_attribute("name") or ""
        page.route("**", catch)
        with page.expect_request("**") as caught:
            field.press("Enter")
        page.unroute("**", catch)
        parts = urlsplit(caught.value.url)
        found.append((name, parts.path, dict(parse_qsl(caught.value.post_data or parts.query, keep_blank_values=True))))
    return found


def signed_in(screen, url: str, who: str):
    person = screen(DESK).go(f"{url}/sign-in?lang=en")
    person.page.get_by_label("Mail address").fill(who)
    person.page.get_by_label("Password").fill(PASSWORD)
    return person.press_labelled("Sign in")


@pytest.fixture(scope="module")
def place(served):
    """A student whose address and name a school shares, beside another, and accounts to see them with."""
    served.world.admin()
    served.world.share()
    served.world.account(READER, Role.SCHOOL, builders.SCHOOL)
    people = [{"student_address": f"s{n}@school.example", "trainer_address": "t@company.example"} for n in range(3)]
    return served.world.places(*people)[0]


def test_in_a_students_name_it_saves_the_table(screen, served, place):
    person = signed_in(screen, served.url, READER).go(f"{served.url}{SCHOOL}/students?lang=en")
    pressed = [one for one in entered(person) if "-" in one[0]]
    assert len(pressed) == 9
    assert {path for _name, path, _form in pressed} == {f"{SCHOOL}/students"}
    assert all(name in form for name, _path, form in pressed)
    person.page.locator("input[name^=first_name]").nth(1).fill("Sam")
    with person.page.expect_navigation():
        person.page.locator("input[name^=first_name]").nth(1).press("Enter")
    assert "1 student is changed" in person.page.content()
    assert person.page.locator("input[name^=address]").count() == 3


def test_in_a_students_address_the_trainer_mails_that_student(screen, served, place):
    trainer = screen(PHONE).go(place.trainers_page).press("who", "trainer")
    pressed = entered(trainer)
    assert len(pressed) == 3
    assert {(name, form["via"]) for name, _path, form in pressed} == {("address", "via-us")}
    assert len({form["seat"] for _name, _path, form in pressed}) == 3
    leaving = entered(trainer.press("ask", "exits"))
    assert [(name, form["exit"]) for name, _path, form in leaving] == [("address", "colleague"), ("dates-day", "dates")]


def test_at_the_desk_it_presses_the_button_of_its_own_form(screen, served, place):
    person = signed_in(screen, served.url, ADMIN)
    harmful = ("erase", "end", "withdraw", "replace", "mail", "cancel", "close", "off", "undo", "object")
    seen = 0
    for page in (*PAGES_OF_ADMIN, f"/desk/seats/{place.student}"):
        person.go(f"{served.url}{page}?lang=en")
        for name, path, form in entered(person):
            assert name in form, (page, name)
            assert path.rpartition("/")[2] not in harmful, (page, name, path)
            assert "confirm" not in form
            seen += 1
    assert seen > 25


def test_on_pages_for_anyone_it_sends_the_form_it_stands_in(screen, served, place):
    person = screen(PHONE)
    for page in PAGES_FOR_ANYONE:
        for name, path, form in entered(person.go(f"{served.url}{page}?lang=en")):
            assert name in form, (page, name)
            assert path == page or page == "/", (page, name, path)
            assert form.get("go") in (None, "read")
