"""A trainer passes the link on by each way, or says what stands in its way; on a phone, with scripts and without."""

import contextlib
import itertools
import re
from urllib.parse import unquote

import pytest
from playwright.sync_api import Error

from app.forwarding.models import Report
from tests import builders
from tests.journeys.browsing import PHONE

pytestmark = pytest.mark.browser
NUMBERS = itertools.count(1)


@pytest.fixture(params=[False, True], ids=["without scripts", "with scripts"])
def phone(request, screen):
    """Return a maker of phones, all with scripts or all without."""
    return lambda: screen(PHONE, scripts=request.param)


@pytest.fixture
def place(stage):
    return stage.place(trainer_address=f"boss{next(NUMBERS)}@company.example")


@pytest.fixture
def trainer(phone, place):
    return phone().go(place.trainers_page).press("who", "trainer")


def choose(trainer, way: str):
    trainer.page.locator("summary").first.click()
    return trainer.press("via", way)


def link_in(text: str) -> str:
    return re.search(r"http://\S+/s/\S+", text)[0]


def answered(phone, stage, place, link: str, channel: str) -> bool:
    assert phone().survey(link).kind == "thanks"
    return stage.seat(place.student)["channel"] == channel and stage.seat(place.student)["sent"]


def test_by_copying(phone, stage, place, trainer):
    link = choose(trainer, "copy").page.locator("input[data-copy]").input_value()
    assert answered(phone, stage, place, link, "copy")


def test_by_whatsapp(phone, stage, place, trainer):
    opened = choose(trainer, "whatsapp").page.locator('a[href^="whatsapp:"]').get_attribute("href")
    assert answered(phone, stage, place, link_in(unquote(opened)), "whatsapp")


def test_by_their_own_mail_program(phone, stage, place, trainer):
    text = choose(trainer, "own-mail").page.locator("textarea").input_value()
    assert answered(phone, stage, place, link_in(text), "own-mail")


def test_by_a_mail_to_forward(phone, stage, place, trainer, served):
    trainer.press("via", "mail-me")
    stage.act(builders.deliver)
    received = served.mails.mails[-1]
    assert answered(phone, stage, place, link_in(received.text), "own-mail")


def test_by_mail_through_us(phone, stage, place, trainer, served):
    student = f"student{next(NUMBERS)}@school.example"
    trainer.page.locator("summary").first.click()
    trainer.page.locator("input[type=email]").fill(student)
    trainer.press("via", "via-us")
    stage.act(builders.deliver)
    (received,) = served.mails.to(student)
    assert answered(phone, stage, place, link_in(received.text), "via-us")


def test_by_a_qr_code_that_fills_the_screen(place, trainer):
    code = choose(trainer, "qr").page.locator("svg.qr").bounding_box()
    assert code["width"] >= 300
    assert code["x"] >= 0
    assert code["x"] + code["width"] <= 390


def test_by_a_printed_sheet(phone, stage, place, trainer):
    text = choose(trainer, "sheet").page.locator(".sheet").inner_text()
    assert answered(phone, stage, place, link_in(text), "sheet")


def test_a_sheet_prints_on_one_page_of_a6(screen, place):
    desk = screen().go(place.trainers_page).press("who", "trainer")
    choose(desk, "sheet")
    pdf = desk.page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    width, height = map(float, re.search(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf).groups())
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (105, 148)


def test_on_the_trainers_own_device(phone, stage, place, trainer):
    choose(trainer, "here").page.get_by_role("link", name="De student heeft het apparaat").click()
    trainer.survey(trainer.page.url)
    assert trainer.kind == "thanks"
    assert stage.seat(place.student)["channel"] == "here"
    assert "Bekijk" not in trainer.page.locator("main").inner_text()
    trainer.page.get_by_role("link", name="Geef het apparaat terug").click()
    trainer.page.get_by_role("link", name="Terug naar mijn studenten").click()
    assert trainer.page.locator(".light.on").count() == 4


def test_going_back_in_the_browser_shows_nothing_of_who_stopped_half_way(place, trainer, stage):
    choose(trainer, "here").page.get_by_role("link", name="De student heeft het apparaat").click()
    trainer.press("go", "start")
    trainer.page.locator('label:has(input[value="busy"])').click()
    trainer.press("go", "next").press("go", "stop")
    assert trainer.kind == "handed-back"
    for _n in range(6):
        with contextlib.suppress(Error):  # a browser that would have to send a form again asks first, and shows nothing
            trainer.page.go_back(wait_until="commit")
        assert trainer.page.locator("input:checked").count() == 0
    assert set(stage.drafted(place.student)) == {"preparation", "agreements"}


@pytest.mark.parametrize("way", ["not-mine", "unreachable", "stopped"])
def test_ways_out_are_one_tap_and_can_be_taken_back(stage, place, trainer, way):
    trainer.press("ask", "exits").press("exit", way)
    assert [row["kind"] for row in stage.rows(Report, Report.placement_id == place.placement, Report.stands())] == [way]
    trainer.press_labelled("Dit terugnemen")
    assert stage.rows(Report, Report.placement_id == place.placement, Report.stands()) == []


def test_a_colleague_takes_over(phone, stage, place, trainer, served):
    colleague = f"colleague{next(NUMBERS)}@company.example"
    trainer.press("ask", "exits").page.locator("#address").fill(colleague)
    trainer.press("exit", "colleague")
    stage.act(builders.deliver)
    link = re.search(r"http://\S+/t/\S+", served.mails.to(colleague)[0].text)[0]
    assert phone().go(link).press("who", "trainer").page.locator("article").count() == 1
    assert "overgedragen aan een collega" in trainer.go(place.trainers_page).text


def test_the_lights_and_the_own_part(phone, stage, place, trainer):
    choose(trainer, "copy")
    phone().survey(place.copy)
    trainer.go(place.trainers_page)
    assert trainer.page.locator(".light.on").count() == 4
    trainer.page.locator('a[href^="/s/"]').click()
    assert trainer.survey(trainer.page.url).kind == "thanks"
    assert stage.seat(place.trainer)["sent"]


def test_the_page_fits_a_small_phone(screen, place):
    small = screen(PHONE | {"viewport": {"width": 320, "height": 640}}, scripts=False)
    small.go(place.trainers_page).press("who", "trainer").page.locator("summary").first.click()
    assert small.page.evaluate("document.documentElement.scrollWidth") <= 320
    assert small.press("ask", "exits").page.evaluate("document.documentElement.scrollWidth") <= 320
