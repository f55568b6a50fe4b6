"""Writes rows that say something new, with all that belongs to them, and tells listeners which placements these are.

What the desk or the portal corrected stays until the school's file names something else than it did before: the columns
`given_…` keep the hash of what the file last named.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import astuple, replace
from typing import Any

import sqlalchemy as sa

from app import clock
from app.accounts import audit
from app.agreements.models import Category
from app.database import insert_into, new_version
from app.extensions import db
from app.hashing import address_hash, keyed_hash
from app.placements import forgotten
from app.placements.checking import CheckedRow
from app.placements.models import Company, Placement, StudentContact, Trainer, TrainerContact
from app.placements.sharing import NOTHING
from app.placements.signals import placements_loaded
from app.placements.values import without_zeros

AS_IN_ROW = (
    "brin",
    "agreement_number",
    "crebo",
    "pathway",
    "begins_on",
    "planned_end_on",
    "actual_end_on",
    "status",
    "company_number",
    "language",
)
KEYS = {
    Company: ["number"],
    Trainer: ["address_hash"],
    TrainerContact: ["trainer_id", "brin"],
    Placement: ["key_hash"],
    StudentContact: ["placement_id"],
}
# What a file last named, and what follows only where it names another; the first of these tells whether it is another.
GIVEN: dict[Any, dict[str, list[str]]] = {
    Placement: {"given_trainer": ["trainer_id"]},
    StudentContact: {
        "given_address": ["address_hash", "address", "bounced_at"],
        "given_first_name": ["first_name"],
        "given_student_number": ["student_number"],
    },
}
Rows = dict[str, CheckedRow]  # by the hash of their key
Known = dict[str, Any]  # what the database held of rows, by the hash of their key


def known(hashes: Collection[str]) -> Known:
    """Return what writing has to know of the placements with these key hashes, their trainers and students."""
    names = ["id", "key_hash", "row_digest", "trainer_id", "given_trainer", "gone_at"]
    columns = [getattr(Placement, name) for name in names]
    columns += [getattr(StudentContact, name) for name in (*GIVEN[StudentContact], "address_hash", "delivered_at")]
    columns.append(Trainer.address.label("trainer_address"))
    wanted = sa.select(*columns).outerjoin(Placement.student).outerjoin(Placement.trainer)
    return {row.key_hash: row for row in db.session.execute(wanted.where(Placement.key_hash.in_(hashes)))}


def is_held(key: str, row: CheckedRow, before: Any) -> bool:
    """Tell whether what we hold was given by this row, or said by the school itself since."""
    student = all(
        getattr(before, name) == hashed or (hashed is None and before.delivered_at)
        for name, hashed in _given(key, row).items()
    )
    return student and bool(before.trainer_address or not row.trainer_address)


def digest(row: CheckedRow) -> str:
    row = replace(row, agreement_number=without_zeros(row.agreement_number))
    return keyed_hash("row", *("" if value is None else str(value) for value in astuple(row)))


def write(fresh: Rows, before: Known) -> Known:
    """Write rows with all that belongs to them; returns what is known of them now."""
    at = clock.now()
    _write_companies(fresh.values())
    _write_placements(fresh, _write_trainers(fresh, before), at)
    after = known(list(fresh))
    _write_trainer_contacts(fresh, after)
    _write_students(fresh, after)
    tell(before, after, at)
    return after


def tell(before: Known, after: Known, at: dt.datetime, undone: dt.datetime | None = None) -> None:
    """Tell listeners which placements were written `at` this moment, and whose trainer changed by that.

    `undone` is when the load was that this undoes.
    """
    other = [
        now.id for hashed, now in after.items() if hashed in before and before[hashed].trainer_id != now.trainer_id
    ]
    placements_loaded.send(ids=[row.id for row in after.values()], other_trainer=other, at=at, undone=undone)


def upsert(model: Any, rows: list[dict], *, kept: tuple[str, ...] = (), filled: tuple[str, ...] = ()) -> None:
    """Insert rows, or update those with the same key: not their `kept` columns, and no `filled` one with empty text.

    What is known of persons stays where the file names what it did before, and a bounce stays with its address.
    """
    if not rows:
        return
    statement = insert_into(model)
    keys = KEYS[model]
    changed = {name: statement.excluded[name] for name in rows[0] if name not in keys and name not in kept}
    for name in filled:
        changed[name] = sa.func.coalesce(sa.func.nullif(statement.excluded[name], ""), getattr(model, name))
    for given, followers in GIVEN.get(model, {}).items():
        another = getattr(model, given).is_distinct_from(statement.excluded[given])
        if model is StudentContact:
            another &= sa.or_(statement.excluded[given].is_not(None), StudentContact.delivered_at.is_(None))
        moves = another & getattr(model, followers[0]).is_distinct_from(statement.excluded[followers[0]])
        for name in (given, *followers):
            says = another if name == given else moves
            changed[name] = sa.case((says, statement.excluded[name]), else_=getattr(model, name))
    written = statement.on_conflict_do_update(index_elements=keys, set_=changed)
    # RETURNING makes it a few long statements, and nulls written out keep rows from being split by them.
    db.session.execute(written.returning(getattr(model, keys[0])), rows, execution_options={"render_nulls": True})


def _write_students(fresh: Rows, after: Known) -> None:
    """Keep what schools share of the students at these placements, and no more.

    What a school said by itself stays, and so does an address that the desk gave.
    """
    named = {key: _student(key, after[key].id, row) for key, row in fresh.items() if row.names_student}
    others = {after[key].id for key, contact in named.items() if _is_another(after[key], contact["address_hash"])}
    audit.record_each("student_changed", sorted(others))
    upsert(StudentContact, list(named.values()))
    emptied = [after[key].id for key in fresh if key not in named]
    these = sa.and_(StudentContact.placement_id.in_(emptied), StudentContact.delivered_at.is_(None))
    by_file = sa.or_(StudentContact.given_address.is_not(None), StudentContact.address.is_(None))
    db.session.execute(sa.delete(StudentContact).where(these, by_file))
    names = NOTHING[Category.FIRST_NAME] | NOTHING[Category.STUDENT_NUMBER]
    db.session.execute(sa.update(StudentContact).where(these).values(names))


def _is_another(held: Any, hashed: str | None) -> bool:
    """Tell whether the address of a student is about to become this other one."""
    takes = held.address_hash and (hashed or not held.delivered_at)
    return bool(takes) and hashed not in (held.given_address, held.address_hash)


def _hashed(address: str | None) -> str | None:
    return address_hash(address) if address else None


def _in_order(rows: dict[Any, dict]) -> list[dict]:
    """Return the rows by their key, so that two loads at once never wait for each other in a circle."""
    return [rows[key] for key in sorted(rows)]


def _write_companies(rows: Iterable[CheckedRow]) -> None:
    companies: dict[str, dict] = {}
    for row in rows:
        given = {"name": row.company_name, "city": row.company_city, "region": row.region}
        company = companies.setdefault(row.company_number, {"number": row.company_number} | given)
        company |= {name: text for name, text in given.items() if text}
    upsert(Company, _in_order(companies), filled=("name", "city", "region"))


def _write_trainers(fresh: Rows, before: Known) -> dict[str, int | None]:
    """Write the trainers whom rows name anew; returns the trainer of each row, by its key hash.

    A row that names the address it did before keeps its trainer, so that a mistaken address does not come back; but a
    trainer whose address was erased when it had served is written again.
    """
    stands = {
        key
        for key, row in fresh.items()
        if key in before
        and before[key].given_trainer == _hashed(row.trainer_address)
        and (before[key].trainer_address or not before[key].trainer_id)
    }
    named = {row.trainer_address for key, row in fresh.items() if key not in stands and row.trainer_address}
    new = {
        address: {"address": address, "address_hash": address_hash(address), "language": "nl", "version": new_version()}
        for address in named
    }
    upsert(Trainer, _in_order(new), kept=("language", "version"))
    ids = _trainer_ids(fresh)
    return {key: before[key].trainer_id if key in stands else ids[key] for key in fresh}


def _trainer_ids(fresh: Rows) -> dict[str, int | None]:
    """Return the trainer who has the address that a row names, by its key hash."""
    hashes = {key: _hashed(row.trainer_address) for key, row in fresh.items()}
    wanted = sa.select(Trainer.address_hash, Trainer.id).where(Trainer.address_hash.in_({*hashes.values()} - {None}))
    ids = {row.address_hash: row.id for row in db.session.execute(wanted)}
    return {key: ids.get(hashed) for key, hashed in hashes.items()}


def _write_trainer_contacts(fresh: Rows, after: Known) -> None:
    """Write what schools call the trainers whom rows name, though the placement may be another's by now.

    Where nobody has the address that a row names, the desk corrected it: the name is that of the placement's trainer.
    """
    ids = _trainer_ids(fresh)
    contacts: dict[tuple, dict] = {}
    for key, row in fresh.items():
        if trainer_id := ids[key] or after[key].trainer_id:
            contact = {"trainer_id": trainer_id, "brin": row.brin, "name": ""}
            contact = contacts.setdefault((trainer_id, row.brin), contact)
            contact["name"] = row.trainer_name or contact["name"]
    upsert(TrainerContact, _in_order(contacts), filled=("name",))


def _given(key: str, row: CheckedRow) -> dict[str, str | None]:
    """Return what a row gives of a student, as hashes."""
    return {
        "given_address": _hashed(row.student_address),
        "given_first_name": keyed_hash("given", key, row.first_name) if row.first_name else None,
        "given_student_number": keyed_hash("given", key, row.student_number) if row.student_number else None,
    }


def _student(key: str, placement_id: int, row: CheckedRow) -> dict[str, Any]:
    return {
        "placement_id": placement_id,
        "first_name": row.first_name,
        "student_number": row.student_number,
        "address": row.student_address,
        "address_hash": _hashed(row.student_address),
        "bounced_at": None,
    } | _given(key, row)


def _write_placements(fresh: Rows, trainers: dict[str, int | None], at: dt.datetime) -> None:
    gone = forgotten.among(list(fresh))
    rows = [
        {name: getattr(row, name) for name in AS_IN_ROW}
        | ({"agreement_number": None} if key in gone else {})
        | {"key_hash": key, "row_digest": digest(row), "loaded_at": at, "gone_at": None}
        | {"trainer_id": trainers[key], "given_trainer": _hashed(row.trainer_address)}
        for key, row in fresh.items()
    ]
    upsert(Placement, rows)
