"""What holds in every small world: sums, and no seat announced twice."""

import datetime as dt

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.extensions import db
from app.forwarding.models import Report
from app.invitations import planner
from app.invitations.batches import send
from app.invitations.models import Announcement, Batch, BatchSeat, Event, Invitation, Round
from app.mailing import opt_outs
from app.mailing.models import Message
from app.placements.models import Placement, StudentContact, Trainer
from tests import builders
from tests.builders import OTHER_SCHOOL, SCHOOL

TODAY = dt.date(2026, 11, 23)
PLACES = st.fixed_dictionaries(
    {
        "brin": st.sampled_from([SCHOOL, OTHER_SCHOOL]),
        "planned_end_on": st.integers(-60, 60).map(lambda days: TODAY + dt.timedelta(days=days)),
        "status": st.sampled_from(["Definitief", "Definitief", "", "Voorlopig", "Afgemeld"]),
        "trainer_address": st.sampled_from([None, "t1@company.example", "t2@company.example", "t3@company.example"]),
        "student_address": st.sampled_from([None, "s1@school.example", "s2@school.example"]),
    }
)
WORLDS = st.fixed_dictionaries(
    {
        "places": st.lists(PLACES, max_size=8),
        "cap": st.sampled_from([None, 1, 2]),
        "bounced": st.sets(st.sampled_from(["t1@company.example", "s1@school.example"])),
        "opted_out": st.sets(st.sampled_from(["t2@company.example", "s2@school.example"])),
        "withdrawn": st.sets(st.integers(0, 7)),
        "days": st.lists(st.integers(0, 40), min_size=2, max_size=3),
        "cancelled": st.integers(-1, 2),
    }
)


def build(world: dict) -> Round:
    """Make the world afresh, in the database of the test."""
    for table in (Report, BatchSeat, Announcement, Message, Batch, Event, Invitation, Round, StudentContact, Placement):
        db.session.execute(sa.delete(table))
    db.session.execute(sa.delete(opt_outs.OptOut))
    placements = builders.load(*(builders.row(**place) for place in world["places"]))
    opened = builders.open_round(mails_per_trainer=world["cap"])
    for address in world["bounced"]:
        for contact in (Trainer, StudentContact):
            marked = sa.update(contact).where(contact.address == address)
            db.session.execute(marked.values(bounced_at=dt.datetime.now(dt.UTC)))
    for address in world["opted_out"]:
        opt_outs.opt_out(opt_outs.address_hash(address))
    for number in world["withdrawn"]:
        if number < len(placements):
            builders.seat(placements[number]).desk_withdrew_at = dt.datetime.now(dt.UTC)
    db.session.commit()
    return opened


def check_sums(batch: Batch) -> None:
    seats = db.session.scalar(sa.select(sa.func.count(Invitation.id)))
    assert batch.seats + sum(batch.left_out.values()) == seats
    assert set(batch.left_out) == set(planner.REASONS)
    kept = db.session.scalars(sa.select(BatchSeat).where(BatchSeat.batch_id == batch.id)).all()
    assert len(kept) == batch.seats
    assert len({one.trainer_id for one in kept} - {None}) == batch.trainers
    assert sum(one.trainer_id is None for one in kept) == batch.students_direct


def check_announced_once() -> None:
    """No seat stands in two mails that may arrive, and every mail announces something."""
    rows = db.session.execute(sa.select(Announcement.invitation_id, Message.id, Message.status).join(Message)).all()
    assert len({row[0] for row in rows}) == len(rows)
    alive = set(db.session.scalars(sa.select(Message.id).where(Message.status == "queued")))
    assert alive <= {row[1] for row in rows}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=WORLDS)
def test_sums_hold_and_overlapping_batches_announce_each_seat_once(signed_context, world):
    opened = build(world)
    batches = [planner.propose(opened, TODAY + dt.timedelta(days=days)) for days in world["days"]]
    db.session.commit()
    proposed = set()
    for number, batch in enumerate(batches):
        check_sums(batch)
        proposed |= set(db.session.scalars(sa.select(BatchSeat.invitation_id).where(BatchSeat.batch_id == batch.id)))
        queued = sum(send(batch))
        assert queued <= batch.trainers + batch.students_direct
        if number == world["cancelled"]:
            builders.cancel(batch)
        db.session.commit()
        check_announced_once()
        assert sum(send(batch)) == 0 if not batch.cancelled_at else True
    if world["cancelled"] not in range(len(batches)):
        assert set(db.session.scalars(sa.select(Announcement.invitation_id))) == proposed
    last = planner.propose(opened, TODAY + dt.timedelta(days=max(world["days"])))
    check_sums(last)
