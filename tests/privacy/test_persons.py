"""Persons' requests: found over all tables, exported, erased for good, objected; and the log of what was asked."""

import io

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from app import clock
from app.accounts.models import AuditEntry, Role
from app.agreements.models import Interest
from app.extensions import db
from app.mailing import opt_outs
from app.mailing.models import Message
from app.placements import forgotten, loading
from app.placements.loading import Summary
from app.placements.models import Forgotten, Placement, StudentContact, Trainer, TrainerContact
from app.privacy import finding, forgetting, requests
from app.privacy.models import PersonRequest, Wish
from app.responses.models import Draft
from app.worker import periodic
from tests import builders
from tests.builders import OTHER_SCHOOL, SCHOOL
from tests.conftest import on_sqlite
from tests.responses.ways import begin
from tests.world import PASSWORD

SAM, BOSS = "sam@school.example", "boss@company.example"
FILE = {
    "agreement_number": "A-1",
    "student_address": SAM,
    "student_number": "0123",
    "first_name": "Sam",
    "trainer_address": BOSS,
}


@pytest.fixture
def place(world):
    world.share()
    return world.place(**FILE)


def load(world, **changes) -> None:
    """Load the school's next full export, in which something of the placement changed."""
    world.act(lambda: loading.store([builders.row(**(FILE | {"company_city": "Assen"} | changes))], Summary()))


def held_anywhere(world, *marks: str) -> set[str]:
    return {mark for mark in marks if mark in str(world.dump())}


@pytest.mark.parametrize("words", [SAM, " SAM@School.example ", "0123", "A-1", f"{SCHOOL} 0123"])
def test_a_student_is_found_by_address_and_by_number(place, flask, words):
    held = flask.json("privacy", "find", words)["held"]
    assert held["student_contacts"][0]["first_name"] == "Sam"
    assert held["invitations"][0]["id"] == place.student
    assert "trainers" not in held


def test_a_trainer_is_found_with_their_placements(place, flask):
    held = flask.json("privacy", "find", BOSS)["held"]
    assert held["trainers"][0]["address"] == BOSS
    assert [row["id"] for row in held["placements"]] == [place.placement]
    assert "student_contacts" not in held


def test_an_address_is_found_wherever_it_stands(place, world, flask):
    own = "own@student.example"
    about = {"invitation_id": place.student, "version": world.seat(place.student)["version"]}
    world.act(lambda: db.session.add(Draft(**about, nonce="n", address=own)))
    world.act(lambda: opt_outs.opt_out(opt_outs.address_hash(own)))
    world.act(lambda: db.session.add(Interest(brin=SCHOOL, name="x", address=own.upper(), text="", at=clock.now())))
    held = flask.json("privacy", "find", own)["held"]
    assert {"drafts", "opt_outs", "interests", "student_contacts"} <= set(held)


def test_nobody_is_nobody(place, flask):
    assert flask.json("privacy", "find", "nobody@school.example") == {"held": {}}
    assert "we hold nothing" in flask.refuses("privacy", "forget", "nobody@school.example")


def test_a_number_of_several_schools_needs_its_school(place, world, flask):
    world.place(brin=OTHER_SCHOOL, agreement_number="A-1")
    assert OTHER_SCHOOL in flask.refuses("privacy", "forget", "A-1")
    assert flask.json("privacy", "find", f"{OTHER_SCHOOL} A-1")["held"]["placements"][0]["brin"] == OTHER_SCHOOL


@pytest.mark.parametrize("words", [SAM, "0123", "A-1"])
def test_a_student_who_is_erased_stays_erased(place, world, flask, visitor, words):
    begin(visitor(), place.direct)
    counts = flask.json("privacy", "forget", words)["forgotten"]
    assert counts["student_contacts"] == counts["placements"] == counts["invitations"] == 1
    assert held_anywhere(world, SAM, "0123", "Sam", "A-1") == set()
    assert visitor().go(place.direct, 410).page == "closed"
    load(world)
    assert held_anywhere(world, SAM, "0123", "Sam", "A-1") == set()
    assert len(world.rows(Placement)) == 1
    assert world.refusal(place.student) == "person"
    assert world.refusal(place.trainer) is None


def test_a_student_stays_erased_at_their_next_placement_too(place, world, flask):
    flask.json("privacy", "forget", SAM)
    load(world, agreement_number="A-2")
    assert held_anywhere(world, SAM, "0123", "Sam") == set()


def test_a_student_whose_number_lost_its_zero_stays_erased(place, world, flask):
    flask.json("privacy", "forget", SAM)
    load(world, agreement_number="A-2", student_number="123", student_address="s@home.example")
    assert held_anywhere(world, "s@home.example", "Sam") == set()


def test_a_trainer_who_is_erased_stays_erased(place, world, flask, visitor):
    begin(visitor(), place.part).press("go", "next", status="finished")
    counts = flask.json("privacy", "forget", BOSS)["forgotten"]
    assert counts == {"trainers": 1, "trainer_contacts": 1, "drafts": 1, "invitations": 1}
    load(world, trainer_name="P. Opleider")
    assert held_anywhere(world, BOSS, "P. Opleider") == set()
    assert visitor().go(place.trainers_page, 410).page == "withdrawn"
    visitor().go(place.part, 410)
    assert world.rows(TrainerContact) == []


def test_the_portal_brings_nobody_back(place, world, flask, visitor):
    world.account("reader@school.example", Role.SCHOOL, SCHOOL)
    school = visitor().sign_in("reader@school.example", PASSWORD)
    file = f"pok;email;studentnummer\nA-1;{SAM};0123\n"
    page = school.go(f"/desk/schools/{SCHOOL}/deliveries?lang=en")
    page.press_labelled("Check this file", file=(io.BytesIO(file.encode()), "x.csv"))
    waiting = page.path
    flask.json("privacy", "forget", SAM)
    assert held_anywhere(world, SAM) == set()
    world.place(agreement_number="B-1")
    page.go(f"/desk/schools/{SCHOOL}/deliveries?lang=en")
    page.press_labelled("Check this file", file=(io.BytesIO(file.replace("A-1", "B-1").encode()), "x.csv"))
    page.press_labelled("Take the good rows over")
    assert world.rows(StudentContact) == []
    assert "Take the good rows over" not in school.go(waiting).text


def test_one_number_of_two_students_erases_neither(place, world, flask):
    world.place(agreement_number="0123", student_address="bob@school.example", first_name="Bob")
    assert "more than one student" in flask.refuses("privacy", "forget", "0123")
    assert len(world.rows(StudentContact)) == 2


def test_a_backup_that_is_put_back_forgets_again(place, world, flask, app):
    before = {model: world.rows(model) for model in (StudentContact, Trainer, TrainerContact)}
    number = world.rows(Placement)[0]["agreement_number"]
    for words in (SAM, BOSS):
        flask.json("privacy", "forget", words)

    def put_back() -> None:
        db.session.execute(sa.delete(Forgotten))
        db.session.execute(sa.delete(Trainer).where(Trainer.id.not_in(sa.select(Placement.trainer_id))))
        db.session.execute(sa.update(Trainer).values(address=before[Trainer][0]["address"]))
        for model in (StudentContact, TrainerContact):
            db.session.execute(sa.insert(model), before[model])
        db.session.execute(sa.update(Placement).values(agreement_number=number))

    world.act(put_back)
    assert held_anywhere(world, SAM, BOSS) == {SAM, BOSS}
    with app.app_context():
        assert "erase_what_is_due" in periodic.run_due()
    assert held_anywhere(world, SAM, BOSS, "A-1") == set()
    load(world)
    assert held_anywhere(world, SAM, BOSS) == set()
    assert world.act(forgetting.again) == {"forgotten_again": 0, "withdrawn_again": 0}


def test_the_file_holds_hashes_only_and_is_for_us_only(place, flask, app):
    flask.json("privacy", "forget", SAM)
    file = app.config["DATA_DIR"] / "forgotten.txt"
    assert file.stat().st_mode & 0o077 == 0
    with app.app_context():
        assert (
            set(file.read_text().split()) == forgotten.in_file() == set(db.session.scalars(sa.select(Forgotten.hash)))
        )
    assert SAM not in file.read_text()


def test_an_address_typed_for_one_mail_goes_with_the_person(place, world, flask):
    about = {"kind": "to_student", "subject_id": place.student, "status": "queued", "to": SAM}
    world.act(lambda: db.session.add(Message(queued_at=clock.now(), not_before=clock.now(), **about)))
    flask.json("privacy", "forget", SAM)
    assert [row["to"] for row in world.rows(Message)] == [None]


def test_the_desk_finds_exports_and_erases(admin, place, world):
    page = admin.go("/desk/privacy/person?lang=en").press_labelled("Look up", words=SAM)
    assert "Sam" in page.text
    assert SAM not in page.address
    told = admin.press_labelled("Download all of this (JSON)").answer.json
    assert told["held"]["student_contacts"][0]["address"] == SAM
    admin.go("/desk/privacy/person?lang=en").press_labelled("Look up", words=SAM)
    assert "Done" in admin.press_labelled("Erase for good").html.text
    assert held_anywhere(world, SAM) == set()
    acts = [row["action"] for row in world.rows(AuditEntry)]
    assert {"person_looked_up", "person_exported", "person_erased"} <= set(acts)
    assert {row["brin"] for row in world.rows(AuditEntry) if row["action"].startswith("person_")} == {SCHOOL}
    assert "sam" not in str(world.rows(AuditEntry)).lower()


def test_who_objects_is_asked_and_mailed_nothing_more(admin, place, world):
    admin.go("/desk/privacy/person?lang=en").press_labelled("Look up", words=BOSS)
    admin.press_labelled("Ask and mail nothing more")
    assert world.refusal(place.trainer) == "person"
    assert world.refusal(place.student) is None
    assert world.act(lambda: opt_outs.among([BOSS])) == {BOSS}
    assert held_anywhere(world, BOSS) == {BOSS}


def test_who_objects_by_number_gets_no_mail_either(admin, place, world):
    admin.go("/desk/privacy/person?lang=en").press_labelled("Look up", words="0123")
    admin.press_labelled("Ask and mail nothing more")
    assert world.act(lambda: opt_outs.among([SAM])) == {SAM}


@on_sqlite
def test_a_correction_is_finished_by_hand(admin, place, world):
    admin.go("/desk/privacy?lang=en")
    admin.press_labelled("Write down", words=SAM, wish="correct", received_on="2026-11-01")
    button = next(one for one in admin.html.main.find_all("button") if one.text.startswith("Done"))
    admin.post(button.find_parent("form")["action"], csrf_token=admin.field("csrf_token")["value"])
    assert "Nobody waits" in admin.text


@on_sqlite
def test_a_request_is_written_down_and_answered(admin, place, world):
    admin.go("/desk/privacy?lang=en")
    admin.press_labelled("Write down", words=SAM, wish="erase", received_on="2026-11-01")
    assert "29 Nov 2026" in admin.text
    assert SAM not in str(world.rows(PersonRequest))
    world.today("2026-11-30")
    assert "too late" in admin.go("/desk/privacy?lang=en").text
    admin.go("/desk/privacy/person?lang=en").press_labelled("Look up", words=SAM)
    admin.press_labelled("Erase for good")
    assert "Nobody waits" in admin.text
    (request,) = world.rows(PersonRequest)
    assert request["done_at"]


@on_sqlite
@pytest.mark.parametrize(
    ("filled", "words"),
    [
        ({"words": SAM, "received_on": "2026-11-01"}, "Choose what is asked"),
        ({"words": SAM, "wish": "erase", "received_on": "2026-12-24"}, "still to come"),
        ({"words": "", "wish": "erase", "received_on": "2026-11-01"}, "Fill in an address"),
    ],
)
def test_a_request_that_says_too_little_is_not_written_down(admin, world, filled, words):
    admin.go("/desk/privacy?lang=en").press_labelled("Write down", 422, **filled)
    assert words in admin.html.main.find(class_="summary").text
    assert world.rows(PersonRequest) == []


@on_sqlite
def test_what_was_asked_before_is_answered_not_written_twice(context):
    person = finding.find(SAM)
    requests.receive(person.hash, Wish.ACCESS, clock.today(), None)
    requests.answer(person.hash, Wish.ACCESS, None)
    requests.answer(person.hash, Wish.OBJECT, None)
    assert requests.waiting() == []
    assert {row.wish for row in db.session.scalars(sa.select(PersonRequest))} == {"access", "object"}


@on_sqlite
def test_no_person_is_in_a_log_line(admin, place):
    with capture_logs() as lines:
        admin.go("/desk/privacy/person").press_last(words=SAM)
    assert {"/desk/privacy/person"} == {line["route"] for line in lines}
    assert "sam@" not in str(lines)
