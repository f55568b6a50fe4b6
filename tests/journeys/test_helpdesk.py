"""The helpdesk at the keyboard. In a file of its own: each file has one served product, and another begins empty."""

import pytest

from tests.world import ADMIN, PASSWORD

pytestmark = pytest.mark.browser


def test_the_helpdesk_works_with_the_keyboard_alone(screen, served, stage):
    stage.admin()
    place = stage.place(agreement_number="K-1")
    desk = screen().go(f"{served.url}/desk/search?lang=en")
    desk.tab_to("#email").page.keyboard.type(ADMIN)
    desk.tab_to("#password").page.keyboard.type(PASSWORD)
    desk.tab_to("main button").enter().tab_to("#words").page.keyboard.type("K-1")
    desk.tab_to("main button").enter().tab_to(f"a[href*='/seats/{place.student}']").enter()
    desk.tab_to("form[action*=withdraw] button").enter().tab_to("button[name=confirm]").enter()
    assert "Withdrawn: nothing more is asked" in desk.page.locator(".messages").inner_text()
    assert stage.seat(place.student)["desk_withdrew_at"]
