"""A trainer passes the link on by each way, and the student answers."""

import re

import pytest

from tests import builders
from tests.conftest import on_sqlite
from tests.journeys.conftest import PHONE

pytestmark = [pytest.mark.browser, on_sqlite]


@pytest.fixture
def place(served):
    return served.place(trainer_address="boss@company.example")


@pytest.fixture
def trainer(screen, place):
    return screen(PHONE, scripts=False).go(place.trainers_page).press("who", "trainer")


def link_in(text: str) -> str:
    return re.search(r"http://\S+/s/\S+", text)[0]


def answered(screen, served, place, link: str, channel: str) -> bool:
    assert screen(PHONE, scripts=False).survey(link).kind == "thanks"
    return served.seat(place.student)["channel"] == channel and served.seat(place.student)["sent"]


def test_by_copying(screen, served, place, trainer):
    trainer.page.locator("summary").first.click()
    link = trainer.press("via", "copy").page.locator("input[data-copy]").input_value()
    assert answered(screen, served, place, link, "copy")


def test_by_their_own_mail_program(screen, served, place, trainer):
    trainer.page.locator("summary").first.click()
    text = trainer.press("via", "own-mail").page.locator("textarea").input_value()
    assert answered(screen, served, place, link_in(text), "own-mail")


def test_by_a_mail_to_forward(screen, served, place, trainer, mail_server):
    trainer.press("via", "mail-me")
    served.act(builders.deliver)
    (received,) = mail_server.to("boss@company.example")
    assert answered(screen, served, place, link_in(received.text), "own-mail")


def test_by_mail_through_us(screen, served, place, trainer, mail_server):
    trainer.page.locator("summary").first.click()
    trainer.page.locator("input[type=email]").fill("student@school.example")
    trainer.press("via", "via-us")
    served.act(builders.deliver)
    (received,) = mail_server.to("student@school.example")
    assert answered(screen, served, place, link_in(received.text), "via-us")


def test_the_lights_and_the_own_part(screen, served, place, trainer):
    trainer.page.locator("summary").first.click()
    trainer.press("via", "copy")
    screen().survey(place.copy)
    trainer.go(place.trainers_page)
    assert trainer.page.locator(".light.on").count() == 4
    trainer.page.locator('a[href^="/s/"]').click()
    assert trainer.survey(trainer.page.url).kind == "thanks"
    assert served.seat(place.trainer)["sent"]
