"""What we hold of a school's students: the school sees it, puts it in, corrects it and takes it away.

An account that is limited to some programmes reaches the students of those only.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from app import clock
from app.accounts import audit
from app.accounts.models import AuditEntry
from app.agreements import register
from app.agreements.models import Agreement, Category
from app.database import insert_into
from app.extensions import db
from app.hashing import address_hash
from app.placements import forgotten, objections
from app.placements.models import Placement, StudentContact
from app.placements.values import INVITED, TEXT_LENGTH, address_of, clean_text

Values = Mapping[Category, str]  # what is said of one student; what is not named stays as it is


def agreement_of(brin: str) -> Agreement | None:
    """Return the agreement that is in force today."""
    today = clock.today()
    return next((one for one in register.of_school(brin) if one.state(today) == "valid"), None)


def allowed(brin: str) -> list[Category]:
    """Return what the school may share of its students today."""
    agreement = agreement_of(brin)
    return [category for category in Category if agreement and category in agreement.categories]


def of_school(brin: str, crebos: Collection[str] | None) -> sa.Select:
    """Return a SELECT of the placements of whose students we hold something, or which may still be asked."""
    may_be_asked = sa.and_(Placement.gone_at.is_(None), Placement.status.in_(INVITED))
    wanted = (
        sa.select(Placement)
        .outerjoin(Placement.student)
        .where(Placement.brin == brin, sa.or_(may_be_asked, StudentContact.holds()))
        .options(contains_eager(Placement.student), joinedload(Placement.programme), joinedload(Placement.company))
    )
    return wanted.where(Placement.crebo.in_(crebos)) if crebos is not None else wanted


def found(brin: str, crebos: Collection[str] | None, ids: Iterable[int]) -> dict[int, Placement]:
    """Return those of these placements that the account reaches, by id."""
    wanted = of_school(brin, crebos).where(Placement.id.in_(list(ids))).options(joinedload(Placement.trainer))
    return {placement.id: placement for placement in db.session.scalars(wanted)}


def held(brin: str) -> int:
    """Count the students of whom we hold something."""
    of_them = sa.select(sa.func.count()).select_from(StudentContact).join(StudentContact.placement)
    return db.session.scalar(of_them.where(Placement.brin == brin, StudentContact.holds())) or 0


def last_erasure(brin: str) -> AuditEntry | None:
    """Return the entry of the last time the students' addresses of a school went because its agreement ended."""
    return db.session.scalar(audit.entries(brin).where(AuditEntry.action == "contacts_erased").limit(1))


def fault(placement: Placement, values: Values) -> str | None:
    """Say why this cannot be said of a student: not_an_address, same_as_trainer, too_long; None when it can."""
    if any(len(text) > TEXT_LENGTH for text in (*values.values(), *read(values).values())):
        return "too_long"
    given = values.get(Category.ADDRESS)
    if given:
        address = address_of(given)
        if address is None:
            return "not_an_address"
        if placement.trainer and placement.trainer.address == address:
            return "same_as_trainer"
    return None


def current(placement: Placement) -> dict[Category, str]:
    """Return what we hold of a student, empty text for what we do not."""
    contact = placement.student
    return {category: (getattr(contact, category) or "") if contact else "" for category in Category}


def changes(placement: Placement, values: Values) -> bool:
    """Tell whether these values say anything else than what we hold."""
    now = current(placement)
    return any(now[category] != text for category, text in read(values).items())


def takes_away(placement: Placement, values: Values) -> bool:
    """Tell whether these values leave something empty that we hold."""
    now = current(placement)
    return any(now[category] and not text for category, text in read(values).items())


def read(values: Values) -> dict[Category, str]:
    """Return values as they are kept: clean text, and an address casefolded."""
    clean = {category: clean_text(text) for category, text in values.items()}
    if clean.get(Category.ADDRESS):
        clean[Category.ADDRESS] = address_of(clean[Category.ADDRESS]) or clean[Category.ADDRESS]
    return clean


def save(brin: str, said: Mapping[Placement, Values]) -> int:
    """Keep what is said of these students, but for who was erased; returns of how many. `fault` is to find none."""
    said = _without_forgotten(brin, said)
    changed = sorted(placement.id for placement, values in said.items() if changes(placement, values))
    merged = {placement: current(placement) | read(values) for placement, values in said.items()}
    for placement, values in merged.items():
        _write(placement, values)
    objections.hear({one.key_hash: _names(brin, values) for one, values in merged.items()})
    if said:
        n = sum(any(values.values()) for values in merged.values())
        audit.record("students_delivered", brin=brin, n=n, erased=len(said) - n)
    audit.record_each("student_changed", changed, brin=brin)
    return len(said)


def erase(brin: str, placement: Placement) -> None:
    """Take away all we hold of one student; the link goes through the trainer from then on.

    No file brings it back that names the student as the one before did.
    """
    _write(placement, dict.fromkeys(Category, ""))
    audit.record("student_erased", brin=brin, placement=placement.id)


def _without_forgotten(brin: str, said: Mapping[Placement, Values]) -> Mapping[Placement, Values]:
    known = {one: {one.key_hash, *_names(brin, read(values)).values()} for one, values in said.items()}
    gone = forgotten.among({hashed for hashes in known.values() for hashed in hashes})
    return {placement: values for placement, values in said.items() if not gone & known[placement]}


def _names(brin: str, values: Values) -> dict[str, str]:
    return forgotten.names(brin, values.get(Category.STUDENT_NUMBER, ""), values.get(Category.ADDRESS))


def _write(placement: Placement, values: dict[Category, str]) -> None:
    """Write one student; another address than before was not refused by anyone yet."""
    address = values[Category.ADDRESS] or None
    row: dict[str, Any] = {
        "first_name": values[Category.FIRST_NAME],
        "student_number": values[Category.STUDENT_NUMBER],
        "address": address,
        "address_hash": address_hash(address) if address else None,
        "delivered_at": clock.now(),
    }
    statement = insert_into(StudentContact).values(placement_id=placement.id, bounced_at=None, **row)
    same = StudentContact.address_hash.is_not_distinct_from(row["address_hash"])
    row["bounced_at"] = sa.case((same, StudentContact.bounced_at), else_=None)
    db.session.execute(statement.on_conflict_do_update(index_elements=["placement_id"], set_=row))
