"""Writes checked rows to the database, a chunk at a time; the caller commits after each, so page saves get through.

The same row again changes nothing, so a load that was cut off is resumed by starting it once more.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, field
from itertools import islice
from typing import Any

import sqlalchemy as sa

from app import clock
from app.agreements import register
from app.database import insert_into
from app.extensions import db
from app.hashing import address_hash, keyed_hash
from app.placements.checking import CheckedRow, Outcome, Reason, Reference, Remark, row_key
from app.placements.columns import Columns
from app.placements.models import Company, Placement, StudentContact, Trainer, TrainerContact
from app.placements.signals import placements_loaded
from app.reference.models import Programme, School

CHUNK = 1000


@dataclass
class Summary:
    """What a load did, or in a dry run would do. `seen` holds the key hashes per BRIN, refused rows included."""

    counts: Counter = field(default_factory=Counter)
    reasons: Counter = field(default_factory=Counter)
    remarks: Counter = field(default_factory=Counter)
    seen: dict[str, set[str]] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return the counts with every key present; `rows` is the sum of the five that follow it."""
        kinds = ("new", "changed", "same", "duplicate", "refused")
        return {
            "rows": sum(self.counts[kind] for kind in kinds),
            **{kind: self.counts[kind] for kind in kinds},
            "gone": self.counts["gone"],
            "warnings": {remark.value: self.remarks[remark] for remark in Remark},
            "reasons": {reason.value: self.reasons[reason] for reason in Reason},
        }

    def see(self, brin: str, agreement_number: str) -> None:
        self.seen.setdefault(brin, set()).add(key_hash(brin, agreement_number))


def reference_today() -> Reference:
    """Return what rows are checked against today."""
    return Reference(
        schools=frozenset(db.session.scalars(sa.select(School.brin))),
        programmes=frozenset(db.session.scalars(sa.select(Programme.crebo))),
        sharing=register.sharing_on(clock.today()),
    )


def key_hash(brin: str, agreement_number: str) -> str:
    """Return the keyed hash under which a placement stays recognisable after its number is erased."""
    return keyed_hash("placement", brin, agreement_number)


def load(outcomes: Iterable[Outcome], columns: Columns, summary: Summary, *, dry_run: bool = False) -> Iterator[int]:
    """Store what is accepted, chunk by chunk, and yield the rows of each; `summary` fills up meanwhile."""
    outcomes = iter(outcomes)
    while chunk := list(islice(outcomes, CHUNK)):
        for outcome in chunk:
            _count(outcome, summary)
            brin, agreement_number = row_key(outcome.row, columns)
            if brin and agreement_number:
                summary.see(brin, agreement_number)  # a refused row is never gone
        store([outcome.checked for outcome in chunk if outcome.checked], summary, dry_run=dry_run)
        yield len(chunk)


def store(rows: list[CheckedRow], summary: Summary, *, dry_run: bool = False) -> None:
    """Write the rows that say something new, and tell listeners which placements these are."""
    hashes = {key_hash(*row.key): row for row in rows}
    known = _known(list(hashes))
    fresh: dict[str, CheckedRow] = {}
    for hashed, row in hashes.items():
        before = known.get(hashed)
        same = before is not None and before.row_digest == _digest(row) and before.gone_at is None
        summary.counts["new" if before is None else "same" if same else "changed"] += 1
        if not same:
            fresh[hashed] = row
    if fresh and not dry_run:
        _write(fresh, known)


def count_gone(summary: Summary) -> None:
    """Count, per school of the file, the placements that the file no longer names."""
    summary.counts["gone"] = sum(len(_gone(brin, seen)) for brin, seen in summary.seen.items())


def withdraw_gone(brin: str, summary: Summary) -> int:
    """Mark the placements of a school as gone that its complete file no longer names."""
    ids = _gone(brin, summary.seen.get(brin, set()))
    for start in range(0, len(ids), CHUNK):
        some = ids[start : start + CHUNK]
        db.session.execute(sa.update(Placement).where(Placement.id.in_(some)).values(gone_at=clock.now()))
        placements_loaded.send(ids=some, other_trainer=[])
    return len(ids)


def _count(outcome: Outcome, summary: Summary) -> None:
    if outcome.duplicate:
        summary.counts["duplicate"] += 1
    elif outcome.refusal:
        summary.counts["refused"] += 1
        summary.reasons[outcome.refusal] += 1
    summary.remarks.update(outcome.remarks)


def _gone(brin: str, seen: set[str]) -> list[int]:
    wanted = sa.select(Placement.id, Placement.key_hash).where(Placement.brin == brin, Placement.gone_at.is_(None))
    return [id_ for id_, hashed in db.session.execute(wanted) if hashed not in seen]


def _known(hashes: list[str]) -> dict[str, Any]:
    columns = (
        Placement.id,
        Placement.key_hash,
        Placement.row_digest,
        Placement.trainer_id,
        Placement.gone_at,
    )
    return {row.key_hash: row for row in db.session.execute(sa.select(*columns).where(Placement.key_hash.in_(hashes)))}


def _digest(row: CheckedRow) -> str:
    return keyed_hash("row", *("" if value is None else str(value) for value in astuple(row)))


def _write(fresh: dict[str, CheckedRow], known: dict[str, Any]) -> None:
    _write_companies(fresh.values())
    trainers = _write_trainers(fresh.values())
    ids = _write_placements(fresh, trainers)
    _write_students({ids[hashed]: row for hashed, row in fresh.items()})
    other = [
        ids[hashed]
        for hashed, row in fresh.items()
        if hashed in known and known[hashed].trainer_id != trainers.get(row.trainer_address)
    ]
    placements_loaded.send(ids=list(ids.values()), other_trainer=other)


def _upsert(
    table: Any, rows: list[dict], keys: list[str], kept: tuple[str, ...] = (), filled: tuple[str, ...] = ()
) -> None:
    """Insert rows, or update those with the same key: not their `kept` columns, and no `filled` one with empty text."""
    if not rows:
        return
    statement = insert_into(table)
    changed = {name: statement.excluded[name] for name in rows[0] if name not in keys and name not in kept}
    for name in filled:
        changed[name] = sa.func.coalesce(sa.func.nullif(statement.excluded[name], ""), getattr(table, name))
    written = statement.on_conflict_do_update(index_elements=keys, set_=changed)
    # RETURNING makes it a few long statements, and nulls written out keep rows from being split by them.
    db.session.execute(written.returning(getattr(table, keys[0])), rows, execution_options={"render_nulls": True})


def _in_order(rows: dict[Any, dict]) -> list[dict]:
    """Return the rows by their key, so that two loads at once never wait for each other in a circle."""
    return [rows[key] for key in sorted(rows)]


def _write_companies(rows: Iterable[CheckedRow]) -> None:
    companies: dict[str, dict] = {}
    for row in rows:
        given = {"name": row.company_name, "city": row.company_city, "region": row.region}
        known = companies.setdefault(row.company_number, {"number": row.company_number} | given)
        known |= {name: text for name, text in given.items() if text}
    _upsert(Company, _in_order(companies), ["number"], filled=("name", "city", "region"))


def _write_trainers(rows: Iterable[CheckedRow]) -> dict[str | None, int | None]:
    """Write trainers and what schools call them; returns address → id."""
    addresses = {row.trainer_address for row in rows if row.trainer_address}
    new = [
        {"address": address, "address_hash": address_hash(address), "language": "nl", "version": 1}
        for address in sorted(addresses)
    ]
    _upsert(Trainer, new, ["address_hash"], kept=("language", "version"))
    wanted = sa.select(Trainer.address, Trainer.id).where(
        Trainer.address_hash.in_([row["address_hash"] for row in new])
    )
    ids: dict[str | None, int | None] = {row[0]: row[1] for row in db.session.execute(wanted)}
    contacts: dict[tuple, dict] = {}
    for row in rows:
        if row.trainer_address:
            key = ids[row.trainer_address], row.brin
            contact = contacts.setdefault(key, {"trainer_id": key[0], "brin": key[1], "name": ""})
            contact["name"] = row.trainer_name or contact["name"]
    _upsert(TrainerContact, _in_order(contacts), ["trainer_id", "brin"], filled=("name",))
    return ids


def _write_placements(fresh: dict[str, CheckedRow], trainers: dict[str | None, int | None]) -> dict[str, int]:
    """Write the placements themselves; returns key hash → id."""
    now = clock.now()
    rows = [
        {
            "key_hash": hashed,
            "row_digest": _digest(row),
            "brin": row.brin,
            "agreement_number": row.agreement_number,
            "crebo": row.crebo,
            "pathway": row.pathway,
            "begins_on": row.begins_on,
            "planned_end_on": row.planned_end_on,
            "actual_end_on": row.actual_end_on,
            "status": row.status,
            "company_number": row.company_number,
            "trainer_id": trainers.get(row.trainer_address),
            "language": row.language,
            "loaded_at": now,
            "gone_at": None,
        }
        for hashed, row in fresh.items()
    ]
    _upsert(Placement, rows, ["key_hash"])
    wanted = sa.select(Placement.key_hash, Placement.id).where(Placement.key_hash.in_(list(fresh)))
    return {row[0]: row[1] for row in db.session.execute(wanted)}


def _write_students(rows: dict[int, CheckedRow]) -> None:
    """Keep what the school may share of a student; what it no longer gives is deleted."""
    filled = {id_: row for id_, row in rows.items() if row.first_name or row.student_number or row.student_address}
    emptied = [id_ for id_ in rows if id_ not in filled]
    db.session.execute(sa.delete(StudentContact).where(StudentContact.placement_id.in_(emptied)))
    contacts = [
        {
            "placement_id": id_,
            "first_name": row.first_name,
            "student_number": row.student_number,
            "address": row.student_address,
            "address_hash": address_hash(row.student_address) if row.student_address else None,
        }
        for id_, row in filled.items()
    ]
    if contacts:
        statement = insert_into(StudentContact)
        new = statement.excluded
        same_address = StudentContact.address_hash == new.address_hash
        changes = {name: new[name] for name in ("first_name", "student_number", "address", "address_hash")}
        changes["bounced_at"] = sa.case((same_address, StudentContact.bounced_at), else_=sa.null())
        db.session.execute(statement.on_conflict_do_update(index_elements=["placement_id"], set_=changes), contacts)
