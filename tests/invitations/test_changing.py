"""A round in which files, agreements and trainers keep changing: who is mailed still finds something to do."""

import dataclasses
import datetime as dt

import pytest
import sqlalchemy as sa

from app.agreements import register
from app.agreements.models import Category
from app.extensions import db
from app.forwarding import reminding
from app.forwarding.models import Report
from app.invitations import batches, blocks, freezing, helpdesk, planner, reach, roster, rounds, seat_lists
from app.invitations.models import Batch, Invitation, Population, Round
from app.mailing.models import Message
from app.placements import loading, undoing, writing
from app.placements.loading import Summary
from app.placements.models import Placement, Trainer
from app.portal import students
from app.privacy import erasing, finding, forgetting
from tests import builders
from tests.builders import SCHOOL, load, row, seat
from tests.responses.ways import answer

BOSS, PIET, SAM = "boss@company.example", "piet@company.example", "sam@school.example"


def send(world) -> list[str]:
    """Send a batch of the first round, as the worker does."""
    world.act(lambda: builders.send_batch(db.session.get_one(Round, 1)))
    return world.act(builders.deliver)


def remind(world, day: str) -> None:
    world.today(f"{day}T12:00:00")

    def work() -> None:
        for _queued in reminding.work():
            db.session.commit()

    world.act(work)
    world.act(builders.deliver)


def page(visitor, place) -> str:
    return visitor().go(f"{place.trainers_page}?lang=en").press("who", "trainer").text


# One seat that is not asked leaves the other.


def test_a_trainer_who_was_mailed_finds_the_own_part_when_the_student_objected(
    mailing_app, world, visitor, mail_server
):
    world.share()
    place = world.place(agreement_number="A-1", trainer_address=BOSS, first_name="Sam", student_number="1")
    world.act(lambda: forgetting.object_to(finding.find(f"{SCHOOL} A-1")))
    assert send(world)["sent"] == 1
    (mail,) = mail_server.to(BOSS)
    assert "Sam" not in mail.text
    assert "doorgeven" not in mail.text
    told = page(visitor, place)
    assert "Nothing is asked of this student" in told
    assert "Fill in my part" in told
    assert "Sam" not in told
    assert visitor().go(place.part).page != "closed"


def test_a_student_is_still_passed_the_link_when_the_desk_withdrew_the_trainers_part(
    mailing_app, world, visitor, mail_server
):
    place = world.place(trainer_address=BOSS)
    world.act(lambda: helpdesk.withdraw(db.session.get_one(Invitation, place.trainer)))
    assert send(world)["sent"] == 1
    told = page(visitor, place)
    assert "Mail me a version I can forward" in told
    assert "Fill in my part" not in told
    assert "Geef uw eigen mening" not in mail_server.to(BOSS)[0].text


def test_what_the_desk_decided_of_a_trainer_does_not_hold_for_the_next(world):
    place = world.place(agreement_number="A-1", trainer_address=BOSS)
    world.act(lambda: helpdesk.withdraw(db.session.get_one(Invitation, place.trainer)))
    world.act(lambda: load(row(agreement_number="A-1", trainer_address=PIET)))
    assert world.refusal(place.trainer) is None


@pytest.mark.parametrize("back", ["file", "undo", "hand-over"])
def test_what_the_desk_decided_of_a_trainer_holds_again_when_they_come_back(mailing_app, world, visitor, back):
    place = world.place(agreement_number="A-1", trainer_address=BOSS)
    world.act(lambda: helpdesk.withdraw(db.session.get_one(Invitation, place.trainer)))
    if back == "hand-over":
        trainer = visitor().go(f"{place.trainers_page}?lang=en").press("who", "trainer")
        trainer.press("ask", "exits").press("exit", "colleague", address=PIET)
        assert world.refusal(place.trainer) is None
        trainer.press_labelled("Take this back")
    else:
        kept = world.act(lambda: load_to_undo(row(agreement_number="A-1", trainer_address=PIET)))
        assert world.refusal(place.trainer) is None
        again = row(agreement_number="A-1", trainer_address=BOSS)
        world.act(lambda: undoing.undo(kept) if back == "undo" else load(again))
    assert world.refusal(place.trainer) == "desk"


def test_undoing_another_trainer_brings_back_what_the_first_was_told_and_said(mailing_app, world, visitor, mail_server):
    place = world.place(agreement_number="A-1", trainer_address=BOSS)
    send(world)
    trainer = visitor().go(f"{place.trainers_page}?lang=en").press("who", "trainer")
    trainer.press("ask", "exits").press("exit", "stopped", **{"stopped-day": "2026-11-01"})
    said = world.rows(Report)
    world.today("2026-11-24T12:00:00")
    kept = world.act(lambda: load_to_undo(row(agreement_number="A-1", trainer_address=PIET)))
    assert world.rows(Report)[0]["handled_at"]
    world.act(lambda: undoing.undo(kept))
    assert world.rows(Report) == said
    assert send(world)["sent"] == 0
    assert len(mail_server.to(BOSS)) == 1


def load_to_undo(changed) -> dict:
    """Load a row, and return what undoing needs."""
    kept: dict = {}

    def write(fresh, known):
        before = undoing.before(fresh, known)
        kept.update(undoing.after(before, writing.write(fresh, known)))

    loading.store([changed], Summary(), write)
    return kept


def test_the_desk_withdraws_a_seat_whose_end_then_moves_and_it_holds(world):
    place = world.place(agreement_number="A-1")
    world.act(lambda: rounds.open_round("Later", dt.date(2027, 8, 1), dt.date(2028, 7, 31)))
    world.act(lambda: helpdesk.withdraw(db.session.get_one(Invitation, place.student)))
    world.act(lambda: load(row(agreement_number="A-1", planned_end_on=dt.date(2027, 9, 1))))
    assert world.refusal(place.student) == "desk"
    world.act(lambda: helpdesk.give_back(db.session.get_one(Invitation, place.student)))
    assert {one["round_id"] for one in world.rows(Invitation)} == {2}


# Population is what could be asked.


def test_what_the_file_refused_from_the_start_is_no_population_and_draws_no_block(context):
    rows = [row(status="Afgewezen") for _n in range(15)] + [row() for _n in range(6)]
    load(*rows)
    measured = builders.open_round()
    blocks.draw_all(measured)
    assert sum(freezing.population(measured).values()) == 6
    assert blocks.of_round(measured.id) == {}
    builders.close_round(measured)
    freezing.freeze_closed()
    assert db.session.scalar(sa.select(sa.func.sum(Population.n))) == 6


# A closed round stays as it was counted.


def counted(measured: Round) -> tuple:
    narrowed = sa.select(sa.func.count()).select_from(seat_lists.seats(seat_lists.SeatFilters(), measured).subquery())
    return reach.reach(measured), freezing.population(measured), db.session.scalar(narrowed)


@pytest.fixture
def over(context):
    """Return a round that is over, of which three of six students sent; nobody wrote its counts down yet."""
    measured = builders.open_round(closes_on=dt.date(2027, 8, 10))
    rows = [row(agreement_number=f"A-{n}") for n in range(6)]
    for placement in load(*rows)[:3]:
        one = seat(placement)
        one.opened_at = one.invited_at = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
        one.sent = True
    db.session.commit()
    before = counted(measured)
    builders.set_clock("2027-09-10")
    return measured, rows, before


@pytest.mark.parametrize("what", ["late", "refused", "complete", "moved", "trainer", "erased", "objected"])
def test_nothing_said_later_changes_what_a_round_counted(over, what):
    measured, rows, (reached, population, _n) = over
    said = {
        "late": lambda: load(*(row(agreement_number=f"L-{n}", planned_end_on=dt.date(2027, 7, 1)) for n in range(5))),
        "refused": lambda: load(*(dataclasses.replace(one, status="Afgemeld") for one in rows)),
        "complete": lambda: loading.withdraw_gone(SCHOOL, Summary(seen={SCHOOL: set()})),
        "moved": lambda: load(*(dataclasses.replace(one, planned_end_on=dt.date(2027, 12, 1)) for one in rows)),
        "trainer": lambda: load(*(dataclasses.replace(one, trainer_address=PIET) for one in rows)),
        "erased": lambda: [forgetting.forget(finding.find(f"{SCHOOL} A-{n}")) for n in range(6)],
        "objected": lambda: [forgetting.object_to(finding.find(f"{SCHOOL} A-{n}")) for n in range(6)],
    }
    if what in ("erased", "objected"):
        list(erasing.erase())
    said[what]()
    db.session.commit()
    list(erasing.erase())
    db.session.commit()
    now = counted(measured)
    for role in ("student", "trainer"):
        found, was = (
            one[role] if role == "trainer" else reach.together([*one[role].values()]) for one in (now[0], reached)
        )
        assert {step: found[step] for step in ("due", "opened", "sent")} == {
            step: was[step] for step in ("due", "opened", "sent")
        }
    assert now[1] == population
    assert db.session.scalar(sa.select(sa.func.count(Invitation.id))) == 12


def test_a_sent_seat_stays_sent_whatever_the_file_says(context):
    measured = builders.open_round()
    sent = row()
    one = seat(load(sent)[0])
    one.opened_at, one.sent = dt.datetime(2026, 11, 20, tzinfo=dt.UTC), True
    load(dataclasses.replace(sent, status="Afgemeld"))
    assert reach.together([*reach.reach(measured)["student"].values()])["sent"] == 1
    assert sum(freezing.population(measured).values()) == 1


# The way of today.


def give_address(world, place, address: str = SAM) -> None:
    said = {Category.ADDRESS: address}
    world.act(lambda: students.save(SCHOOL, {db.session.get_one(Placement, place.placement): said}))


def test_a_student_handed_over_is_mailed_directly_once_there_is_an_address(mailing_app, world, visitor, mail_server):
    place = world.place(trainer_address=BOSS)
    trainer = visitor().go(f"{place.trainers_page}?lang=en").press("who", "trainer")
    trainer.press("ask", "exits").press("exit", "colleague", address=PIET)
    world.act(builders.deliver)
    world.share()
    give_address(world, place)
    for _n in range(2):
        send(world)
    assert len(mail_server.to(SAM)) == 1


@pytest.mark.parametrize("how", ["taken away", "agreement ended", "narrowed"])
def test_an_address_that_goes_after_the_mail_gives_the_student_to_the_trainer(
    mailing_app, world, visitor, mail_server, how
):
    world.share()
    place = world.place(agreement_number="A-1", student_address=SAM, trainer_address=BOSS)
    send(world)
    assert len(mail_server.to(SAM)) == 1

    def goes() -> None:
        if how == "taken away":
            students.erase(SCHOOL, db.session.get_one(Placement, place.placement))
        else:
            register.end(SCHOOL)
            if how == "narrowed":
                register.sign(SCHOOL, dt.date(2026, 11, 23), categories=[Category.FIRST_NAME])

    world.act(goes)
    told = page(visitor, place)
    assert "Mail me a version I can forward" in told
    assert "We mailed this student ourselves" not in told
    remind(world, "2026-11-30")
    assert len(mail_server.to(SAM)) == 1
    assert "These links were not opened yet" in mail_server.to(BOSS)[-1].text
    assert visitor().go(place.direct).page != "closed"


def test_an_agreement_without_addresses_mails_no_student(mailing_app, world, mail_server):
    world.share()
    place = world.place(student_address=SAM, trainer_address=BOSS)
    world.act(lambda: register.end(SCHOOL))
    world.act(lambda: register.sign(SCHOOL, dt.date(2026, 11, 23), categories=[Category.FIRST_NAME]))
    assert send(world)["sent"] == 1
    assert (len(mail_server.to(BOSS)), mail_server.to(SAM)) == (1, [])
    assert world.seat(place.student)["route"] == "forwarded"


def test_who_answers_keeps_the_way_they_came(mailing_app, world, visitor, mail_server):
    world.share()
    place = world.place(student_address=SAM, trainer_address=BOSS)
    send(world)
    answer(visitor(), place.direct, grade="7")
    world.act(lambda: students.erase(SCHOOL, db.session.get_one(Placement, place.placement)))
    assert world.seat(place.student)["route"] == "direct"
    assert world.act(lambda: planner.propose(db.session.get_one(Round, 1)).seats) == 0


# What changes between proposal, queue and mail.


@pytest.mark.parametrize(
    "changes", [{"planned_end_on": dt.date(2027, 6, 30)}, {"trainer_address": PIET}, {"status": "Afgemeld"}]
)
def test_what_changed_since_the_proposal_is_not_queued(mailing_app, world, mail_server, changes):
    known = {"agreement_number": "A-1", "trainer_address": BOSS}
    world.place(**known)
    batch_id = world.act(lambda: planner.propose(db.session.get_one(Round, 1)).id)
    world.act(lambda: load(row(**(known | changes))))
    world.act(lambda: list(batches.send(db.session.get_one(Batch, batch_id))))
    assert world.act(builders.deliver)["sent"] == 0
    assert mail_server.mails == []


def test_a_trainer_who_changes_with_the_end_is_mailed_in_the_other_round(mailing_app, world, mail_server):
    def build() -> None:
        rounds.open_round("A", dt.date(2026, 8, 1), dt.date(2026, 12, 31), closes_on=dt.date(2027, 1, 10))
        rounds.open_round("B", dt.date(2027, 1, 1), dt.date(2027, 7, 31))

    world.act(build)
    world.place(agreement_number="A-1", trainer_address=BOSS)
    send(world)
    world.act(lambda: load(row(agreement_number="A-1", trainer_address=PIET, planned_end_on=dt.date(2027, 2, 15))))
    world.today("2027-02-05")
    world.act(lambda: builders.send_batch(db.session.get_one(Round, 2)))
    world.act(builders.deliver)
    assert len(mail_server.to(PIET)) == 1


def test_a_new_trainer_is_told_of_a_student_whose_own_part_the_old_one_sent(mailing_app, world, visitor, mail_server):
    place = world.place(agreement_number="A-1", trainer_address=BOSS)
    send(world)
    answer(visitor(), place.part, grade="7")
    world.act(lambda: load(row(agreement_number="A-1", trainer_address=PIET)))
    for _n in range(2):
        send(world)
    assert len(mail_server.to(PIET)) == 1


def test_a_trainer_who_changes_while_no_round_fits_the_end_has_both_seats(mailing_app, world, visitor):
    place = world.place(agreement_number="A-1", trainer_address=BOSS)
    send(world)
    moved = row(agreement_number="A-1", trainer_address=PIET, planned_end_on=dt.date(2027, 9, 15))
    world.act(lambda: load(moved))
    found = world.act(lambda: [entry.student.id for entry in roster.of_trainer(db.session.get_one(Trainer, 2))])
    assert found == [place.student]


def test_nothing_is_queued_for_who_objected_since_the_proposal(mailing_app, world):
    world.share()
    world.places({"student_address": SAM, "trainer_address": BOSS}, {"trainer_address": PIET})
    batch_id = world.act(lambda: planner.propose(db.session.get_one(Round, 1)).id)
    world.act(lambda: [forgetting.object_to(finding.find(address)) for address in (SAM, PIET)])
    world.act(lambda: list(batches.send(db.session.get_one(Batch, batch_id))))
    queued = world.rows(Message)
    assert [(one["kind"], one["subject_id"]) for one in queued] == [("invite_trainer", 1)]


def test_a_proposal_shows_nobody_who_objected_since(admin, world):
    world.share()
    place = world.place(agreement_number="A-1", student_address=SAM, trainer_address=BOSS)
    batch_id = world.act(lambda: planner.propose(db.session.get_one(Round, 1)).id)
    assert SAM in admin.go(f"/desk/batches/{batch_id}?lang=en").text
    world.act(lambda: forgetting.object_to(finding.find(SAM)))
    assert SAM not in admin.go(f"/desk/batches/{batch_id}?lang=en").text
    admin.go(f"/desk/batches/{batch_id}/mail/student/{place.student}", 404)
    assert BOSS in admin.go(f"/desk/batches/{batch_id}?lang=en").text
    world.act(lambda: forgetting.object_to(finding.find(BOSS)))
    assert BOSS not in admin.go(f"/desk/batches/{batch_id}?lang=en").text


def test_a_proposal_shows_no_trainer_who_objected_since_and_would_only_pass_a_link_on(admin, world):
    world.place(agreement_number="A-1", trainer_address=BOSS)
    batch_id = world.act(lambda: planner.propose(db.session.get_one(Round, 1)).id)
    assert BOSS in admin.go(f"/desk/batches/{batch_id}?lang=en").text
    world.act(lambda: forgetting.object_to(finding.find(BOSS)))
    assert BOSS not in admin.go(f"/desk/batches/{batch_id}?lang=en").text
