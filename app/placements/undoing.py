"""Takes a loaded chunk back: what was new goes, what was changed gets its values again; seats follow.

Refused are chunks of which somebody was told since (a mail under way, a link opened), or that a later file changed.
What the desk corrected meanwhile stays corrected, unless it came with the chunk.
"""

from typing import Any

import sqlalchemy as sa

from app import clock
from app.agreements import register
from app.extensions import db
from app.hashing import address_hash
from app.placements import forgotten, writing
from app.placements.models import Company, Placement, StudentContact, Trainer, TrainerContact
from app.placements.signals import placements_known, placements_leaving

Before = dict[str, Any]


def before(fresh: writing.Rows, known: writing.Known) -> Before:
    """Return what stands where these rows are about to be written."""
    rows = list(fresh.values())
    changed = [known[key] for key in fresh if key in known]
    ids = [row.id for row in changed]
    hashes = [address_hash(address) for address in {row.trainer_address for row in rows if row.trainer_address}]
    there = Trainer.address_hash.in_(hashes) | Trainer.id.in_({row.trainer_id for row in changed})
    trainers = list(db.session.scalars(sa.select(Trainer.id).where(there)))
    return {
        "hashes": hashes,
        "trainers": trainers,
        "placements": _rows(Placement, Placement.id.in_(ids)),
        "students": _rows(StudentContact, StudentContact.placement_id.in_(ids)),
        "contacts": _rows(TrainerContact, TrainerContact.trainer_id.in_(trainers)),
        "companies": _rows(Company, Company.number.in_({row.company_number for row in rows})),
    }


def after(kept: Before, written: writing.Known) -> Before:
    """Add what only shows once the rows are written: by what to see later that something happened."""
    digests = {row.id: row.row_digest for row in written.values()}
    return kept | {"digests": list(digests.items()), "known": list(_known(digests).items())}


def obstacles(kept: Before) -> dict[str, int]:
    """Count the placements that somebody was told of since (`told`), and those changed since (`changed`)."""
    digests, known = dict(kept["digests"]), dict(kept["known"])
    here = Placement.id.in_(list(digests)), Placement.gone_at.is_(None)
    wanted = sa.select(Placement.id, Placement.row_digest).where(*here)
    now = {row.id: row.row_digest for row in db.session.execute(wanted)}
    known_now = _known(digests)
    return {
        "told": sum(known_now.get(id_) != known.get(id_) for id_ in digests),
        "changed": sum(now.get(id_) != digest for id_, digest in digests.items()),
    }


def undo(kept: Before) -> None:
    """Make it as it was before; call only where `obstacles` counts none, in the same transaction."""
    loaded = writing.known([row["key_hash"] for row in kept["placements"]])
    changed = {row.id for row in loaded.values()}
    _remove([id_ for id_, _digest in kept["digests"] if id_ not in changed])
    writing.upsert(Company, kept["companies"])
    writing.upsert(TrainerContact, _contacts(kept))
    writing.upsert(Placement, _placements(kept))
    writing.write_students(_students(kept, loaded), changed)
    _drop_trainers(kept)
    writing.tell(loaded, writing.known(list(loaded)))


def _contacts(kept: Before) -> list[dict[str, Any]]:
    """Return what schools call their trainers, but for those who were erased meanwhile."""
    there = sa.select(Trainer.id).where(Trainer.id.in_(kept["trainers"]), Trainer.address.is_not(None))
    known = set(db.session.scalars(there))
    return [row for row in kept["contacts"] if row["trainer_id"] in known]


def _placements(kept: Before) -> list[dict[str, Any]]:
    """Return placements as they were; those of students who were erased meanwhile without their number."""
    gone = forgotten.among([row["key_hash"] for row in kept["placements"]])
    return [row | ({"agreement_number": None} if row["key_hash"] in gone else {}) for row in kept["placements"]]


def _students(kept: Before, loaded: writing.Known) -> list[dict[str, Any]]:
    """Return what was known of students, but for those erased, or whose school's agreement ended, meanwhile."""
    sharing = register.sharing_on(clock.today())
    gone = forgotten.among(list(loaded))
    rows = [row for row in kept["placements"] if row["brin"] in sharing and row["key_hash"] not in gone]
    shared = {loaded[row["key_hash"]].id for row in rows}
    return [row for row in kept["students"] if row["placement_id"] in shared]


def _rows(model: Any, condition: Any) -> list[dict[str, Any]]:
    """Return rows as they stand, but for what the database itself gives."""
    wanted = [column for column in model.__table__.c if column.computed is None and column.name != "id"]
    return [dict(row) for row in db.session.execute(sa.select(*wanted).where(condition)).mappings()]


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
        Trainer.id.not_in(kept["trainers"]),
        ~sa.exists().where(Placement.trainer_id == Trainer.id),
    )
    ids = list(db.session.scalars(sa.select(Trainer.id).where(idle)))
    db.session.execute(sa.delete(TrainerContact).where(TrainerContact.trainer_id.in_(ids)))
    db.session.execute(sa.update(Trainer).where(Trainer.id.in_(ids)).values(address=None))
