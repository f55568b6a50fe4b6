"""A student answers: on a phone without scripts, with the keyboard only, on two devices."""

import pytest

from tests.journeys.browsing import PHONE, Screen

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


@pytest.mark.parametrize("with_keyboard", [False, True])
def test_an_answer_that_excludes_others_unticks_them_and_the_other_way_round(screen, place, stage, with_keyboard):
    desk = at_the_problem(screen(), place)

    def tick(value: str) -> list[str]:
        box = desk.page.locator(f'input[name="problem_helped"][value="{value}"]')
        if with_keyboard:
            box.focus()
            desk.type("Space")
        else:
            box.click()
        return desk.page.locator("input[type=checkbox]:checked").evaluate_all("boxes => boxes.map(box => box.value)")

    desk.page.locator('input[name="problem_kind"][value="work"]').check()
    tick("home")
    assert tick("school") == ["work", "school", "home"]
    assert tick("nobody") == ["work", "nobody"]
    assert tick("nobody") == ["work"]
    tick("nobody")
    assert tick("home") == ["work", "home"]
    tick("nobody")
    desk.press("go", "next")
    assert stage.drafted(place.student)["problem_solving"]["problem_helped"] == ["nobody"]


def test_without_scripts_both_are_refused_and_back_shows_what_was_saved(screen, place):
    phone = at_the_problem(screen(PHONE, scripts=False), place)
    for value in ("home", "nobody"):
        phone.page.locator(f'label:has(input[name="problem_helped"][value="{value}"])').click()
    phone.page.locator('label:has(input[name="problem_solved"][value="4"])').click()
    phone.press("go", "next")
    assert "‘Niemand’" in phone.page.locator("#problem_helped-error").inner_text()
    phone.page.go_back()
    assert phone.page.locator('input[name="problem_solved"][value="4"]').is_checked()


def at_the_problem(person: Screen, place) -> Screen:
    """Lead somebody to the page of problems, with its follow-ups on screen."""
    person.go(place.direct).press("go", "start").go(f"{place.direct}/problem_solving")
    person.page.locator('label:has(input[name="problem"][value="yes"])').click()
    return person.press("go", "next")


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
