"""A student answers: on a phone without scripts, with the keyboard only, on two devices."""

import pytest

from tests.journeys.browsing import PHONE

pytestmark = pytest.mark.browser


@pytest.fixture
def place(stage):
    return stage.place()


def sent_through(stage, channel: str) -> dict:
    return next(row for row in stage.sent() if row["channel"] == channel)


def test_a_student_answers_on_a_phone_without_scripts(screen, place, stage):
    phone = screen(PHONE, scripts=False).survey(place.direct)
    assert phone.kind == "thanks"
    assert {"status": "busy", "grade": 1}.items() <= sent_through(stage, "direct")["answers"].items()


def test_a_student_answers_with_the_keyboard_only(screen, place, stage):
    desk = screen().go(place.copy)
    desk.tab_to("a.skip").tab_to('button[value="start"]').enter()
    desk.tab_to('input[name="status"]').type("Space", "ArrowDown", "ArrowDown", "ArrowUp")
    while desk.kind == "theme":
        desk.tab_to('button[value="next"]').enter()
    desk.tab_to('button[value="send"]').enter()
    assert desk.kind == "thanks"
    assert sent_through(stage, "copy")["answers"] == {"status": "finished"}


def test_a_student_goes_on_at_another_device_with_the_code(screen, place):
    phone = screen(PHONE, scripts=False).go(place.copy).press("go", "start")
    code = phone.page.locator(".notice strong").inner_text()
    phone.press("go", "next")
    desk = screen().go(place.copy)
    assert desk.kind == "code"
    desk.page.locator("#code").fill(code)
    desk.press("go", "start")
    assert desk.kind == "theme"
    assert desk.page.url.startswith(f"{place.copy}/")


def test_answers_are_saved_while_typing_where_scripts_run(screen, place, stage):
    desk = screen().go(place.direct).press("go", "start").go(f"{place.direct}/problem_solving")
    with desk.page.expect_response(lambda answer: answer.request.method == "POST"):
        desk.page.locator('label:has(input[name="problem"][value="yes"])').click()
    assert stage.drafted(place.student)["problem_solving"] == {"problem": "yes"}
    desk.press("go", "next")
    assert desk.page.locator('input[name="problem_kind"]').count() > 2


def test_an_error_is_where_the_eye_goes(screen, place):
    desk = screen().go(place.direct).press("go", "start").go(f"{place.direct}/whole")
    desk.page.locator("textarea").first.evaluate("field => { field.removeAttribute('maxlength'); }")
    desk.page.locator("textarea").first.fill("x" * 501)
    desk.press("go", "next")
    assert desk.page.evaluate("document.activeElement.className") == "summary"
    desk.page.locator(".summary a").click()
    assert desk.page.evaluate("document.activeElement.name") == "went_well"


def test_the_stylesheet_within_the_first_page_is_allowed_and_the_same(screen, place):
    """The content security policy lets it through by its hash; the pages that follow load the file."""
    phone = screen(PHONE).go(place.direct)
    width = "getComputedStyle(document.querySelector('main')).maxWidth + getComputedStyle(document.body).fontFamily"
    colour = "getComputedStyle(document.querySelector('.button')).backgroundColor"
    first = phone.page.evaluate(f"[{width}, {colour}]")
    assert first[1] != "rgba(0, 0, 0, 0)"
    assert phone.press("go", "start").page.evaluate(f"[{width}, {colour}]") == first
