"""The rules over the four facts: as functions of one seat and as conditions in SQL they say the same of any seat."""

import datetime as dt
import itertools

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import clock
from app.extensions import db
from app.invitations import facts
from app.invitations.facts import Refusal
from app.invitations.models import Invitation, Role, Round
from app.placements import objections
from app.placements.models import Placement, StudentContact, Trainer
from tests import builders

NOW = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
moment = st.sampled_from([None, NOW])
SEAT = st.fixed_dictionaries(
    {
        "desk_withdrew_at": moment,
        "invited_at": moment,
        "mailed_at": st.sampled_from([None, NOW, dt.datetime(2026, 9, 1, tzinfo=dt.UTC)]),
        "opened_at": moment,
        "sent": st.booleans(),
        "route": st.sampled_from([None, "direct", "forwarded"]),
    }
)
WORLD = st.fixed_dictionaries(
    {
        "status": st.sampled_from(["Definitief", "Voorlopig", "Afgemeld", ""]),
        "gone_at": moment,
        "student_objects": st.booleans(),
        "trainer_objects": st.booleans(),
        "until": st.sampled_from([None, dt.date(2026, 11, 22), dt.date(2026, 11, 23)]),
        "shares": st.sampled_from([None, ["address"], ["first_name"]]),
        "students_address": st.sampled_from([None, "s@school.example"]),
        "students_bounce": moment,
        "trainers_address": st.sampled_from([None, "t@company.example"]),
        "trainers_bounce": moment,
        "closed_at": moment,
        "withdrawn_from_this_trainer": st.booleans(),
        "seats": st.tuples(SEAT, SEAT),
    }
)
# What is asked of a seat, in both forms; a trainer's seat goes through the trainer, and nobody mails a student instead.
RULES = {
    "refusal": lambda one: one.refusal,
    "refused": lambda one: one.refusal is not None,
    "counts": lambda one: one.counts,
    "may_be_asked": lambda one: one.may_be_asked,
    "is_direct": lambda one: one.has_address,
    "is_mailed": lambda one: one.is_mailed,
}


def conditions(asked: Round, day: dt.date) -> dict:
    taken = {"may_be_asked": (asked, day)}
    return {name: getattr(facts, name)(*taken.get(name, (day,))) for name in RULES}


def build(world: dict) -> Round:
    """Return the round of one placement that is as `world` says."""
    (placement,) = builders.load(builders.row())
    opened = builders.open_round()
    for role, values in zip(("student", "trainer"), world["seats"], strict=True):
        db.session.execute(sa.update(Invitation).where(Invitation.role == role).values(**values))
    changes = {name: world[name] for name in ("status", "gone_at")}
    db.session.execute(sa.update(Placement).values(**changes))
    if world["withdrawn_from_this_trainer"]:
        db.session.execute(sa.update(Invitation).values(desk_withdrew_from=placement.trainer_id))
    trainer = {"address": world["trainers_address"], "bounced_at": world["trainers_bounce"]}
    db.session.execute(sa.update(Trainer).values(**trainer))
    contact = {"address": world["students_address"], "bounced_at": world["students_bounce"]}
    db.session.add(StudentContact(placement_id=placement.id, first_name="", student_number="", **contact))
    said = {placement.key_hash: "student_objects", placement.trainer.address_hash: "trainer_objects"}
    objections.say((hashed for hashed, who in said.items() if world[who]), world["until"])
    if world["shares"]:
        builders.sharing_school(categories=world["shares"])
    opened.closed_at = world["closed_at"]
    db.session.flush()
    return opened


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(world=WORLD)
def test_both_forms_say_the_same_of_any_seat(context, world):
    try:
        asked = build(world)
        told = conditions(asked, clock.today())
        found = {row[0]: row[1:] for row in db.session.execute(facts.joined(Invitation.id, *told.values()))}
        known = facts.of(list(found))
        assert len(known) == 2
        for id_, said in found.items():
            in_python = {name: rule(known[id_]) for name, rule in RULES.items()}
            in_sql = {name: one if name == "refusal" else bool(one) for name, one in zip(told, said, strict=True)}
            assert in_sql == in_python
    finally:
        db.session.rollback()
        forget_everything()


def forget_everything() -> None:
    for table in reversed(db.metadata.sorted_tables):
        if table.name in MADE:
            db.session.execute(sa.delete(table))
    db.session.commit()


MADE = {"invitations", "placements", "student_contacts", "trainers", "trainer_contacts", "rounds", "objections"}
MADE |= {"agreements", "talks", "events", "companies"}


def fact(**changes) -> facts.Facts:
    """Return the facts of a student's seat that may be asked, but for these."""
    usual = {"in_file": True, "objects": False, "desk_withdrew": False, "sent": False, "closed": False}
    usual |= {"opened": False, "route": None, "has_address": False, "trainer_has_address": True}
    return facts.Facts(role=Role.STUDENT, **(usual | changes))


@pytest.mark.parametrize(
    ("refuses", "who"),
    [({"in_file": False}, Refusal.FILE), ({"objects": True}, Refusal.PERSON), ({"desk_withdrew": True}, Refusal.DESK)],
)
def test_each_of_three_ends_the_asking_and_leaves_what_was_sent(refuses, who):
    assert fact(**refuses).refusal == who
    assert not fact(**refuses).may_be_asked
    assert not fact(**refuses).counts
    assert fact(**refuses, sent=True).counts


def test_of_several_the_file_comes_first_and_the_person_before_the_desk():
    for one, other in itertools.combinations(({"in_file": False}, {"objects": True}, {"desk_withdrew": True}), 2):
        assert fact(**one, **other).refusal == fact(**one).refusal


def test_an_address_that_goes_leaves_an_unopened_seat_to_the_trainer():
    assert fact(route="direct", has_address=True).is_mailed
    assert not fact(route="direct").is_mailed
    assert fact(route="direct", opened=True).is_mailed
