"""The proof: every column that may hold what is personal is filled with a mark, the terms pass, and no mark is left.

Looked for in the bytes of the database file and of its write-ahead log, in DATA_DIR, and in a PostgreSQL dump.
"""

import datetime as dt
import subprocess
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock
from app.accounts.models import AuditEntry
from app.agreements import register
from app.extensions import db
from app.invitations.models import Role, Round
from app.privacy import terms
from app.responses import receipts
from app.responses.models import Draft, DraftPage
from app.results import files, parquet
from app.results.models import Edition, EditionFile, counts_name
from app.worker import periodic
from tests.builders import CREBO, SCHOOL
from tests.results import answers, people
from tests.world import PASSWORD

MARK = "mark7f3a"
NEVER_MARKED = {"audit_entries"}  # which holds numbers only, by what is recorded
CODES = {"brin", "crebo", "pathway", "status", "role", "channel", "kind", "stage", "wish", "language", "step", "reason"}
CODES |= {"refused_kind", "questionnaire", "month", "company_number", "page"}


@pytest.fixture
def filled(app, world):
    """Rows in every table that a rule is about, with a mark in each column that can hold one."""
    world.share()
    place = world.place(student_address="s@school.example", first_name="S")
    user = world.account("reader@school.example", "school", SCHOOL)
    with app.app_context():
        measured = db.session.scalars(sa.select(Round)).first()
        db.session.add(Edition(round=measured, made_at=clock.now(), manifest={}))
        db.session.flush()
        models = {rule.model.__table__: rule.model for rule in terms.RULES}
        for table in db.metadata.sorted_tables:
            if table in models and table.name not in NEVER_MARKED:
                _fill(models[table], user, place.placement)
        draft = db.session.scalars(sa.select(Draft)).one()
        db.session.add(DraftPage(draft_id=draft.id, page="whole", answers={"well": f"{MARK} draft_pages.answers"}))
        db.session.commit()


def _fill(model: Any, user: int, placement: int) -> None:
    """Mark the row there is, else make one."""
    table = model.__table__
    marked = {column.name: _marked(column) for column in table.c if _can_hold_a_mark(column, model)}
    if db.session.scalar(sa.select(sa.func.count()).select_from(table)):
        db.session.execute(sa.update(table).values(**marked))
    else:
        needed = {column.name: _value(column, user, placement) for column in table.c if _is_needed(column)}
        db.session.execute(sa.insert(table).values(**(needed | marked)))
    db.session.flush()


def _can_hold_a_mark(column: Any, model: Any) -> bool:
    blanked = {name for rule in terms.RULES if rule.model is model for name in rule.blank or ()}
    deleted = any(rule.model is model and rule.blank is None for rule in terms.RULES)
    if column.name in CODES or not isinstance(column.type, sa.String | sa.JSON | sa.LargeBinary) or column.foreign_keys:
        return False
    return deleted or column.name in blanked


def _marked(column: Any) -> Any:
    if isinstance(column.type, sa.LargeBinary):
        return _mark(column).encode()
    return {"x": _mark(column)} if isinstance(column.type, sa.JSON) else _mark(column)


def _mark(column: Any) -> str:
    """Return the mark of a column, cut to what it holds."""
    return f"{MARK} {column.table.name}.{column.name}"[: getattr(column.type, "length", None)]


def _is_needed(column: Any) -> bool:
    given = column.nullable or column.server_default is not None or column.computed is not None
    if column.name in ("done_at", "until"):  # only what was answered, or is over, goes
        return True
    return not given and not (column.primary_key and column.autoincrement is True) and column.name != "id"


def _value(column: Any, user: int, placement: int) -> Any:
    """Return something the column takes."""
    key = next(iter(column.foreign_keys), None)
    if key is not None:
        of = key.column.table.name
        owners = {"users": user, "schools": SCHOOL, "programmes": CREBO, "placements": placement}
        return owners[of] if of in owners else db.session.scalar(sa.select(sa.func.max(key.column)))
    if isinstance(column.type, sa.JSON):
        return {}
    by_type = {dt.date: clock.today(), dt.datetime: clock.now(), int: 1, bool: False, bytes: b"x"}
    by_name = {
        "status": "sent",
        "month": "2026-11",
        "channel": "direct",
        "role": "student",
        "wish": "erase",
        "step": "invite",
    }
    return by_name.get(column.name) or by_type.get(column.type.python_type, "x")


def everything_stored(app, database_url: str, postgresql: Any) -> bytes:
    """Return all bytes that hold data: database, write-ahead log or dump, and DATA_DIR."""
    data = app.config["DATA_DIR"]
    stored = b"".join(path.read_bytes() for path in data.rglob("*") if path.is_file())
    if database_url.startswith("sqlite"):
        file = Path(database_url.removeprefix("sqlite:///"))
        files = [path for path in (file, Path(f"{file}-wal")) if path.exists()]
        return stored + b"".join(path.read_bytes() for path in files)
    dump = [str(postgresql.bin / "pg_dump"), database_url]
    return stored + subprocess.run(dump, check=True, capture_output=True).stdout


@pytest.fixture
def stored(app, request, database_url):
    server = None if database_url.startswith("sqlite") else request.getfixturevalue("postgresql")
    return lambda: everything_stored(app, database_url, server)


def is_in(text: str, stored: bytes) -> bool:
    """Tell whether a text is there, as it is or as the hexadecimal digits of bytes in a dump."""
    return text.encode() in stored or text.encode().hex().encode() in stored


def test_after_all_terms_no_mark_is_left_in_any_byte(app, filled, stored, world, flask):
    models = {rule.table: rule.model for rule in terms.RULES if rule.table not in NEVER_MARKED}
    columns = [column for model in models.values() for column in model.__table__.c if _can_hold_a_mark(column, model)]
    marks = {_mark(column) for column in [*columns, DraftPage.__table__.c.answers]}
    assert len(marks) > 25
    assert {mark for mark in marks if not is_in(mark, stored())} == set()
    world.today("2040-01-02")
    done = flask.json("privacy", "erase")
    assert done["remaining_due"] == 0
    assert set(done["erased"]) == set(models)
    assert not is_in(MARK, stored())


def test_when_an_agreement_ends_the_hourly_work_leaves_no_byte_of_its_students(app, world, stored):
    world.share()
    world.place(student_address=f"{MARK}@school.example", first_name=f"{MARK}-name", student_number=f"{MARK}-no")
    assert is_in(MARK, stored())
    world.act(lambda: register.end(SCHOOL))
    with app.app_context():
        assert "erase_what_is_due" in periodic.run_due()
    assert not is_in(MARK, stored())
    (entry,) = world.rows(AuditEntry, AuditEntry.action == "contacts_erased")
    assert (entry["brin"], entry["details"]) == (SCHOOL, {"n": 1})


@pytest.fixture
def withdrawn(app, stored):
    """Publish a round in which one answer has a mark that its edition shows; returns how to withdraw that answer."""
    receipt = receipts.new_receipt()
    with app.app_context():
        edition = answers.edition()
        marked = {"answers": answers.HAPPY | {"status": f"zz{MARK}"}, "receipt_hash": receipts.receipt_hash(receipt)}
        people.answered(edition.round, 4, answers=answers.HAPPY)
        people.answered(edition.round, 1, **marked)
        published = answers.published(answers.made(edition.round))
        people.answered(edition.round, 30, answers=answers.HAPPY)
        newest = answers.made(edition.round)
        for one in (published.edition, newest):
            for name in (Role.STUDENT, counts_name(Role.STUDENT)):
                files.path_of(one, name)
    assert is_in(MARK, stored())
    return receipt


def marks_in_parquet(app) -> int:
    """Count what editions and this machine's copies of them hold of the mark, compressed as they are."""
    with app.app_context():
        kept = [one.content for one in db.session.scalars(sa.select(EditionFile)) if one.name != "reach"]
    kept += [path.read_bytes() for path in (app.config["DATA_DIR"] / "editions").glob("*")]
    found = f"SELECT * FROM (SELECT t::VARCHAR AS row FROM read_parquet(?) t) WHERE contains(row, '{MARK}')"  # noqa: S608
    return sum(parquet.derived(found, one).rows for one in kept)


def test_within_the_hour_no_byte_is_left_of_what_was_withdrawn_in_any_edition_published_or_not(app, withdrawn, stored):
    assert marks_in_parquet(app) >= 8  # two editions in the database and here, answers and counts
    with app.app_context():
        assert receipts.withdraw(withdrawn)
        db.session.commit()
        assert {"take_withdrawn_out_of_editions", "erase_what_is_due"} <= set(periodic.run_due())
    assert marks_in_parquet(app) == 0
    assert not is_in(MARK, stored())


def test_the_school_sees_that_its_addresses_went(app, world, visitor):
    world.share()
    world.place(student_address="s@school.example")
    world.account("reader@school.example", "school", SCHOOL)
    school = visitor().sign_in("reader@school.example", PASSWORD)
    world.act(lambda: register.end(SCHOOL))
    assert "within the hour" in school.go(f"/desk/schools/{SCHOOL}/?lang=en").text
    with app.app_context():
        periodic.run_due()
    assert "was erased on" in school.go(f"/desk/schools/{SCHOOL}/?lang=en").text
