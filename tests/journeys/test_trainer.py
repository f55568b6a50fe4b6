"""A trainer passes the link on by each way, and the student answers."""

import itertools
import re

import pytest

from tests import builders
from tests.journeys.browsing import PHONE

pytestmark = pytest.mark.browser
NUMBERS = itertools.count(1)


@pytest.fixture
def place(stage):
    return stage.place(trainer_address=f"boss{next(NUMBERS)}@company.example")


@pytest.fixture
def trainer(screen, place):
    return screen(PHONE, scripts=False).go(place.trainers_page).press("who", "trainer")


def link_in(text: str) -> str:
    return re.search(r"http://\S+/s/\S+", text)[0]


def answered(screen, stage, place, link: str, channel: str) -> bool:
    assert screen(PHONE, scripts=False).survey(link).kind == "thanks"
    return stage.seat(place.student)["channel"] == channel and stage.seat(place.student)["sent"]


def test_by_copying(screen, stage, place, trainer):
    trainer.page.locator("summary").first.click()
    link = trainer.press("via", "copy").page.locator("input[data-copy]").input_value()
    assert answered(screen, stage, place, link, "copy")


def test_by_their_own_mail_program(screen, stage, place, trainer):
    trainer.page.locator("summary").first.click()
    text = trainer.press("via", "own-mail").page.locator("textarea").input_value()
    assert answered(screen, stage, place, link_in(text), "own-mail")


def test_by_a_mail_to_forward(screen, stage, place, trainer, served):
    trainer.press("via", "mail-me")
    stage.act(builders.deliver)
    received = served.mails.mails[-1]
    assert answered(screen, stage, place, link_in(received.text), "own-mail")


def test_by_mail_through_us(screen, stage, place, trainer, served):
    trainer.page.locator("summary").first.click()
    trainer.page.locator("input[type=email]").fill("student@school.example")
    trainer.press("via", "via-us")
    stage.act(builders.deliver)
    (received,) = served.mails.to("student@school.example")
    assert answered(screen, stage, place, link_in(received.text), "via-us")


def test_the_lights_and_the_own_part(screen, stage, place, trainer):
    trainer.page.locator("summary").first.click()
    trainer.press("via", "copy")
    screen().survey(place.copy)
    trainer.go(place.trainers_page)
    assert trainer.page.locator(".light.on").count() == 4
    trainer.page.locator('a[href^="/s/"]').click()
    assert trainer.survey(trainer.page.url).kind == "thanks"
    assert stage.seat(place.trainer)["sent"]
