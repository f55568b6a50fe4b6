"""Where links die: counts per channel add up, days are medians, and nothing leads to a person."""

import pytest

from app.extensions import db
from app.invitations.models import Round
from app.responses import link_deaths
from app.responses.link_deaths import Chosen
from tests import builders
from tests.responses.ways import answer, begin


@pytest.fixture
def places(world):
    """Four students of one trainer."""
    return world.places(*({"trainer_address": "boss@company.example"} for _n in range(4)))


def pass_on(visitor, places, way: str = "copy"):
    trainer = visitor().go(places[0].trainers_page).press("who", "trainer")
    for place in places:
        trainer.post(places[0].trainers_page, who="trainer", via=way, seat=place.student)


def ways(world, **chosen) -> dict[str, link_deaths.Way]:
    def look():
        return link_deaths.ways(Chosen(db.session.get_one(Round, 1), **chosen))

    return {way.channel: way for way in world.act(look)}


def test_each_step_is_counted_under_its_channel(places, visitor, world):
    pass_on(visitor, places)
    begin(visitor(), places[1].copy)
    begin(visitor(), places[2].copy).press("go", "next")
    answer(visitor(), places[3].copy)
    way = ways(world)["copy"]
    assert (way.passed_on, way.opened, way.started, way.sent) == (4, 3, 2, 1)


def test_days_are_medians_of_whole_days(places, visitor, world):
    pass_on(visitor, places)
    for day, place in zip((24, 25, 29), places, strict=False):
        world.today(f"2026-11-{day}")
        begin(visitor(), place.copy)
    world.today("2026-12-03")
    begin(visitor(), places[1].copy).press("go", "next")
    way = ways(world)["copy"]
    assert (way.days_to_open, way.days_to_start) == (2, 8)


def test_minutes_need_five_people(places, visitor, world):
    answer(visitor(), places[0].copy)
    assert ways(world)["copy"].minutes.minutes is None


def test_a_school_or_a_sector_narrows(visitor, world):
    rows = ({"trainer_address": "a@company.example"}, {"trainer_address": "a@company.example", "brin": "25PM"})
    pass_on(visitor, world.places(*rows))
    assert ways(world)["copy"].passed_on == 2
    assert ways(world, brin="25PM")["copy"].passed_on == 1
    assert ways(world, brin="00XX") == {}
    assert ways(world, sector="99") == {}


def test_the_first_loss_is_what_trainers_never_passed_on(mailing_app, places, visitor, world):
    world.act(lambda: builders.send_batch(db.session.get_one(Round, 1)))
    world.act(builders.deliver)
    pass_on(visitor, places[:3])
    begin(visitor(), places[0].copy)
    look = world.act(lambda: link_deaths.through_trainers(Chosen(db.session.get_one(Round, 1))))
    assert look == (4, 3, 1)


def test_mailed_students_count_as_direct(mailing_app, visitor, world):
    world.share()
    place = world.place(student_address="s@school.example")
    world.act(lambda: builders.send_batch(db.session.get_one(Round, 1)))
    world.act(builders.deliver)
    world.today("2026-11-26")
    begin(visitor(), place.direct)
    way = ways(world)["direct"]
    assert (way.passed_on, way.opened, way.days_to_open) == (1, 1, 3)


def test_the_page_shows_the_table_and_what_stands_in_the_way(admin, places, visitor, world):
    pass_on(visitor, places)
    trainer = visitor().go(places[0].trainers_page).press("who", "trainer")
    trainer.post(places[0].trainers_page, who="trainer", seat=places[0].student, exit="unreachable")
    admin.go("/desk/where-links-die?lang=en")
    assert "a copied link" in admin.text
    assert "cannot be reached" in admin.text
    assert "No links yet" in admin.go("/desk/where-links-die?lang=en&brin=00XX").text
    assert admin.go("/desk/where-links-die?lang=en&round=99&sector=nonsense&brin=%00").heading == "Where links die"


def test_without_a_round_it_says_what_to_do(admin):
    assert "No links yet" in admin.go("/desk/where-links-die?lang=en").text
