"""Ways out of one student's link: each is one tap, can be taken back, and goes to the worklist."""

import datetime as dt
import re

import pytest

from app.extensions import db
from app.forwarding.models import Report
from app.invitations import helpdesk
from app.invitations.models import Event, Invitation
from app.mailing.models import Message
from app.placements.models import Placement, Trainer
from app.placements.signals import placements_leaving
from tests import builders
from tests.conftest import on_sqlite
from tests.responses.ways import begin


@pytest.fixture
def place(world):
    return world.place(trainer_address="boss@company.example")


@pytest.fixture
def trainer(visitor, place):
    return visitor().go(f"{place.trainers_page}?lang=en").press("who", "trainer")


def standing(world) -> list[str]:
    return [row["kind"] for row in world.rows(Report, Report.stands())]


def events(world, place) -> list[str]:
    return [row["kind"] for row in world.rows(Event, Event.invitation_id == place.student)]


EXITS = {"not-mine": "not your student", "unreachable": "cannot reach", "stopped": "stopped early"}


@pytest.mark.parametrize("way", EXITS)
def test_each_way_out_is_noted_and_can_be_taken_back(trainer, world, place, way):
    trainer.press("ask", "exits").press("exit", way)
    assert trainer.page == "students"
    assert EXITS[way] in trainer.text
    assert (standing(world), events(world, place)) == ([way], [way.replace("-", "_")])
    trainer.press_labelled("Take this back")
    assert standing(world) == []
    assert EXITS[way] not in trainer.text
    assert events(world, place)[-1] == "came_back"


@on_sqlite
def test_asking_for_the_ways_out_changes_nothing(trainer, world):
    before = world.dump()
    assert trainer.press("ask", "exits").page == "exits"
    assert world.dump() == before


@on_sqlite
def test_who_stopped_is_noted_with_the_month(trainer, world):
    trainer.press("ask", "exits").press("exit", "stopped", **{"stopped-day": "2026-10-01"})
    assert world.rows(Report)[0]["day"] == dt.date(2026, 10, 1)


@on_sqlite
def test_only_months_since_the_beginning_are_offered(trainer):
    months = [one["value"] for one in trainer.press("ask", "exits").html.main.find_all("option")]
    assert months == ["2026-11-01", "2026-10-01", "2026-09-01"]


@on_sqlite
def test_wrong_dates_need_the_right_day(trainer, world):
    trainer.press("ask", "exits").press("exit", "dates", gets=422)
    assert trainer.field("dates-day")["aria-invalid"] == "true"
    trainer.press("exit", "dates", **{"dates-day": "2027-01-31"})
    assert world.rows(Report)[0]["day"] == dt.date(2027, 1, 31)


@on_sqlite
def test_one_thing_at_a_time_is_said_of_a_student(trainer, place, world):
    trainer.press("ask", "exits").press("exit", "not-mine")
    trainer.post(place.trainers_page, 422, who="trainer", seat=place.student, exit="unreachable")
    assert standing(world) == ["not-mine"]


@on_sqlite
def test_a_student_who_is_not_theirs_is_no_longer_to_be_passed_on(trainer):
    trainer.press("ask", "exits").press("exit", "not-mine")
    assert ("via", "copy") not in trainer.buttons()
    trainer.press_labelled("Take this back")
    assert ("via", "copy") in trainer.buttons()


@on_sqlite
@pytest.mark.parametrize("way", ["not-me", "pigeon", ""])
def test_a_way_out_that_is_none_is_refused(trainer, place, way):
    trainer.post(place.trainers_page, 400, who="trainer", seat=place.student, exit=way)


def test_another_trainers_student_cannot_be_reported_nor_taken_back(trainer, place, visitor, world):
    other = world.place()
    trainer.post(place.trainers_page, 400, who="trainer", seat=other.student, exit="not-mine")
    theirs = visitor().go(other.trainers_page).press("who", "trainer").press("ask", "exits")
    theirs.press("exit", "not-mine")
    (report,) = world.rows(Report)
    trainer.post(place.trainers_page, who="trainer", undo=report["id"])
    trainer.post(place.trainers_page, who="trainer", undo="x")
    assert standing(world) == ["not-mine"]


@on_sqlite
def test_what_a_mistaken_trainer_said_does_not_silence_the_right_one(trainer, place, world, visitor):
    right = world.place(trainer_address="right@company.example")
    trainer.press("ask", "exits").press("exit", "not-mine")
    seat = place.trainer
    world.act(lambda: helpdesk.correct_address(db.session.get_one(Invitation, seat), "right@company.example"))
    person = visitor().go(right.trainers_page).press("who", "trainer")
    person.post(right.trainers_page, who="trainer", seat=place.student, exit="unreachable")
    assert standing(world) == ["unreachable"]


# A colleague


def test_a_colleague_gets_a_mail_and_a_page_of_their_own(mailing_app, trainer, place, visitor, world, mail_server):
    versions = [world.seat(seat)["version"] for seat in (place.trainer, place.student)]
    trainer.press("ask", "exits").press("exit", "colleague", address=" Colleague@Company.example ")
    assert "handed this student over" in trainer.text
    world.act(builders.deliver)
    (received,) = mail_server.to("colleague@company.example")
    link = re.search(r"http://\S+/t/\S+", received.text)[0]
    colleague = visitor().go(link).press("who", "trainer")
    assert len(colleague.html.main.find_all("article")) == 1
    assert world.seat(place.trainer)["version"] != versions[0]
    assert world.seat(place.student)["version"] == versions[1]
    assert events(world, place)[0] == "colleague"


def test_it_can_be_taken_back_until_the_colleague_has_begun(mailing_app, trainer, place, visitor, world, mail_server):
    trainer.press("ask", "exits").press("exit", "colleague", address="colleague@company.example")
    trainer.press_labelled("Take this back")
    assert ("via", "copy") in trainer.buttons()
    assert world.act(builders.deliver)["dropped"] == 1
    trainer.press("ask", "exits").press("exit", "colleague", address="colleague@company.example")
    (report,) = world.rows(Report, Report.stands())
    world.act(builders.deliver)
    link = re.search(r"http://\S+/t/\S+", mail_server.to("colleague@company.example")[-1].text)[0]
    world.today("2026-11-24")
    visitor().go(link).press("who", "trainer")
    trainer.post(f"{place.trainers_page}?lang=en", 422, who="trainer", undo=report["id"])
    assert "Your colleague has begun already" in trainer.text
    assert standing(world) == ["colleague"]


@on_sqlite
@pytest.mark.parametrize("address", ["", "x", "a@b", "boss@company.example"])
def test_an_address_that_is_none_or_their_own_is_said_beside_the_field(trainer, world, address):
    before = world.rows(Placement)
    trainer.press("ask", "exits").press("exit", "colleague", gets=422, address=address)
    assert trainer.field("address")["aria-invalid"] == "true"
    assert (world.rows(Placement), world.rows(Message), standing(world)) == (before, [], [])


@on_sqlite
def test_a_colleague_takes_over_with_the_link_they_were_given(trainer, place, visitor, world):
    trainer.press("ask", "exits").press("exit", "offer")
    link = trainer.html.main.find("input", {"data-copy": True})["value"]
    assert link.startswith("http://bpv.example/t/take-over/")
    before = world.dump()
    colleague = visitor().go(f"{link}?lang=en")
    assert (colleague.page, world.dump()) == ("take-over", before)
    colleague.press_labelled("Mail me the link", 422, address="nonsense")
    colleague.press_labelled("Mail me the link", address="colleague@company.example")
    assert colleague.page == "taken-over"
    assert [row["kind"] for row in world.rows(Message)] == ["taken_over"]
    assert "handed this student over" in trainer.go(f"{place.trainers_page}?lang=en").text
    assert visitor().go(link, 404).page == "unknown"


@on_sqlite
def test_an_offer_that_was_made_up_opens_nothing(visitor, app):
    for token in ("x", "1.1.x", "voorbeeld"):
        assert visitor().go(f"/t/take-over/{token}", 404).page == "unknown"
        assert visitor().post(f"/t/take-over/{token}", 404).page == "unknown"


def test_the_schools_file_gives_the_student_back_only_when_it_names_another(trainer, place, world):
    number = world.rows(Placement)[0]["agreement_number"]
    trainer.press("ask", "exits").press("exit", "colleague", address="colleague@company.example")
    (colleague,) = world.rows(Trainer, Trainer.address == "colleague@company.example")

    def loaded(address: str) -> int:
        row = builders.row(agreement_number=number, trainer_address=address, company_name="Anders")
        world.act(lambda: builders.load(row))
        return world.rows(Placement)[0]["trainer_id"]

    assert loaded("boss@company.example") == colleague["id"]
    assert standing(world) == ["colleague"]
    assert loaded("third@company.example") not in (colleague["id"], world.rows(Trainer)[0]["id"])
    assert standing(world) == []


# The student


@on_sqlite
def test_the_student_sees_who_passed_it_on_and_what_they_see(visitor, place):
    text = visitor().go(f"{place.copy}?lang=en").text
    assert "P. Opleider passed this link on to you, and sees only four lights" in text
    assert "passed this link on" not in visitor().go(f"{place.direct}?lang=en").text


def test_who_is_not_meant_says_so_and_can_take_it_back(visitor, trainer, place, world):
    person = visitor().go(f"{place.copy}?lang=en").press("go", "not-me")
    assert (person.page, standing(world)) == ("not-me", ["not-me"])
    assert "not for them" in trainer.go(f"{place.trainers_page}?lang=en").text
    assert world.seat(place.student)["opened_at"] is None
    assert person.press("go", "is-me").page == "start"
    assert standing(world) == []
    assert person.press("go", "start").page == "theme"


@on_sqlite
def test_only_a_link_that_was_passed_on_can_be_not_me(visitor, place, world):
    visitor().post(place.part, go="not-me")
    visitor().post(place.direct, go="not-me")
    assert standing(world) == []


# The worklist


@on_sqlite
def test_the_worklist_shows_what_stands_and_lets_it_be_dealt_with(admin, trainer, world):
    trainer.press("ask", "exits").press("exit", "unreachable")
    assert "stands in the way of a link" in admin.go("/desk/?lang=en").text
    admin.go("/desk/worklist?lang=en")
    assert "Bakkerij het Hof" in admin.text
    admin.go(admin.html.main.table.tbody.a["href"])
    assert "cannot be reached" in admin.heading.lower()
    admin.press_labelled("This is dealt with")
    assert "Nothing to do here" in admin.text
    assert world.rows(Report)[0]["handled_at"]


@on_sqlite
def test_the_worklist_narrows_and_downloads(admin, visitor, world):
    places = world.places({"trainer_address": "a@company.example"}, {"trainer_address": "b@company.example"})
    for place, way in zip(places, ("not-mine", "stopped"), strict=True):
        visitor().go(place.trainers_page).press("who", "trainer").press("ask", "exits").press("exit", way)
    assert len(admin.go("/desk/worklist").html.main.table.tbody.find_all("tr")) == 2
    assert len(admin.go("/desk/worklist?kind=stopped").html.main.table.tbody.find_all("tr")) == 1
    assert len(admin.go("/desk/worklist.csv?kind=stopped").answer.text.splitlines()) == 2


@on_sqlite
def test_what_was_taken_back_meanwhile_is_not_dealt_with(admin, trainer, world):
    trainer.press("ask", "exits").press("exit", "unreachable")
    admin.go("/desk/worklist?lang=en")
    admin.go(admin.html.main.table.tbody.a["href"])
    trainer.press_labelled("Take this back")
    assert "dealt with, or taken back" in admin.press_labelled("This is dealt with").html.text
    assert world.rows(Report)[0]["handled_at"] is None


@on_sqlite
def test_placements_that_go_take_their_reports_along(trainer, place, world):
    trainer.press("ask", "exits").press("exit", "stopped")
    world.act(lambda: placements_leaving.send(ids=[place.placement]))
    assert world.rows(Report) == []
    assert world.rows(Invitation) == []


@on_sqlite
def test_a_student_who_began_with_another_link_still_does(visitor, trainer, place, world):
    begin(visitor(), place.copy)
    trainer.go(place.trainers_page).press("ask", "exits").press("exit", "stopped")
    assert visitor().go(place.copy).page == "start"


@on_sqlite
def test_not_me_ends_when_the_student_starts_or_the_link_is_passed_on_again(visitor, trainer, place, world):
    visitor().go(place.copy).press("go", "not-me")
    begin(visitor(), place.copy)
    assert standing(world) == []
    visitor().go(place.copy).press("go", "not-me")
    trainer.post(place.trainers_page, who="trainer", via="copy", seat=place.student)
    assert standing(world) == []


@on_sqlite
def test_not_me_stands_in_no_trainers_way(visitor, trainer, place, world):
    visitor().go(place.copy).press("go", "not-me")
    trainer.go(f"{place.trainers_page}?lang=en").press("ask", "exits").press("exit", "unreachable")
    assert standing(world) == ["unreachable"]


@on_sqlite
def test_not_me_is_not_said_without_end(visitor, place):
    for _n in range(5):
        visitor().post(place.copy, go="not-me")
        visitor().post(place.copy, go="is-me")
    visitor().post(place.copy, 429, go="not-me")
