"""A student answers: on a phone without scripts, with the keyboard only, on two devices."""

import pytest

from app.responses.models import Response
from tests.conftest import on_sqlite
from tests.journeys.conftest import PHONE

pytestmark = [pytest.mark.browser, on_sqlite]


@pytest.fixture
def place(served):
    return served.place()


def test_a_student_answers_on_a_phone_without_scripts(screen, place, served):
    phone = screen(PHONE, scripts=False).survey(place.direct)
    assert phone.kind == "thanks"
    (row,) = served.rows(Response)
    assert (row["answers"]["status"], row["answers"]["grade"]) == ("busy", 1)


def test_a_student_answers_with_the_keyboard_only(screen, place, served):
    desk = screen().go(place.copy)
    desk.tab_to("a.skip").tab_to('button[value="start"]').type("Enter")
    desk.tab_to('input[name="status"]').type("Space").type("ArrowDown").type("ArrowDown").type("ArrowUp")
    while desk.kind == "theme":
        desk.tab_to('button[value="next"]').type("Enter")
    desk.tab_to('button[value="send"]').type("Enter")
    assert desk.kind == "thanks"
    assert served.rows(Response)[0]["answers"] == {"status": "finished"}


def test_a_student_goes_on_at_another_device_with_the_code(screen, place):
    phone = screen(PHONE, scripts=False).go(place.copy).press("go", "start")
    code = phone.page.locator(".notice strong").inner_text()
    phone.press("go", "next")
    desk = screen().go(place.copy)
    assert desk.kind == "code"
    desk.page.locator("#code").fill(code)
    desk.press("go", "start")
    assert desk.kind == "theme"
    assert desk.page.url == place.copy


def test_an_error_is_where_the_eye_goes(screen, place):
    desk = screen().go(place.direct).press("go", "start").go(f"{place.direct}/whole")
    desk.page.locator("textarea").first.evaluate("field => { field.removeAttribute('maxlength'); }")
    desk.page.locator("textarea").first.fill("x" * 501)
    desk.press("go", "next")
    assert desk.page.evaluate("document.activeElement.className") == "summary"
    desk.page.locator(".summary a").click()
    assert desk.page.evaluate("document.activeElement.name") == "went_well"
