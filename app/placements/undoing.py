"""Takes a loaded chunk back: what was new goes, what was changed gets its values again; seats follow.

Refused are chunks of which somebody was told since (a mail under way, a link opened), or that a later file changed, or
of whose new placements somebody named other persons. A value that does not stand as it was loaded was changed since,
at the desk, at the portal or by a file of others, and stays. What a trainer had begun whom the load replaced is gone.
"""

from typing import Any

import sqlalchemy as sa

from app import clock
from app.agreements import register
from app.agreements.models import Category
from app.database import insert_into
from app.extensions import db
from app.hashing import address_hash
from app.placements import forgotten, objections, writing
from app.placements.models import Company, Placement, StudentContact, Trainer, TrainerContact
from app.placements.sharing import NOTHING
from app.placements.signals import placements_changing, placements_known, placements_leaving

Before = dict[str, Any]
Rows = list[dict[str, Any]]
NO_STUDENT = {name: empty for columns in NOTHING.values() for name, empty in columns.items()} | {"delivered_at": None}


def before(fresh: writing.Rows, known: writing.Known) -> Before:
    """Return what stands where these rows are about to be written."""
    rows = list(fresh.values())
    changed = [known[key] for key in fresh if key in known]
    hashes = [address_hash(address) for address in {row.trainer_address for row in rows if row.trainer_address}]
    there = Trainer.address_hash.in_(hashes) | Trainer.id.in_({row.trainer_id for row in changed})
    kept = {
        "ids": [row.id for row in changed],
        "hashes": hashes,
        "trainers": [list(row) for row in db.session.execute(sa.select(Trainer.id, Trainer.address).where(there))],
        "numbers": sorted({row.company_number for row in rows}),
        "heard": objections.heard_at(list(fresh)),
    }
    return kept | {"before": {model.__tablename__: rows for model, rows in _rows(kept).items()}}


def after(kept: Before, written: writing.Known) -> Before:
    """Add what only shows once the rows are written: by what to see later that something happened."""
    digests = {row.id: row.row_digest for row in written.values()}
    stands = {model.__tablename__: rows for model, rows in _rows(kept).items()}
    return kept | {"after": stands, "digests": list(digests.items()), "known": list(_known(digests).items())}


def obstacles(kept: Before) -> dict[str, int]:
    """Count the placements that somebody was told of since (`told`), and those changed since (`changed`)."""
    digests, known = dict(kept["digests"]), dict(kept["known"])
    here = Placement.id.in_(list(digests)), Placement.gone_at.is_(None)
    wanted = sa.select(Placement.id, Placement.row_digest).where(*here)
    now = {row.id: row.row_digest for row in db.session.execute(wanted)}
    known_now = _known(digests)
    new = digests.keys() - set(kept["ids"])
    changed = {id_ for id_, digest in digests.items() if now.get(id_) != digest}
    return {
        "told": sum(known_now.get(id_) != known.get(id_) for id_ in digests),
        "changed": len(changed | _said_by_hand(list(new))),
    }


def undo(kept: Before) -> None:
    """Make it as it was before; call only where `obstacles` counts none, in the same transaction."""
    placements_changing.send()
    loaded = writing.known([row["key_hash"] for row in kept["before"]["placements"]])
    objections.unhear(list(loaded), kept["heard"])
    _remove([id_ for id_, _digest in kept["digests"] if id_ not in kept["ids"]])
    _bring_trainers_back(kept)
    _bring_students_back(kept)
    for model, rows in _rows(kept).items():
        _give_back(model, rows, kept)
    of_file = sa.and_(StudentContact.placement_id.in_(kept["ids"]), StudentContact.delivered_at.is_(None))
    db.session.execute(sa.delete(StudentContact).where(of_file, ~StudentContact.holds()))
    _drop_trainers(kept)
    at = {row["loaded_at"] for row in kept["after"]["placements"]}  # one, or none where all were new
    writing.tell(loaded, writing.known(list(loaded)), clock.now(), undone=min(at, default=None))


def _rows(kept: Before) -> dict[Any, Rows]:
    """Return the rows that a chunk may change, as they stand, but for what the database itself gives."""
    found = {
        Placement: Placement.id.in_(kept["ids"]),
        StudentContact: StudentContact.placement_id.in_(kept["ids"]),
        TrainerContact: TrainerContact.trainer_id.in_([id_ for id_, _address in kept["trainers"]]),
        Company: Company.number.in_(kept["numbers"]),
    }
    wanted = {model: [column for column in model.__table__.c if column.computed is None] for model in found}
    return {
        model: [dict(row) for row in db.session.execute(sa.select(*wanted[model]).where(condition)).mappings()]
        for model, condition in found.items()
    }


def _give_back(model: Any, rows: Rows, kept: Before) -> None:
    """Give these rows back the values they had, where they still are as loaded."""
    had, loaded = (_by_key(model, kept[when][model.__tablename__]) for when in ("before", "after"))
    nothing = NO_STUDENT if model is StudentContact else {}
    for key, row in _by_key(model, rows).items():
        was, then = had.get(key, nothing), loaded.get(key, nothing)
        values = {name: value for name, value in was.items() if row[name] == then.get(name, value) != value}
        if values:
            same = (column == value for column, value in zip(model.__table__.primary_key, key, strict=True))
            db.session.execute(sa.update(model).where(*same).values(values))


def _by_key(model: Any, rows: Rows) -> dict[tuple, dict[str, Any]]:
    return {tuple(row[column.name] for column in model.__table__.primary_key): row for row in rows}


def _said_by_hand(ids: list[int]) -> set[int]:
    """Return those of these new placements of which a person said something else than the file."""
    other_student = StudentContact.address_hash.is_distinct_from(StudentContact.given_address)
    said = sa.or_(
        Trainer.address_hash != Placement.given_trainer,
        StudentContact.delivered_at.is_not(None),
        sa.and_(StudentContact.address.is_not(None), other_student),
    )
    wanted = sa.select(Placement.id).outerjoin(Placement.trainer).outerjoin(Placement.student)
    return set(db.session.scalars(wanted.where(Placement.id.in_(ids), said)))


def _bring_students_back(kept: Before) -> None:
    """Write again whom the chunk left out; but none who was erased, and nothing that is not shared any more."""
    sharing = register.categories_on(clock.today())
    placements = {row["id"]: row for row in kept["before"]["placements"]}
    rows = kept["before"]["student_contacts"]
    keys = {row["placement_id"]: placements[row["placement_id"]]["key_hash"] for row in rows}
    brins = {row["placement_id"]: placements[row["placement_id"]]["brin"] for row in rows}
    named = {
        keys[row["placement_id"]]: forgotten.names(brins[row["placement_id"]], row["student_number"], row["address"])
        for row in rows
    }
    gone = forgotten.among({*named, *(hashed for names in named.values() for hashed in names.values())})
    objections.hear(named)
    for row in rows:
        id_ = row["placement_id"]
        is_gone = gone & {keys[id_], *named[keys[id_]].values()}
        may = frozenset() if is_gone else sharing.get(brins[id_], frozenset())
        for category in set(Category) - may:
            row |= NOTHING[category]
    loaded = {row["placement_id"] for row in kept["after"]["student_contacts"]}
    _insert(StudentContact, [row for row in kept["before"]["student_contacts"] if row["placement_id"] not in loaded])


def _bring_trainers_back(kept: Before) -> None:
    """Write trainers again whose address went with their placements, and what schools call them; but none forgotten."""
    addresses = {address_hash(address): address for _id, address in kept["trainers"] if address}
    for hashed in addresses.keys() - forgotten.among(list(addresses)):
        erased = sa.update(Trainer).where(Trainer.address_hash == hashed, Trainer.address.is_(None))
        db.session.execute(erased.values(address=addresses[hashed]))
    there = sa.select(Trainer.id).where(Trainer.address_hash.in_(addresses), Trainer.address.is_not(None))
    known = set(db.session.scalars(there))
    _insert(TrainerContact, [row for row in kept["before"]["trainer_contacts"] if row["trainer_id"] in known])


def _insert(model: Any, rows: Rows) -> None:
    if rows:
        db.session.execute(insert_into(model).on_conflict_do_nothing(), rows)


def _known(ids: Any) -> dict[int, str]:
    return {id_: text for _listener, found in placements_known.send(ids=list(ids)) for id_, text in found.items()}


def _remove(ids: list[int]) -> None:
    placements_leaving.send(ids=ids)
    db.session.execute(sa.delete(StudentContact).where(StudentContact.placement_id.in_(ids)))
    db.session.execute(sa.delete(Placement).where(Placement.id.in_(ids)))


def _drop_trainers(kept: Before) -> None:
    """Take away the addresses of trainers that came with the chunk and are left without a placement."""
    idle = sa.and_(
        Trainer.address_hash.in_(kept["hashes"]),
        Trainer.id.not_in([id_ for id_, _address in kept["trainers"]]),
        ~sa.exists().where(Placement.trainer_id == Trainer.id),
    )
    ids = list(db.session.scalars(sa.select(Trainer.id).where(idle)))
    db.session.execute(sa.delete(TrainerContact).where(TrainerContact.trainer_id.in_(ids)))
    db.session.execute(sa.update(Trainer).where(Trainer.id.in_(ids)).values(address=None))
