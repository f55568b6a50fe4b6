"""What a person said stands: whatever files, rounds and seats come, go and change, before it was said or after."""

import dataclasses
import datetime as dt

import pytest
import sqlalchemy as sa

from app.agreements.models import Category
from app.extensions import db
from app.forwarding.models import Report
from app.invitations import facts, freezing, helpdesk, planner, rounds
from app.invitations.models import BatchSeat, Invitation, Role, Round
from app.placements import loading, undoing, writing
from app.placements.loading import Summary
from app.placements.models import Objection
from app.portal import students as portal
from app.privacy import erasing, finding, forgetting
from tests import builders
from tests.builders import OTHER_SCHOOL, SCHOOL, load
from tests.conftest import on_sqlite
from tests.world import ADMIN, PASSWORD

pytestmark = on_sqlite
SAM = "sam@school.example"
STUDENT = {"agreement_number": "A-1", "student_number": "0123", "first_name": "Sam", "student_address": SAM}


def row(**changes):
    return builders.row(**({"trainer_address": "boss@company.example"} | STUDENT | changes))


@pytest.fixture
def two_rounds(context):
    """Open two rounds of which the second begins on 1 January; the school shares all of its students."""
    builders.sharing_school()
    opened = (
        rounds.open_round("Meting A", dt.date(2026, 8, 1), dt.date(2026, 12, 31)),
        rounds.open_round("Meting B", dt.date(2027, 1, 1), dt.date(2027, 7, 31)),
    )
    db.session.commit()
    return opened


def say(how: str, words: str = SAM) -> None:
    person = finding.find(words)
    forgetting.forget(person) if how == "erased" else forgetting.object_to(person)
    db.session.commit()


def asked(day: str) -> set[tuple[int, str]]:
    """Return the placement and role of each seat that a proposal of that day holds, in any round."""
    builders.set_clock(day)
    held = sa.select(Invitation.placement_id, Invitation.role).join(BatchSeat)
    found = set()
    for one in db.session.scalars(sa.select(Round)).all():
        batch = planner.propose(one)
        found |= {(id_, role) for id_, role in db.session.execute(held.where(BatchSeat.batch_id == batch.id))}
    db.session.rollback()
    return found


def students(found) -> set[int]:
    return {id_ for id_, role in found if role == Role.STUDENT}


def gone() -> None:
    loading.withdraw_gone(SCHOOL, Summary(seen={SCHOOL: set()}))
    db.session.commit()


@pytest.mark.parametrize("how", ["objected", "erased"])
@pytest.mark.parametrize("said", [SAM, f"{SCHOOL} 0123", f"{SCHOOL} A-1"])
def test_it_holds_when_the_end_moves_into_another_round(two_rounds, how, said):
    load(row(planned_end_on=dt.date(2026, 12, 20)))
    say(how, said)
    (placement,) = load(row(planned_end_on=dt.date(2027, 1, 20)))
    assert asked("2027-01-10") == {(placement.id, Role.TRAINER)}


@pytest.mark.parametrize("how", ["objected", "erased"])
def test_it_holds_when_it_is_said_while_the_file_withdraws_the_placement(two_rounds, how):
    load(row())
    gone()
    say(how)
    (placement,) = load(row())
    assert asked("2026-11-23") == {(placement.id, Role.TRAINER)}
    (placement,) = load(row(status="Afgemeld"))
    say(how)
    load(row())
    assert students(asked("2026-11-23")) == set()


@pytest.mark.parametrize("how", ["objected", "erased"])
def test_it_holds_when_it_is_said_before_a_round_opens(context, how):
    builders.sharing_school()
    (placement,) = load(row())
    say(how)
    builders.open_round()
    assert asked("2026-11-23") == {(placement.id, Role.TRAINER)}


@pytest.mark.parametrize("how", ["objected", "erased"])
@pytest.mark.parametrize("said", [SAM, f"{SCHOOL} 0123", f"{SCHOOL} A-1"])
def test_it_holds_before_anything_of_the_person_is_known(two_rounds, how, said):
    say(how, said)
    load(row())
    assert students(asked("2026-11-23")) == set()


@pytest.mark.parametrize("how", ["objected", "erased"])
@pytest.mark.parametrize("known_by", [{"student_address": "other@school.example"}, {"student_number": "77"}])
def test_it_holds_at_another_placement_by_number_or_address(two_rounds, how, known_by):
    load(row())
    say(how)
    load(row(agreement_number="A-2", **known_by))
    assert students(asked("2026-11-23")) == set()


def test_who_is_erased_by_number_is_erased_at_their_other_school_too(two_rounds):
    builders.sharing_school(OTHER_SCHOOL)
    load(row(), row(brin=OTHER_SCHOOL, agreement_number="B-1", student_number="9"))
    say("erased", f"{SCHOOL} 0123")
    assert SAM not in str(db.session.execute(sa.text("select * from student_contacts")).all())
    assert students(asked("2026-11-23")) == set()


def test_what_was_heard_once_stays_when_the_agreement_ends(two_rounds):
    say("objected")
    (placement,) = load(row())
    builders.register.end(SCHOOL)
    list(erasing.erase())
    assert asked("2026-11-23") == {(placement.id, Role.TRAINER)}


def test_an_address_of_who_objected_is_heard_from_the_portal_and_the_desk(two_rounds):
    say("objected")
    unnamed = {"student_number": "", "student_address": None, "first_name": ""}
    by_portal, by_desk = load(*(row(agreement_number=f"P-{n}", **unnamed) for n in (1, 2)))
    portal.save(SCHOOL, {by_portal: {Category.ADDRESS: SAM}})
    helpdesk.correct_address(builders.seat(by_desk), SAM)
    db.session.commit()
    assert students(asked("2026-11-23")) == set()


def test_a_new_trainer_does_not_inherit_what_the_old_one_said(two_rounds):
    (placement,) = load(row(student_address=None))
    say("objected", "boss@company.example")
    assert facts.one(builders.seat(placement, "trainer").id).refusal == "person"
    load(row(student_address=None, trainer_address="new@company.example"))
    assert asked("2026-11-23") == {(placement.id, Role.TRAINER), (placement.id, Role.STUDENT)}


def test_a_round_is_sat_out_and_the_next_one_asks_again(two_rounds):
    (placement,) = load(row(planned_end_on=dt.date(2027, 1, 20)))
    forgetting.object_to(finding.find(SAM), dt.date(2027, 1, 9))
    db.session.commit()
    assert students(asked("2027-01-09")) == set()
    assert students(asked("2027-01-10")) == {placement.id}


def test_the_longest_that_was_said_holds(two_rounds):
    load(row())
    person = finding.find(SAM)
    for until in (dt.date(2027, 1, 1), dt.date(2026, 11, 25)):
        forgetting.object_to(person, until)
    db.session.commit()
    assert students(asked("2026-11-26")) == set()


def test_a_number_is_heard_with_and_without_its_zeros(two_rounds):
    for held, said in (("0055", "55"), ("55", "0055")):
        (placement,) = load(row(agreement_number=f"Z-{held}", student_number=held, student_address=None))
        say("erased", f"{SCHOOL} {said}")
        assert facts.one(builders.seat(placement).id).refusal == "person"
        assert builders.seat(placement).placement.student is None


def test_what_was_taken_back_holds_nowhere_any_more(two_rounds):
    (placement,) = load(row())
    say("objected")
    builders.register.end(SCHOOL)
    list(erasing.erase())
    forgetting.ask_again(finding.find(SAM))
    db.session.commit()
    assert db.session.scalar(sa.select(sa.func.count(Objection.hash))) == 0
    assert facts.one(builders.seat(placement).id).refusal is None


def test_an_agreement_number_is_no_students_number(two_rounds):
    load(row(agreement_number="900001"))
    say("erased", f"{SCHOOL} 900001")
    (other,) = load(row(agreement_number="900002", student_number="900001", student_address="bob@school.example"))
    assert facts.one(builders.seat(other).id).refusal is None


def test_who_was_named_by_mistake_is_heard_no_more_once_that_is_put_right(two_rounds):
    ann = row(student_number="7", student_address="ann@school.example")
    (placement,) = load(ann)
    seat = builders.seat(placement).id
    say("objected", "sam.else@school.example")
    load(dataclasses.replace(ann, student_address="sam.else@school.example"))
    assert facts.one(seat).refusal == "person"
    load(dataclasses.replace(ann, student_address=None))
    assert facts.one(seat).refusal == "person"  # an address that is not shared says nothing of whose it is
    load(ann)
    assert facts.one(seat).refusal is None
    for address, refusal in (("sam.else@school.example", "person"), ("ann@school.example", None)):
        portal.save(SCHOOL, {placement: {Category.ADDRESS: address}})
        db.session.commit()
        assert facts.one(seat).refusal == refusal


def test_undoing_a_file_takes_back_what_was_heard_with_it(two_rounds):
    ann = row(student_number="", student_address=None)
    (placement,) = load(ann)
    say("objected")
    wrong = dataclasses.replace(ann, student_address=SAM)
    kept = {}

    def write(fresh, known):
        before = undoing.before(fresh, known)
        kept.update(undoing.after(before, writing.write(fresh, known)))

    loading.store([wrong], Summary(), write)
    db.session.commit()
    seat = builders.seat(placement).id
    assert facts.one(seat).refusal == "person"
    undoing.undo(kept)
    db.session.commit()
    assert facts.one(seat).refusal is None


def test_who_sits_a_round_out_is_not_counted_in_it_when_it_is_over(two_rounds):
    load(row(), row(agreement_number="A-2", student_number="2", student_address="ann@school.example"))
    forgetting.object_to(finding.find(SAM), two_rounds[0].closes_on)
    db.session.commit()
    builders.set_clock("2027-03-01")
    freezing.freeze_closed()
    assert sum(freezing.population(two_rounds[0]).values()) == 1


def test_they_say_otherwise_themselves(two_rounds):
    (placement,) = load(row())
    say("objected")
    forgetting.ask_again(finding.find(SAM))
    db.session.commit()
    assert students(asked("2026-11-23")) == {placement.id}


def test_the_desk_says_so_for_somebody_unknown_and_takes_it_back(admin, world):
    admin.go("/desk/privacy/person?lang=en").press_labelled("Look up", words=SAM)
    assert "Nothing is held" in admin.text
    admin.press_labelled("Ask and mail nothing more")
    world.share()
    place = world.place(**STUDENT)
    assert world.refusal(place.student) == "person"
    seat = admin.go(f"/desk/seats/{place.student}?lang=en")
    assert "does not want to be asked" in seat.text
    assert seat.link("Look a person up").startswith("/desk/privacy/person")
    admin.go("/desk/privacy/person?lang=en").press_labelled("Look up", words=SAM)
    assert "Does not want to be asked" in admin.text
    admin.press_labelled("They want to be asked again")
    assert world.refusal(place.student) is None


def test_a_trainer_is_said_to_keep_the_links_of_students(world, visitor):
    world.admin()
    world.place(**STUDENT, trainer_address="boss@company.example")
    admin = visitor(hesitates=True).sign_in(ADMIN, PASSWORD)
    for words, kept in (("boss@company.example", True), (f"{SCHOOL} A-1", False)):
        admin.go("/desk/privacy/person?lang=en").press_labelled("Look up", words=words)
        admin.press_labelled("Erase for good")
        assert ("Links of the students of this trainer keep working" in admin.text) is kept


def test_a_number_without_its_school_says_nothing_of_who_is_unknown(admin, world):
    admin.go("/desk/privacy/person?lang=en").press_labelled("Look up", words="0123")
    assert "Ask and mail nothing more" not in admin.text


def test_until_the_running_rounds_end(admin, world):
    place = world.place(**STUDENT)
    admin.go("/desk/privacy/person?lang=en").press_labelled("Look up", words=f"{SCHOOL} A-1")
    admin.press_labelled("Ask and mail nothing until 28 Aug 2027")
    assert world.rows(Objection)[0]["until"] == dt.date(2027, 8, 28)
    admin.go("/desk/privacy/person?lang=en").press_labelled("Look up", words=f"{SCHOOL} A-1")
    assert "Ask and mail nothing until" not in admin.text
    assert "Ask and mail nothing more" in admin.text
    assert world.refusal(place.student) == "person"
    world.today("2027-08-29")
    world.act(lambda: list(erasing.erase()))
    assert world.rows(Objection) == []


def test_no_name_number_or_address_stands_in_an_objection(two_rounds):
    load(row())
    say("objected")
    assert not {SAM, "0123", "A-1"} & {one.hash for one in db.session.scalars(sa.select(Objection))}


@pytest.mark.parametrize("how", ["objected", "erased"])
@pytest.mark.parametrize("said", [SAM, f"{SCHOOL} 0123"])
def test_undoing_a_file_brings_nobody_back_who_said_so_since(two_rounds, how, said):
    (placement,) = load(row())
    kept = {}

    def write(fresh, known):
        before = undoing.before(fresh, known)
        kept.update(undoing.after(before, writing.write(fresh, known)))

    other = {"student_number": "9", "student_address": "other@school.example"}
    loading.store([row(**other)], Summary(), write)
    db.session.commit()
    say(how, said)
    undoing.undo(kept)
    db.session.commit()
    assert facts.one(builders.seat(placement).id).refusal == "person"


def test_students_of_a_trainer_who_objects_at_the_desk_wait_on_the_worklist(two_rounds):
    load(*(row(agreement_number=f"A-{n}", student_address=None) for n in (1, 2)))
    say("objected", "boss@company.example")
    kinds = sa.select(Report.kind).where(Report.stands())
    assert db.session.scalars(kinds).all() == ["opted-out", "opted-out"]
    forgetting.ask_again(finding.find("boss@company.example"))
    assert db.session.scalars(kinds).all() == []
