"""Each rule at its boundary: kept the day before, gone on the day; and no table is forgotten."""

import dataclasses
import datetime as dt
import sqlite3
from collections import Counter
from contextlib import closing

import pytest
import sqlalchemy as sa

from app import clock
from app.accounts.models import SignIn
from app.agreements import register
from app.agreements.models import Agreement, Category, Interest, TalkNote
from app.database import PATIENCE
from app.extensions import db
from app.invitations import rounds
from app.invitations.models import Announcement, Invitation, Population, Role, Round
from app.mailing.models import Message
from app.placements import loading
from app.placements.loading import Summary
from app.placements.models import Placement, StudentContact, Trainer, TrainerContact
from app.portal.models import Delivery
from app.privacy import erasing, kept, terms
from app.privacy.models import PersonRequest
from app.responses.models import Draft, Response
from tests import builders
from tests.builders import CREBO, SCHOOL
from tests.conftest import on_sqlite

TEXTUAL = (sa.String, sa.JSON, sa.LargeBinary)
MAILED = dt.date(2026, 11, 23)
CLOSED = MAILED + dt.timedelta(days=28)  # the last day of a seat mailed that day


def erase() -> dict[str, int]:
    """Erase what is due today, chunk by chunk as the worker does."""
    erased: dict[str, int] = {}
    for so_far in erasing.erase():
        db.session.commit()
        erased = dict(so_far)
    assert erasing.count_due() == {}
    return erased


def on(day: dt.date) -> dict[str, int]:
    builders.set_clock(day.isoformat())
    return erase()


def count(model) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


@pytest.fixture
def shared(context):
    """A student of a school with an agreement, mailed on MAILED, and their trainer."""
    builders.sharing_school()
    opened = builders.open_round()
    (placement,) = builders.load(
        builders.row(student_address="s@school.example", first_name="Sam", student_number="0123")
    )
    db.session.execute(sa.update(Invitation).values(mailed_at=clock.now(), invited_at=clock.now()))
    db.session.commit()
    return opened, placement


@on_sqlite
def test_no_column_that_can_hold_text_is_forgotten(context):
    stays = {table for one in kept.KEPT for table in one.tables} | {"periodic_runs"}
    deleted = {rule.table for rule in terms.RULES if rule.blank is None} | {"draft_pages"}  # which go with the draft
    for table in db.metadata.sorted_tables:
        blanked = {column for rule in terms.RULES if rule.table == table.name for column in rule.blank or ()}
        textual = {column.name for column in table.c if isinstance(column.type, TEXTUAL)}
        left = textual - blanked - kept.LEFT.get(table.name, set())
        needs_a_rule = table.name not in deleted and (blanked or table.name not in stays)
        assert not (left and needs_a_rule), (table.name, left)


@on_sqlite
def test_what_is_kept_exists(context):
    assert {table for one in kept.KEPT for table in one.tables} <= set(db.metadata.tables)


def test_contacts_go_so_many_days_after_the_last_seat_closed(shared):
    assert "student_contacts" not in on(CLOSED + dt.timedelta(days=30))
    assert on(CLOSED + dt.timedelta(days=31)) == {"student_contacts": 1, "trainers": 1, "trainer_contacts": 1}
    assert (count(StudentContact), count(TrainerContact)) == (0, 0)
    assert db.session.scalars(sa.select(Trainer.address)).all() == [None]


def test_an_agreement_may_set_other_days_for_its_students(shared):
    db.session.execute(sa.update(Agreement).values(contact_days=5))
    assert on(CLOSED + dt.timedelta(days=5)).get("student_contacts") is None
    assert on(CLOSED + dt.timedelta(days=6))["student_contacts"] == 1
    assert db.session.scalar(sa.select(Trainer.address)) is not None


def test_a_trainer_stays_for_the_last_of_their_students(shared):
    _opened, placement = shared
    later = builders.row(planned_end_on=dt.date(2027, 5, 1), trainer_address=placement.trainer.address)
    builders.load(later)
    assert "trainers" not in on(CLOSED + dt.timedelta(days=40))
    assert on(dt.date(2027, 9, 28))["trainers"] == 1  # thirty days after the round's last day, for a seat not mailed


def test_a_placement_that_no_round_covers_goes_by_its_end(context):
    builders.sharing_school()
    builders.load(builders.row(student_address="s@school.example", planned_end_on=dt.date(2026, 11, 30)))
    assert "student_contacts" not in on(dt.date(2026, 12, 30))
    erased = on(dt.date(2026, 12, 31))
    assert erased == {"student_contacts": 1, "placements": 1, "trainers": 1, "trainer_contacts": 1}


def test_when_an_agreement_ends_its_students_go_at_once(shared):
    assert erase() == {}
    register.end(SCHOOL)
    db.session.commit()
    assert erase() == {"student_contacts": 1}


@pytest.mark.parametrize(
    ("category", "columns"),
    [
        (Category.ADDRESS, ["address", "address_hash", "given_address", "bounced_at"]),
        (Category.FIRST_NAME, ["first_name", "given_first_name"]),
        (Category.STUDENT_NUMBER, ["student_number", "given_student_number"]),
    ],
)
def test_what_an_agreement_no_longer_names_goes(shared, category, columns):
    others = [one.value for one in Category if one is not category]
    db.session.execute(sa.update(Agreement).values(categories=others))
    assert erase() == {"student_contacts": 1}
    row = db.session.execute(sa.select(StudentContact.__table__)).mappings().one()
    assert not any(row[column] for column in columns)
    assert sum(bool(row[name]) for name in ("address", "first_name", "student_number")) == 2


def student() -> tuple | None:
    columns = (StudentContact.first_name, StudentContact.student_number, StudentContact.address)
    row = db.session.execute(sa.select(*columns)).one_or_none()
    return row and tuple(row)


SAM = {"agreement_number": "1", "first_name": "Sam", "student_number": "0123", "student_address": "s@school.example"}


@pytest.mark.parametrize("meanwhile", [[], [Category.FIRST_NAME], [Category.ADDRESS], [Category.STUDENT_NUMBER]])
def test_what_went_because_of_an_agreement_comes_back_with_the_same_row_under_one_that_allows_it(context, meanwhile):
    builders.open_round()
    register.sign(SCHOOL, dt.date(2026, 1, 1), dt.date(2026, 11, 23))
    row = builders.row(**SAM)
    builders.load(row)
    before = student()
    if meanwhile:
        register.sign(SCHOOL, dt.date(2026, 11, 24), dt.date(2026, 11, 24), categories=meanwhile)
    assert on(dt.date(2026, 11, 24)) == {"student_contacts": 1 if not meanwhile else 2}
    builders.set_clock("2026-11-25")
    register.sign(SCHOOL, dt.date(2026, 11, 25))
    builders.load(row)
    assert student() == before == ("Sam", "0123", "s@school.example")
    summary = Summary()
    loading.store([row], summary)
    assert dict(summary.counts) == {"same": 1}


def test_what_went_because_its_time_was_over_does_not_come_back_with_the_same_row(shared):
    row = builders.row(planned_end_on=dt.date(2027, 1, 15), **SAM)
    builders.load(row)
    db.session.execute(sa.update(Invitation).values(mailed_at=clock.now()))
    on(CLOSED + dt.timedelta(days=31))
    summary = Summary()
    loading.store([row], summary)
    assert dict(summary.counts) == {"same": 1}
    assert student() is None


def test_a_number_that_went_with_the_freezing_stays_away_with_a_changed_row_too(shared):
    opened, placement = shared
    row = builders.row(planned_end_on=dt.date(2027, 1, 15), **SAM)
    db.session.execute(sa.delete(StudentContact))
    builders.load(row)
    builders.close_round(opened)
    db.session.commit()
    erase()
    builders.load(dataclasses.replace(row, company_city="Assen"))
    assert student() == ("Sam", "", "s@school.example")


def test_a_trainer_who_was_erased_and_is_needed_again_comes_back_with_the_same_row(context):
    row = builders.row()
    builders.load(row)
    assert on(dt.date(2026, 12, 31))["trainers"] == 1
    db.session.commit()
    builders.open_round()
    builders.load(row)
    assert db.session.scalar(sa.select(Trainer.address)) == row.trainer_address


def test_a_draft_goes_when_its_seat_closes(shared):
    seat = builders.seat(shared[1])
    db.session.add(Draft(invitation_id=seat.id, version=seat.version, nonce="n", address="own@student.example"))
    db.session.commit()
    assert "drafts" not in on(CLOSED)
    assert on(CLOSED + dt.timedelta(days=1)) == {"drafts": 1}


def test_whoever_is_late_at_closing_finds_their_draft(shared):
    opened, placement = shared
    db.session.add(Draft(invitation_id=builders.seat(placement).id, version=1, nonce="n"))
    db.session.commit()
    midnight = clock.start_of(CLOSED + dt.timedelta(days=1))
    for minutes, goes in ((59, {}), (60, {"drafts": 1})):
        builders.set_clock((midnight + dt.timedelta(minutes=minutes)).isoformat())
        assert erase() == goes
    db.session.add(Draft(invitation_id=builders.seat(placement).id, version=1, nonce="n"))
    builders.set_clock("2026-11-23T12:00")
    rounds.close_round(opened)
    db.session.commit()
    builders.set_clock("2026-11-23T12:59")
    assert (erase(), opened.frozen_at) == ({}, None)
    builders.set_clock("2026-11-23T13:00")
    assert erase()["drafts"] == 1
    assert opened.frozen_at


def test_closing_a_round_freezes_its_population_and_lets_the_numbers_go(shared):
    opened, _placement = shared
    builders.load(builders.row(), builders.row(pathway="BBL"))
    (withdrawn,) = builders.load(builders.row())
    builders.seat(withdrawn).desk_withdrew_at = clock.now()
    builders.close_round(opened)
    db.session.commit()
    erased = erase()
    found = {row.pathway: row.n for row in db.session.scalars(sa.select(Population))}
    assert found == {"BOL": 2, "BBL": 1}
    assert erased["placements"] == 4
    assert db.session.scalars(sa.select(Placement.agreement_number)).all() == [None] * 4
    assert db.session.scalar(sa.select(StudentContact.student_number)) == ""


def test_a_round_is_frozen_once(shared):
    opened, _placement = shared
    builders.close_round(opened)
    db.session.commit()
    erase()
    assert erase() == {}
    assert count(Population) == 1
    assert db.session.get_one(Round, opened.id).frozen_at


def test_messages_go_with_what_they_announced(shared):
    ended = clock.now()
    times = {"queued_at": ended, "not_before": ended, "ended_at": ended}
    message = Message(kind="invite_student", subject_id=1, status="sent", **times)
    db.session.add(message)
    db.session.flush()
    seat = builders.seat(shared[1])
    db.session.add(Announcement(invitation_id=seat.id, version=seat.version, step="invite", message_id=message.id))
    db.session.commit()
    assert "messages" not in on(MAILED + dt.timedelta(days=90))
    builders.set_clock((MAILED + dt.timedelta(days=91)).isoformat())
    erased = erase()
    assert (erased["messages"], erased["announcements"]) == (1, 1)


def test_a_message_in_a_workers_hands_stays(context):
    long_ago = clock.now() - dt.timedelta(days=100)
    times = {"queued_at": long_ago, "not_before": long_ago}
    for number, status in enumerate(("queued", "claimed", "sending")):
        db.session.add(Message(kind="note", subject_id=number, status=status, **times))
    db.session.commit()
    assert erase() == {"messages": 1}
    assert set(db.session.scalars(sa.select(Message.status))) == {"claimed", "sending"}


@on_sqlite
def test_readers_do_not_keep_erasing_from_ending_nor_others_from_writing(context, monkeypatch):
    monkeypatch.setattr(erasing, "TRIES", 2)
    with closing(db.engine.raw_connection()) as reader:
        cursor = reader.cursor()
        cursor.execute("BEGIN")
        cursor.execute("SELECT count(*) FROM schools")
        builders.sharing_school()
        erasing.empty_log()
        assert count(Agreement) == 1
    assert db.session.execute(sa.text("PRAGMA busy_timeout")).scalar() == PATIENCE * 1000


def response(month: str) -> Response:
    return Response(
        key=month,
        receipt_hash=month,
        round_id=1,
        month=month,
        role=Role.STUDENT,
        channel="direct",
        questionnaire="student-2026",
        brin=SCHOOL,
        crebo=CREBO,
        pathway="BOL",
        answers={"grade": 8},
        texts={"well": "All of it"},
    )


def test_what_people_wrote_goes_before_what_they_answered(context):
    builders.open_round()
    db.session.add(response("2026-11"))
    db.session.commit()
    assert on(dt.date(2028, 11, 30)) == {}
    assert on(dt.date(2028, 12, 1)) == {"responses": 1}
    kept = db.session.scalars(sa.select(Response)).one()
    assert (kept.texts, kept.answers) == (None, {"grade": 8})
    assert on(dt.date(2036, 11, 30)) == {}
    assert on(dt.date(2036, 12, 1)) == {"responses": 1}
    assert count(Response) == 0


def test_the_desks_own_notes_go_after_their_years(context):
    now = clock.now()
    db.session.add(Interest(brin=SCHOOL, name="n", address="a@b.example", text="t", at=now))
    db.session.add(TalkNote(brin=SCHOOL, at=now, stage="interested", text="t"))
    asked = {"wish": "erase", "person_hash": "h", "received_on": MAILED, "due_on": MAILED}
    db.session.add_all([PersonRequest(**asked, done_at=now), PersonRequest(**asked)])
    db.session.commit()
    assert on(dt.date(2028, 11, 22)) == {}
    assert on(dt.date(2028, 11, 24)) == {"interests": 1}
    assert on(dt.date(2031, 11, 24)) == {"talk_notes": 1, "person_requests": 1}
    assert count(PersonRequest) == 1  # what is not answered stays


def test_a_delivery_and_a_sign_in_go(context, world):
    builders.sharing_school()
    user = world.account("reader@school.example", "school", SCHOOL)
    facts = {"brin": SCHOOL, "made_by": user, "made_at": clock.now(), "counts": {}, "refused_kind": "csv"}
    db.session.add(Delivery(rows=[[1, {}]], refused=b"x", **facts))
    long_ago = clock.now() - dt.timedelta(days=91)
    signed_in = {"user_id": user, "browser": "b", "at": long_ago}
    db.session.add_all(
        [SignIn(key_hash="1", seen_at=long_ago, **signed_in), SignIn(key_hash="2", seen_at=clock.now(), **signed_in)]
    )
    db.session.commit()
    assert erase() == {"sign_ins": 1}
    assert on(MAILED + dt.timedelta(days=2)) == {"deliveries": 1}
    made = db.session.scalars(sa.select(Delivery)).one()
    assert (made.rows, made.refused) == (None, None)


def test_a_delivery_goes_with_the_agreement(context, world):
    user = world.account("reader@school.example", "school", SCHOOL)
    facts = {"brin": SCHOOL, "made_by": user, "made_at": clock.now(), "counts": {}, "refused_kind": "csv"}
    db.session.add(Delivery(rows=[[1, {}]], refused=b"x", **facts))
    db.session.commit()
    assert erase() == {"deliveries": 1}


def test_a_trainer_whose_placement_goes_on_is_reached_again(shared):
    number, address = shared[1].agreement_number, shared[1].trainer.address
    on(dt.date(2027, 1, 31))
    assert db.session.scalar(sa.select(Trainer.address)) is None
    later = {"agreement_number": number, "trainer_address": address, "planned_end_on": dt.date(2027, 6, 1)}
    builders.load(builders.row(**later))
    assert db.session.scalar(sa.select(Trainer.address)) == address


def test_a_dry_run_says_what_would_go_and_lets_nothing_go(shared, flask):
    builders.set_clock((CLOSED + dt.timedelta(days=31)).isoformat())
    due = {"student_contacts": 1, "trainers": 1, "trainer_contacts": 1}
    assert flask.json("privacy", "due") == {"due": due}
    assert count(StudentContact) == 1
    assert flask.json("privacy", "erase") == {"erased": due, "remaining_due": 0}
    (entry,) = [one for one in flask.json("audit", "list")["entries"] if one["action"] == "erased"]
    assert entry["details"] == due


def test_more_than_a_chunk_goes_chunk_by_chunk(context, monkeypatch):
    monkeypatch.setattr(erasing, "CHUNK", 2)
    builders.sharing_school()
    builders.load(*(builders.row(student_address=f"s{n}@school.example") for n in range(5)))
    register.end(SCHOOL)
    db.session.commit()
    pieces = [so_far["student_contacts"] for so_far in erasing.erase()]
    assert sorted(set(pieces)) == [0, 2, 4, 5]


@on_sqlite
def test_others_write_while_what_is_due_is_looked_for_and_between_chunks(context, monkeypatch):
    monkeypatch.setattr(erasing, "CHUNK", 2)
    builders.sharing_school()
    builders.load(*(builders.row(student_address=f"s{n}@school.example") for n in range(5)))
    register.end(SCHOOL)
    db.session.commit()
    waited: Counter[bool] = Counter()
    with closing(sqlite3.connect(db.engine.url.database, timeout=0, isolation_level=None)) as other:

        def write(*_statement: object) -> None:
            try:
                other.execute("BEGIN IMMEDIATE")
                other.execute("ROLLBACK")
                waited[False] += 1
            except sqlite3.OperationalError:
                waited[True] += 1

        sa.event.listen(db.engine, "before_cursor_execute", write)
        for _so_far in erasing.erase():
            db.session.commit()
            write()
        sa.event.remove(db.engine, "before_cursor_execute", write)
    assert waited[False] > 2 * len(terms.RULES)  # at each search and after each
    assert waited[True] < waited[False]
