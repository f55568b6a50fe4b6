"""What we hold of a person, over all tables. Never answers: sent ones are found by receipt alone."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.accounts.models import User
from app.agreements.models import Interest
from app.extensions import db
from app.forwarding.models import Report
from app.hashing import address_hash, keyed_hash
from app.invitations.models import Event, Invitation, Role
from app.mailing.models import Message, OptOut
from app.placements.forgotten import number_hash
from app.placements.loading import key_hash
from app.placements.models import Objection, Placement, StudentContact, Trainer, TrainerContact
from app.placements.values import without_zeros
from app.privacy.models import PersonRequest
from app.responses.models import Draft, FirstForm

Held = dict[str, list[dict[str, Any]]]
SECRET = {
    "hash",
    "word",
    "password",
    "fs_uniquifier",
    "key_hash",
    "row_digest",
    "nonce",
    "claimed_by",
    "person_hash",
    "mark",
}
SECRET |= {"person_hash", "address_hash", "given_address", "given_first_name", "given_student_number", "given_trainer"}


class SeveralPersons(Exception):
    """A number that more than one student has, perhaps one as agreement number; `brins` are the schools."""

    def __init__(self, brins: Iterable[str]):
        super().__init__(", ".join(sorted(brins)))


@dataclass(frozen=True)
class Person:
    """Who was asked for: the hash of what was asked by, and the rows that are theirs.

    `placements` are those where the person is the student, `trainers` the trainers with this address. `named` are the
    hashes by which the words themselves name somebody, known to us or not: none for a number without its school.
    """

    hash: str
    address: str | None
    trainers: tuple[int, ...]
    placements: tuple[int, ...]
    named: frozenset[str] = frozenset()


def find(words: str) -> Person:
    """Return the person with this mail address, or student or agreement number; without rows when there is none.

    A number may stand behind its school: `25LH 0123`. Raises SeveralPersons when it needs to.
    """
    words = words.strip()[:255]
    if "@" in words:
        hashed, address = address_hash(words), words.casefold()
        trainers = sa.select(Trainer.id).where(Trainer.address_hash == hashed)
        begun = sa.select(Invitation.placement_id).join(Draft, Draft.invitation_id == Invitation.id)
        left = begun.where(Invitation.role == Role.STUDENT, sa.func.lower(Draft.address) == address)
        own = sa.or_(StudentContact.address_hash == hashed, Placement.id.in_(left))
        found = tuple(db.session.scalars(trainers))
        return Person(hashed, address, found, _with_siblings(own), frozenset({hashed}))
    brin, _space, number = words.rpartition(" ")
    of_school = Placement.brin == brin.upper() if brin else sa.literal(number) != ""
    bare = without_zeros(number)
    has_number = sa.and_(_without_zeros(StudentContact.student_number) == bare, of_school)
    has_agreement = sa.and_(_without_zeros(Placement.agreement_number) == bare, of_school)
    students, agreed = _with_siblings(has_number), _with_siblings(has_agreement)
    placements = tuple(sorted({*students, *agreed}))
    named = sa.select(Placement.brin).outerjoin(Placement.student).where(sa.or_(has_number, has_agreement))
    brins = set(db.session.scalars(named))
    if len(brins) > 1 or (students and not set(agreed) <= set(students)):
        raise SeveralPersons(brins)
    unknown = brin and not placements
    hashes = {number_hash(brin.upper(), number), key_hash(brin.upper(), number)} if unknown else ()
    return Person(keyed_hash("number", words), None, (), placements, frozenset(hashes))


def _without_zeros(column: Any) -> Any:
    """Return what `without_zeros` makes of a column."""
    bare = sa.func.coalesce(sa.func.nullif(sa.func.ltrim(column, "0"), ""), column)
    return sa.case((sa.func.trim(column, "0123456789") == "", bare), else_=column)


def brins(person: Person) -> set[str]:
    """Return the schools that a person's placements are of."""
    theirs = sa.or_(Placement.id.in_(person.placements), Placement.trainer_id.in_(person.trainers))
    return set(db.session.scalars(sa.select(Placement.brin).where(theirs)))


def _with_siblings(own: sa.ColumnElement[bool]) -> tuple[int, ...]:
    """Return the placements that fit, and others where the student has the same address, or number at the school."""
    contact = StudentContact
    rows = sa.select(Placement.id, Placement.brin, contact.student_number, contact.address_hash)
    rows = rows.outerjoin(Placement.student)
    found = {row.id: row for row in db.session.execute(rows.where(own))}
    known = 0
    while known != len(found):
        known = len(found)
        numbers = [(row.brin, row.student_number) for row in found.values() if row.student_number]
        same_number = sa.tuple_(Placement.brin, contact.student_number).in_(numbers)
        same_address = contact.address_hash.in_([row.address_hash for row in found.values() if row.address_hash])
        found |= {row.id: row for row in db.session.execute(rows.where(sa.or_(same_number, same_address)))}
    return tuple(sorted(found))


def hashes(person: Person) -> set[str]:
    """Return all keyed hashes by which a person would be known in the next file."""
    rows = sa.select(Placement, StudentContact).outerjoin(Placement.student).where(Placement.id.in_(person.placements))
    found = set(person.named)
    for placement, contact in db.session.execute(rows):
        found.add(placement.key_hash)
        if contact and contact.address_hash:
            found.add(contact.address_hash)
        if contact and contact.student_number:
            found.add(number_hash(placement.brin, contact.student_number))
    return found


def held(person: Person) -> Held:
    """Return all rows about a person, by table; tables that hold none are left out."""
    as_student = sa.and_(Invitation.placement_id.in_(person.placements), Invitation.role == Role.STUDENT)
    guided = sa.select(Placement.id).where(Placement.trainer_id.in_(person.trainers))
    as_trainer = sa.and_(Invitation.placement_id.in_(guided), Invitation.role == Role.TRAINER)
    seats = _ids(Invitation.id, sa.or_(as_student, as_trainer))
    mails = sa.or_(
        Message.to == person.address if person.address else sa.false(),
        sa.and_(Message.kind.contains("trainer"), Message.subject_id.in_(person.trainers)),
        sa.and_(Message.kind.contains("student"), Message.subject_id.in_(seats)),
    )
    both = sa.or_(Placement.id.in_(person.placements), Placement.trainer_id.in_(person.trainers))
    found = {
        "student_contacts": _rows(StudentContact, sa.and_(_is(StudentContact, person), StudentContact.holds())),
        "trainers": _rows(Trainer, Trainer.id.in_(person.trainers)),
        "trainer_contacts": _rows(TrainerContact, TrainerContact.trainer_id.in_(person.trainers)),
        "placements": _rows(Placement, both),
        "invitations": _rows(Invitation, Invitation.id.in_(seats)),
        "events": _rows(Event, Event.invitation_id.in_(seats)),
        "reports": _rows(Report, sa.or_(Report.trainer_id.in_(person.trainers), _is(Report, person))),
        "first_forms": _rows(FirstForm, FirstForm.trainer_id.in_(person.trainers)),
        "drafts": _rows(Draft, sa.or_(Draft.invitation_id.in_(seats), _has(Draft.address, person))),
        "messages": _rows(Message, mails),
        "opt_outs": _rows(OptOut, OptOut.address_hash == person.hash),
        "objections": _rows(Objection, Objection.hash.in_(hashes(person))),
        "interests": _rows(Interest, _has(Interest.address, person)),
        "users": _rows(User, _has(User.email, person)),
        "person_requests": _rows(PersonRequest, PersonRequest.person_hash == person.hash),
    }
    return {table: rows for table, rows in found.items() if rows}


def _is(model: Any, person: Person) -> Any:
    return model.placement_id.in_(person.placements)


def _has(column: Any, person: Person) -> Any:
    return sa.func.lower(column) == person.address if person.address else sa.false()


def _ids(column: Any, *conditions: Any) -> list[int]:
    return list(db.session.scalars(sa.select(column).where(*conditions)))


def _rows(model: Any, condition: Any) -> list[dict[str, Any]]:
    columns: Iterable[Any] = [column for column in model.__table__.c if column.name not in SECRET]
    rows = db.session.execute(sa.select(*columns).where(condition).order_by(*model.__table__.primary_key)).mappings()
    return [{name: _plain(value) for name, value in row.items()} for row in rows]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value
