"""A trainer's opt-out does not silently end their students' chance: it is said, and stands on the worklist."""

import pytest

from app.forwarding.models import Report
from app.mailing import opt_outs
from tests.conftest import on_sqlite
from tests.responses.ways import begin

TRAINER = {"trainer_address": "boss@company.example"}


def opt_out_page(app, address: str = "boss@company.example") -> str:
    with app.app_context():
        return opt_outs.opt_out_url(address)


def standing(world) -> list[str]:
    return [row["kind"] for row in world.rows(Report, Report.stands())]


@on_sqlite
def test_the_page_names_whose_mails_stop_and_what_it_means_for_the_students(app, world, visitor):
    world.places(TRAINER, TRAINER)
    person = visitor().go(f"{opt_out_page(app)}?lang=en")
    assert "b…@company.example" in person.text
    assert "boss" not in person.text
    assert "Your students who have not opened their questionnaire yet: 2." in person.text
    assert "studenten" not in visitor().go(opt_out_page(app, "other@company.example")).text


def test_it_stands_on_the_worklist_until_it_is_taken_back(app, world, visitor, admin):
    world.places(TRAINER, TRAINER)
    world.place(trainer_address="other@company.example")
    person = visitor().go(opt_out_page(app)).press("scope", "all")
    assert standing(world) == ["opted-out"] * 2
    assert "wants no more mail" in admin.go("/desk/worklist?lang=en").text
    person.press("scope", "none")
    assert standing(world) == []


@on_sqlite
def test_one_click_stands_there_too_and_a_robot_puts_nothing_there(app, world, visitor):
    world.places(TRAINER)
    visitor().post(opt_out_page(app))
    assert standing(world) == []
    visitor().post(opt_out_page(app), **{"List-Unsubscribe": "One-Click"})
    assert standing(world) == ["opted-out"]


@on_sqlite
def test_a_student_who_opened_is_not_there_and_one_who_opens_later_goes(app, world, visitor):
    first, second = world.places(TRAINER, TRAINER)
    begin(visitor(), first.copy)
    visitor().go(opt_out_page(app)).press("scope", "all")
    assert standing(world) == ["opted-out"]
    begin(visitor(), second.copy)
    assert standing(world) == []


@on_sqlite
@pytest.mark.parametrize("way", ["copy", "mail-me"])
def test_the_own_page_still_passes_links_on_which_clears_it(app, world, visitor, way):
    (place,) = world.places(TRAINER)
    visitor().go(opt_out_page(app)).press("scope", "all")
    trainer = visitor().go(place.trainers_page).press("who", "trainer")
    assert trainer.press("via", way).page == "passed-on"
    assert standing(world) == []


@on_sqlite
def test_what_the_trainer_says_takes_its_place(app, world, visitor):
    (place,) = world.places(TRAINER)
    visitor().go(opt_out_page(app)).press("scope", "all")
    visitor().go(place.trainers_page).press("who", "trainer").press("ask", "exits").press("exit", "not-mine")
    assert standing(world) == ["not-mine"]
