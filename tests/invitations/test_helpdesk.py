"""What the desk does about one seat: whose address it may correct to what, and what follows."""

import datetime as dt

import pytest
import sqlalchemy as sa

from app.agreements.models import Category
from app.extensions import db
from app.invitations import helpdesk
from app.invitations.helpdesk import Refused
from app.placements.models import StudentContact, Trainer
from tests import builders
from tests.builders import load, row, seat
from tests.conftest import on_sqlite

pytestmark = on_sqlite
BOSS, KNOWN = "boss@company.example", "known@company.example"
NOW = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)


@pytest.fixture
def placement(context):
    builders.sharing_school()
    builders.open_round()
    (placement,) = load(row(trainer_address=BOSS, student_address="sam@school.example"))
    return placement


def correct(placement, role: str, address: str) -> None:
    helpdesk.correct_address(seat(placement, role), address)
    db.session.commit()


def test_a_trainers_address_is_no_students(placement):
    with pytest.raises(Refused, match="same_as_student"):
        correct(placement, "trainer", "sam@school.example")


def test_also_where_it_is_that_of_another_of_the_trainers_students(placement):
    load(row(trainer_address=BOSS, student_address="kim@school.example"))
    with pytest.raises(Refused, match="same_as_student"):
        correct(placement, "trainer", "kim@school.example")


def test_a_students_address_is_not_the_trainers(placement):
    with pytest.raises(Refused, match="same_as_trainer"):
        correct(placement, "student", BOSS)


def test_a_student_gets_an_address_only_where_the_agreement_shares_it(placement):
    builders.register.of_school(builders.SCHOOL)[0].categories = [Category.FIRST_NAME]
    with pytest.raises(Refused, match="no_agreement"):
        correct(placement, "student", "kim@school.example")
    assert db.session.scalar(sa.select(StudentContact.address)) == "sam@school.example"


def test_an_address_nobody_has_is_the_same_trainers(placement):
    version, trainer = seat(placement, "trainer").version, placement.trainer_id
    correct(placement, "trainer", "right@company.example")
    assert (seat(placement, "trainer").version, placement.trainer_id) == (version, trainer)


def test_all_placements_go_to_the_trainer_who_has_the_address_and_starts_afresh(placement):
    other, theirs = load(row(trainer_address=BOSS), row(trainer_address=KNOWN))
    versions = [seat(one, "trainer").version for one in (placement, other, theirs)]
    students = [seat(one).version for one in (placement, other)]
    correct(placement, "trainer", KNOWN)
    known = db.session.scalar(sa.select(Trainer.id).where(Trainer.address == KNOWN))
    assert {placement.trainer_id, other.trainer_id} == {known}
    changed = [
        seat(one, "trainer").version != was for one, was in zip((placement, other, theirs), versions, strict=True)
    ]
    assert changed == [True, True, False]
    assert [seat(one).version for one in (placement, other)] == students


def test_nobody_is_mailed_about_a_student_whom_nobody_can_reach_any_more(placement):
    student, trainer = seat(placement), seat(placement, "trainer")
    student.route, student.invited_at, student.opened_at = "direct", NOW, NOW
    trainer.sent = True
    placement.student.address = None
    db.session.commit()
    with pytest.raises(Refused, match="no_address"):
        helpdesk.mail_again(student)
