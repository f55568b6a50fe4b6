"""What a load finds and does, a chunk at a time; the caller commits after each, so page saves get through.

The same row again changes nothing, so a load that was cut off is resumed by starting it once more.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import islice
from typing import Any

import sqlalchemy as sa

from app import clock
from app.extensions import db
from app.hashing import keyed_hash
from app.placements import forgotten, objections, sharing, writing
from app.placements.checking import CheckedRow, Outcome, Reason, Reference, Remark, row_key
from app.placements.columns import Columns
from app.placements.models import Placement
from app.placements.signals import placements_changing, placements_loaded, placements_over
from app.placements.values import INVITED, without_zeros
from app.reference.models import Programme, School

CHUNK = 1000
SHOWN = 100  # rows that a warning names


@dataclass
class Summary:
    """What a load did, or in a dry run would do.

    `reach`: how accepted rows could be mailed. `warned_rows` are the first rows of warnings that are about single ones.
    `seen` holds the key hashes per BRIN, refused rows included, `earliest` the first end that an accepted row names.
    """

    counts: Counter = field(default_factory=Counter)
    reasons: Counter = field(default_factory=Counter)
    remarks: Counter = field(default_factory=Counter)
    reach: Counter = field(default_factory=Counter)
    warned_rows: dict[Remark, list[int]] = field(default_factory=dict)
    refused: list[Outcome] = field(default_factory=list)
    seen: dict[str, set[str]] = field(default_factory=dict)
    earliest: dict[str, dt.date] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return the counts with every key present; `rows` is the sum of the five that follow it."""
        kinds = ("new", "changed", "same", "duplicate", "refused")
        return {
            "rows": sum(self.counts[kind] for kind in kinds),
            **{kind: self.counts[kind] for kind in kinds},
            "gone": self.counts["gone"],
            "warnings": {remark.value: self.remarks[remark] for remark in Remark},
            "warned_rows": self.warned_rows,
            "reasons": {reason.value: self.reasons[reason] for reason in Reason},
        }

    def add(self, outcome: Outcome, columns: Columns) -> None:
        if outcome.checked:
            self.reach[_way(outcome.checked)] += 1
            self._note_end(outcome.checked)
        elif outcome.refusal:
            self.counts["refused"] += 1
            self.reasons[outcome.refusal] += 1
            self.refused.append(outcome)
        else:
            self.counts["duplicate"] += 1
        self.remarks.update(outcome.remarks)
        for remark in {*outcome.remarks} - {Remark.DROPPED_NO_AGREEMENT}:
            rows = self.warned_rows.setdefault(remark, [])
            rows += [outcome.row.number] if len(rows) < SHOWN else []
        brin, agreement_number = row_key(outcome.row, columns)
        if brin and agreement_number:  # a refused row is never gone
            self.seen.setdefault(brin, set()).add(key_hash(brin, agreement_number))

    def _note_end(self, row: CheckedRow) -> None:
        ends_on = row.actual_end_on or row.planned_end_on
        self.earliest[row.brin] = min(ends_on, self.earliest.get(row.brin, ends_on))


def reference_today() -> Reference:
    """Return what rows are checked against today."""
    return Reference(
        schools=frozenset(db.session.scalars(sa.select(School.brin))),
        programmes=frozenset(db.session.scalars(sa.select(Programme.crebo))),
        sharing=sharing.fields_on(clock.today()),
    )


def key_hash(brin: str, agreement_number: str) -> str:
    """Return the keyed hash under which a placement stays recognisable, without its number or the zeros in front."""
    return keyed_hash("placement", brin, without_zeros(agreement_number))


def sift(rows: list[CheckedRow], summary: Summary) -> tuple[writing.Rows, writing.Known]:
    """Return the rows that say something new and what is known of all, both by key hash; `summary` counts them."""
    hashes = forgotten.without({key_hash(*row.key): row for row in rows})
    known = writing.known(list(hashes))
    same = {key for key in known if known[key].gone_at is None and known[key].row_digest == writing.digest(hashes[key])}
    same -= _lost({key: hashes[key] for key in same}, known)
    for key in hashes:
        summary.counts["same" if key in same else "changed" if key in known else "new"] += 1
    return {key: row for key, row in hashes.items() if key not in same}, known


def _lost(rows: writing.Rows, known: writing.Known) -> set[str]:
    """Return which of these rows give contacts that were erased or taken back since and may still be needed."""
    lost = {known[key].id: key for key, row in rows.items() if not writing.is_held(key, row, known[key])}
    over = {id_ for _listener, found in placements_over.send(ids=list(lost)) for id_ in found} if lost else set()
    return {key for id_, key in lost.items() if id_ not in over}


def stands(brins: Collection[str]) -> str:
    """Return a digest of what files said of these schools' placements: another one, once a file changed any."""
    wanted = sa.select(Placement.key_hash, Placement.row_digest, Placement.gone_at.is_(None))
    found = blake2b(digest_size=16)
    for row in db.session.execute(wanted.where(Placement.brin.in_(brins)).order_by(Placement.id)):
        found.update(repr(tuple(row)).encode())
    return found.hexdigest()


def store(rows: list[CheckedRow], summary: Summary, write: Callable[..., object] | None = None) -> None:
    """Write the rows that say something new; who loads rows of the same schools meanwhile waits for it."""
    schools = sa.select(School.brin).where(School.brin.in_({row.brin for row in rows})).order_by(School.brin)
    db.session.execute(schools.with_for_update(key_share=True))
    objections.hold(to_load=True)
    placements_changing.send()
    fresh, known = sift(rows, summary)
    if fresh:
        (write or writing.write)(fresh, known)
    objections.hear({key_hash(*row.key): forgotten.names_in(row) for row in rows})


def load(
    outcomes: Iterable[Outcome],
    columns: Columns,
    summary: Summary,
    store: Callable[[list[CheckedRow], Summary], object] = store,
) -> Iterator[int]:
    """Store what is accepted, chunk by chunk, and yield the rows of each; with `sift` as `store` it is only counted."""
    outcomes = iter(outcomes)
    while chunk := list(islice(outcomes, CHUNK)):
        for outcome in chunk:
            summary.add(outcome, columns)
        store([outcome.checked for outcome in chunk if outcome.checked], summary)
        yield len(chunk)


def count_gone(summary: Summary) -> None:
    """Count, per school of the file, the placements that the file no longer names."""
    summary.counts["gone"] = sum(len(_gone(brin, summary)) for brin in summary.seen)


def withdraw_gone(brin: str, summary: Summary) -> int:
    """Mark the placements of a school as gone that its complete file no longer names."""
    placements_changing.send()
    ids = _gone(brin, summary)
    for start in range(0, len(ids), CHUNK):
        some = ids[start : start + CHUNK]
        db.session.execute(sa.update(Placement).where(Placement.id.in_(some)).values(gone_at=clock.now()))
        placements_loaded.send(ids=some, other_trainer=[], at=clock.now(), undone=None)
    return len(ids)


def _gone(brin: str, summary: Summary) -> list[int]:
    """Return what the file no longer names, but for what had ended before the earliest end it names: that is over."""
    earliest = min(clock.today(), summary.earliest.get(brin, dt.date.max))
    here = Placement.brin == brin, Placement.gone_at.is_(None), Placement.ends_on >= earliest
    seen = summary.seen.get(brin, set())
    found = db.session.execute(sa.select(Placement.id, Placement.key_hash).where(*here))
    return [id_ for id_, hashed in found if hashed not in seen]


def _way(row: CheckedRow) -> str:
    if row.status not in INVITED:
        return "not_invited"
    return "direct" if row.student_address else "trainer" if row.trainer_address else "nobody"
