"""Each rule beside a neighbour whose term has not passed, which neither goes nor keeps the other; and their plans.

On PostgreSQL, which reads small tables whole because that is quicker, reading a large one whole is made expensive.
"""

import datetime as dt
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from app import clock
from app.accounts.models import AuditEntry, SignIn
from app.agreements.models import Agreement, Interest, TalkNote
from app.extensions import db
from app.forwarding.models import Exit, Report
from app.invitations import freezing, rounds
from app.invitations.models import Announcement
from app.mailing.models import Message, OptOut
from app.placements.models import LoadedChunk, Objection, Upload
from app.portal.models import Delivery
from app.privacy import erasing, terms
from app.privacy.models import PersonRequest
from app.responses.models import Draft, FirstForm, Response
from app.results.models import Edition, EditionFile
from tests import builders
from tests.builders import CREBO, OTHER_SCHOOL, SCHOOL

LONG_AGO = dt.datetime(2013, 5, 1, 12, tzinfo=dt.UTC)
NUMBERS = range(len(terms.RULES))
SMALL = {"rounds", "schools", "programmes", "users"}  # that no erasing grows with


@pytest.fixture
def neighbours(context, world):
    """Everything that a rule is about twice: long ago, and just now; and a student whose school shares no more."""
    builders.sharing_school()
    builders.sharing_school(OTHER_SCHOOL)
    user = world.account("reader@school.example", "school", SCHOOL)
    old, new, unshared = builders.load(
        _student(planned_end_on=LONG_AGO.date()),
        _student(),
        _student(brin=OTHER_SCHOOL, planned_end_on=dt.date(2027, 5, 1)),
    )
    past = rounds.open_round("Meting 2013", dt.date(2012, 8, 1), dt.date(2013, 7, 31))
    present = builders.open_round()
    db.session.execute(sa.update(Agreement).where(Agreement.brin == OTHER_SCHOOL).values(categories=[]))
    freezing.freeze(past)
    went = _rows(old, past, LONG_AGO, user)
    stays = _rows(new, present, clock.now(), user)
    # the trainer who stays gave a student of theirs to a colleague, which once kept every other trainer
    db.session.add(Report(placement_id=new.id, trainer_id=unshared.trainer_id, kind=Exit.COLLEAGUE, at=clock.now()))
    db.session.commit()
    assert set(went.items()).isdisjoint(stays.items())
    return went, unshared.id


def _student(**changes):
    known = {"student_address": "s@school.example", "first_name": "Sam", "student_number": "0123"}
    return builders.row(**(known | changes))


def _rows(placement, measured, at: dt.datetime, user: int) -> dict[str, object]:
    """Make a row of each table about this placement or of this time; returns the keys by table."""
    seat, month = builders.seat(placement), at.strftime("%Y-%m")
    sent = {"status": "sent", "queued_at": at, "not_before": at, "ended_at": at}
    rows = SimpleNamespace(
        message=Message(kind="invite_student", subject_id=placement.id, **sent),
        draft=Draft(invitation_id=seat.id, version=seat.version, nonce="n"),
        upload=Upload(made_at=at, made_by=user, language="nl", format={}, columns={}, sheet=b"x"),
        delivery=Delivery(brin=SCHOOL, made_by=user, made_at=at, rows=[], counts={}, refused_kind="csv"),
        edition=Edition(round_id=measured.id, made_at=at, manifest={}),
        first=FirstForm(trainer_id=placement.trainer_id, round_id=measured.id, brin=SCHOOL, mark=month),
        interest=Interest(brin=SCHOOL, name="n", address="a@b.example", text="t", at=at),
        note=TalkNote(brin=SCHOOL, at=at, stage="interested", text="t"),
        asked=PersonRequest(wish="erase", person_hash="h", received_on=at.date(), due_on=at.date(), done_at=at),
        entry=AuditEntry(at=at, actor="system", action="erased", details={}),
        sign_in=SignIn(key_hash=month, user_id=user, browser="b", at=at, seen_at=at),
    )
    seat.mailed_at = seat.invited_at = at
    until = OptOut(address_hash=month, at=at, until=at.date())
    objection = Objection(hash=month, word="word", at=at, until=at.date())
    background = {"round_id": measured.id, "brin": SCHOOL, "crebo": CREBO, "pathway": "BOL", "role": "student"}
    texts = {"answers": {}, "texts": {"well": "All"}, "channel": "direct", "questionnaire": "student-2026"}
    answers = Response(key=month, receipt_hash=month, month=month, **background, **texts)
    db.session.add_all([*vars(rows).values(), until, objection, answers])
    db.session.flush()
    about = {"invitation_id": seat.id, "version": seat.version, "step": "invite"}
    db.session.add_all(
        [
            Announcement(message_id=rows.message.id, **about),
            LoadedChunk(upload_id=rows.upload.id, start=0, before=b"x"),
            EditionFile(edition_id=rows.edition.id, name="student", digest="d", content=b"x"),
        ]
    )
    placed = {"placements": placement.id, "student_contacts": placement.id, "announcements": seat.id}
    trained = dict.fromkeys(("trainers", "trainer_contacts"), placement.trainer_id)
    chunks = {"loaded_chunks": rows.upload.id, "edition_files": rows.edition.id, "responses": month, "opt_outs": month}
    chunks["objections"] = month
    return placed | trained | chunks | {one.__tablename__: sa.inspect(one).identity[0] for one in vars(rows).values()}


@pytest.mark.parametrize("number", NUMBERS)
def test_what_is_due_goes_beside_a_neighbour_that_is_not(neighbours, number):
    went, unshared = neighbours
    rule = terms.RULES[number]
    of_agreement = rule.due.__qualname__.startswith("not_shared")
    assert db.session.scalars(erasing.search(rule)).all() == [unshared if of_agreement else went[rule.table]]


@pytest.mark.parametrize("number", NUMBERS)
def test_looking_for_what_is_due_reads_one_table_once(context, number):
    builders.open_round()
    rule = terms.RULES[number]
    assert scanned_in(plan_of(erasing.search(rule))) <= {rule.table}


@pytest.mark.parametrize("number", NUMBERS)
def test_erasing_reads_no_table_whole(context, number):
    builders.open_round()
    rule = terms.RULES[number]
    as_key = rule.model.__table__.primary_key.columns[0].type.python_type
    assert scanned_in(plan_of(erasing.erasure(rule, [as_key(1), as_key(2)]))) == set()


def plan_of(statement) -> str:
    """Return what the database says it would do, whatever the values."""
    db.session.rollback()
    connection = db.session.connection()
    compiled = statement.compile(db.engine, compile_kwargs={"render_postcompile": True})
    if connection.dialect.name == "sqlite":
        values = (None,) * len(compiled.positiontup)
        return "\n".join(row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", values))
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    return "\n".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN {compiled}", compiled.params))


def scanned_in(plan: str) -> set[str]:
    """Return the tables that grow and that a plan reads whole."""
    tables = set(db.metadata.tables) - SMALL
    lines = [line.split() for line in plan.replace("Seq Scan on", "SCAN").splitlines()]
    return {words[words.index("SCAN") + 1] for words in lines if "SCAN" in words} & tables
