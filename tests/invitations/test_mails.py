"""What becomes of invitations on their way: what is stamped, what is dropped, what bounces."""

import dataclasses
import datetime as dt

import pytest
import sqlalchemy as sa

from app.agreements import register
from app.extensions import db
from app.hashing import address_hash
from app.invitations import links, mails, rounds
from app.invitations.models import Event, Invitation
from app.mailing import composing, opt_outs
from app.mailing.letter import Letter, NotWanted
from app.mailing.models import Message
from app.placements.models import Trainer
from tests import builders
from tests.builders import OTHER_SCHOOL, SCHOOL

STUDENT = {"first_name": "Sam", "student_number": "s1", "student_address": "s1@school.example"}
NOW = dt.datetime(2026, 11, 23, 11, tzinfo=dt.UTC)


@pytest.fixture
def world(signed_context, mailing_app):
    """A trainer with two students, of whom the second has an address; the mails wait."""
    rows = [
        builders.row(trainer_address="t@company.example"),
        builders.row(trainer_address="t@company.example", **STUDENT),
    ]
    placements = builders.load(*rows)
    builders.send_batch(builders.open_round())
    return rows, placements


def reasons() -> dict[str, str | None]:
    db.session.expire_all()
    return {message.kind: message.reason for message in db.session.scalars(sa.select(Message))}


def stamped(placement, role="student") -> tuple:
    db.session.expire_all()
    seat = builders.seat(placement, role)
    return seat.invited_at, seat.mailed_at, seat.route


def test_nothing_is_stamped_before_a_server_accepted(world):
    _rows, placements = world
    for placement in placements:
        assert stamped(placement) == stamped(placement, "trainer") == (None, None, None)


def test_an_accepted_mail_stamps_the_seats_it_announced(world):
    _rows, (forwarded, direct) = world
    assert builders.deliver()["sent"] == 2
    assert stamped(forwarded) == (NOW, NOW, "forwarded")
    assert stamped(direct) == (NOW, NOW, "direct")
    assert stamped(forwarded, "trainer") == stamped(direct, "trainer") == (NOW, NOW, None)
    assert list(db.session.scalars(sa.select(Event.kind))) == ["invited"] * 4


def test_a_trainer_gets_one_mail_about_all_and_a_direct_student_their_own(world, mail_server):
    builders.deliver()
    (to_trainer,) = mail_server.to("t@company.example")
    (to_student,) = mail_server.to("s1@school.example")
    assert to_trainer.text.count("/t/") == 2
    assert to_student.text.count("/s/") == 1
    assert to_trainer.mail["X-BPV-Kind"] == "invite_trainer"
    assert to_student.mail["X-BPV-Kind"] == "invite_student"


def test_the_links_in_the_mails_are_the_recipients_own(world, mail_server):
    _rows, (forwarded, direct) = world
    builders.deliver()
    assert links.trainer_url(forwarded.trainer) in mail_server.to("t@company.example")[0].text
    url = links.seat_url(builders.seat(direct), links.Channel.DIRECT)
    assert url in mail_server.to("s1@school.example")[0].text


@pytest.mark.parametrize("address", ["later451@company.example", "bye421@company.example", "silent@company.example"])
def test_a_mail_that_was_not_accepted_stamps_nothing(context, mailing_app, address):
    (placement,) = builders.load(builders.row(trainer_address=address))
    builders.send_batch(builders.open_round())
    builders.deliver()
    assert stamped(placement) == (None, None, None)


def test_a_refused_address_marks_the_contact(context, mailing_app):
    (placement,) = builders.load(builders.row(trainer_address="unknown550@company.example"))
    builders.send_batch(builders.open_round())
    assert builders.deliver()["failed"] == 1
    assert stamped(placement) == (None, None, None)
    assert placement.trainer.bounced_at == NOW


def test_a_refused_address_of_a_student_marks_only_theirs(signed_context, mailing_app):
    row = builders.row(**STUDENT | {"student_address": "unknown550@school.example"})
    (placement,) = builders.load(row)
    builders.send_batch(builders.open_round())
    builders.deliver()
    db.session.expire_all()
    assert placement.student.bounced_at == NOW
    assert placement.trainer.bounced_at is None


@pytest.mark.parametrize("name", ["spam554", "denied571"])
def test_our_own_fault_marks_no_contact(context, mailing_app, name):
    (placement,) = builders.load(builders.row(trainer_address=f"{name}@company.example"))
    builders.send_batch(builders.open_round())
    assert builders.deliver()["deferred"] == 1
    db.session.expire_all()
    assert placement.trainer.bounced_at is None


@pytest.mark.parametrize("students", [{}, STUDENT], ids=["trainers", "students"])
def test_a_claim_takes_as_many_statements_as_a_single_mail(signed_context, mailing_app, students):
    builders.load(*(builders.row(**students | {"student_number": f"s{n}"} if students else {}) for n in range(4)))
    builders.send_batch(builders.open_round())
    kind = "invite_student" if students else "invite_trainer"
    messages = list(db.session.scalars(sa.select(Message).where(Message.kind == kind)))
    assert len(messages) == 4
    assert statements(messages) == statements(messages[:1])


def statements(messages) -> int:
    """Count what rendering these messages asks of the database."""
    asked: list[str] = []
    db.session.commit()
    for message in messages:
        db.session.refresh(message)
        db.session.expunge(message)
    listener = lambda *args: asked.append(args[2])  # noqa: E731
    sa.event.listen(db.engine, "before_cursor_execute", listener)
    letters = composing.letters_for(messages)
    sa.event.remove(db.engine, "before_cursor_execute", listener)
    assert all(isinstance(letter, Letter) for letter in letters.values())
    for message in messages:
        db.session.add(message)
    return len(asked)


# Not wanted any more.


def withdraw(rows):
    for row in rows:
        builders.load(dataclasses.replace(row, status="Afgemeld"))


def make_provisional(rows):
    for row in rows:
        builders.load(dataclasses.replace(row, status="Voorlopig"))


def answer(rows):
    db.session.execute(sa.update(Invitation).values(sent=True))


def close(rows):
    rounds.close_round(rounds.everything()[0])


def opt_out(rows):
    for address in ("t@company.example", "s1@school.example"):
        opt_outs.opt_out(address_hash(address))


@pytest.mark.parametrize(
    ("happen", "reason"),
    [
        (withdraw, "status"),
        (make_provisional, "status"),
        (answer, "answered"),
        (close, "closed"),
        (opt_out, "opted_out"),
    ],
)
def test_a_mail_that_is_no_longer_wanted_is_dropped_with_the_reason(world, happen, reason):
    rows, _placements = world
    happen(rows)
    db.session.commit()
    assert builders.deliver() == {"sent": 0, "failed": 0, "dropped": 2, "uncertain": 0, "deferred": 0}
    assert reasons() == {"invite_trainer": reason, "invite_student": reason}


def test_a_placement_that_moved_after_queueing_is_left_out_until_it_is_due(world, mail_server):
    rows, (moved, _direct) = world
    builders.load(dataclasses.replace(rows[0], planned_end_on=dt.date(2027, 6, 30)))
    builders.deliver()
    (to_trainer,) = mail_server.to("t@company.example")
    assert "30 juni 2027" not in to_trainer.text
    assert stamped(moved) == stamped(moved, "trainer") == (None, None, None)
    builders.set_clock("2027-06-20")
    assert builders.planner.propose(builders.seat(moved).round).seats == 2


def test_a_mail_of_which_all_placements_moved_is_dropped(world, mail_server):
    rows, _placements = world
    for row in rows:
        builders.load(dataclasses.replace(row, planned_end_on=dt.date(2027, 6, 30)))
    assert builders.deliver()["dropped"] == 2
    assert set(reasons().values()) == {"replaced"}
    assert mail_server.mails == []


def test_a_batch_made_for_a_later_day_goes_as_it_was_proposed(context, mailing_app):
    builders.load(builders.row(planned_end_on=dt.date(2027, 6, 30)))
    opened = builders.open_round()
    batch = builders.planner.propose(opened, dt.date(2027, 6, 20))
    list(builders.queue_mails(batch))
    db.session.commit()
    assert builders.deliver()["sent"] == 1


def test_a_trainer_who_was_replaced_is_not_written_to(world, mail_server):
    rows, _placements = world
    for row in rows:
        builders.load(dataclasses.replace(row, trainer_address="new@company.example"))
    builders.deliver()
    assert mail_server.to("t@company.example") == []
    assert reasons()["invite_trainer"] == "replaced"


def test_a_student_who_went_to_another_trainer_is_not_in_the_old_ones_mail(context, mailing_app, mail_server):
    stays, leaves = (builders.row(trainer_address="t@company.example", pathway=way) for way in ("BOL", "BBL"))
    _kept, gone = builders.load(stays, dataclasses.replace(leaves, crebo="25736"))
    builders.send_batch(builders.open_round())
    builders.load(dataclasses.replace(leaves, crebo="25736", trainer_address="new@company.example"))
    builders.deliver()
    (mail,) = mail_server.to("t@company.example")
    assert gone.programme.name not in mail.text
    assert stamped(gone) == (None, None, None)


def test_a_seat_left_out_of_a_mail_is_not_invited_and_comes_with_the_next(world, mail_server):
    rows, (withdrawn, _direct) = world
    builders.load(dataclasses.replace(rows[0], status="Afgemeld"))
    builders.deliver()
    assert stamped(withdrawn) == (None, None, None)
    builders.load(rows[0])
    assert builders.send_batch(builders.seat(withdrawn).round).seats == 2
    builders.deliver()
    assert stamped(withdrawn) == (NOW, NOW, "forwarded")
    assert len(mail_server.to("t@company.example")) == 2


def test_a_student_is_not_mailed_after_the_agreement_ended(world, mail_server):
    register.end(SCHOOL)
    db.session.commit()
    builders.deliver()
    assert mail_server.to("s1@school.example") == []
    assert reasons()["invite_student"] == "no_agreement"


def test_a_student_without_an_address_any_more_is_not_mailed(world):
    rows, _placements = world
    builders.load(dataclasses.replace(rows[1], student_address=None))
    builders.deliver()
    assert reasons()["invite_student"] == "no_address"


def test_an_address_that_bounced_meanwhile_is_not_tried_again(world):
    _rows, (_forwarded, direct) = world
    direct.student.bounced_at = direct.trainer.bounced_at = NOW
    db.session.commit()
    assert builders.deliver()["dropped"] == 2
    assert reasons() == {"invite_trainer": "bounced", "invite_student": "bounced"}


def test_seat_days_count_from_the_first_mail_of_a_route(signed_context, mailing_app):
    row = builders.row(**STUDENT)
    (placement,) = builders.load(row)
    opened = builders.open_round()
    builders.send_batch(opened)
    builders.deliver()
    mails.student_bounced(db.session.scalars(sa.select(Message).where(Message.kind == "invite_student")).one())
    db.session.execute(sa.update(Message).where(Message.kind == "invite_student").values(status="bounced"))
    db.session.commit()
    builders.set_clock("2026-12-01")
    builders.send_batch(opened)
    builders.deliver()
    later = dt.datetime(2026, 12, 1, 11, tzinfo=dt.UTC)
    assert stamped(placement) == (NOW, later, "forwarded")
    assert stamped(placement, "trainer") == (NOW, NOW, None)


def test_a_seat_closes_at_midnight_in_amsterdam(context):
    (placement,) = builders.load(builders.row())
    builders.open_round()
    seat = builders.seat(placement)
    seat.mailed_at = dt.datetime(2026, 11, 23, 23, 30, tzinfo=dt.UTC)  # the 24th in Amsterdam
    assert seat.closes_on(dt.date(2027, 1, 1)) == dt.date(2026, 12, 22)
    assert not seat.is_closed(dt.date(2026, 12, 22))
    assert seat.is_closed(dt.date(2026, 12, 23))


def test_a_seat_closes_with_its_round_at_the_latest(context):
    (placement,) = builders.load(builders.row())
    builders.open_round(closes_on=dt.date(2026, 12, 1))
    assert builders.seat(placement).closes_on(dt.date(2026, 11, 23)) == dt.date(2026, 12, 1)


def test_previews_carry_links_that_open_nothing(world):
    _rows, (_forwarded, direct) = world
    batch = db.session.scalars(sa.select(mails.BatchSeat.batch_id).limit(1)).one()
    to_trainer = mails.preview_trainer(batch, direct.trainer_id, "en")
    to_student = mails.preview_student(builders.seat(direct).id, "nl")
    urls = {block.url for letter in (to_trainer, to_student) for block in letter.blocks if block.kind == "button"}
    assert urls == {links.example_url("t"), links.example_url("s")}
    assert links.read_trainer_token(links.example_url("t").rpartition("/")[2]) is None
    assert links.read_seat_token(links.example_url("s").rpartition("/")[2]) is None


def test_a_preview_speaks_the_language_asked_for(world):
    _rows, (_forwarded, direct) = world
    assert mails.preview_student(builders.seat(direct).id, "en").language == "en"


def test_letters_speak_the_recipients_language(context, mailing_app, mail_server):
    builders.sharing_school(OTHER_SCHOOL)
    (placement,) = builders.load(builders.row(brin=OTHER_SCHOOL, language="en", **STUDENT))
    db.session.execute(sa.update(Trainer).values(language="en"))
    builders.send_batch(builders.open_round())
    builders.deliver()
    assert 'lang="en"' in mail_server.to("s1@school.example")[0].html
    assert 'lang="en"' in mail_server.to(placement.trainer.address)[0].html


def test_a_trainer_without_an_address_gets_no_letter(context):
    (placement,) = builders.load(builders.row())
    builders.open_round()
    placement.trainer.address = None
    with pytest.raises(NotWanted, match="no_address"):
        mails.trainer_letter(placement.trainer, [], "url")
