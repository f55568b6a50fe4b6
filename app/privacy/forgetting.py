"""Erasing a person, objecting for one, and forgetting again whom a restored backup brought back."""

import datetime as dt
from collections import Counter
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from app.accounts import audit
from app.agreements.models import Interest
from app.database import changed_rows, new_versions
from app.extensions import db
from app.hashing import address_hash
from app.invitations import freezing, seats
from app.invitations.models import Announcement, Invitation, Role
from app.mailing import opt_outs
from app.mailing.models import Message
from app.placements import forgotten, objections
from app.placements.models import Forgotten, Placement, StudentContact, Trainer, TrainerContact
from app.portal.models import Delivery
from app.privacy import finding
from app.privacy.finding import Person
from app.responses import drafts, receipts
from app.responses.models import Draft

AT_ONCE = 1000


def forget(person: Person) -> dict[str, int]:
    """Erase a person; returns how many rows went or lost something, per table.

    They are not asked any more, in any round. A trainer's own links open nothing, and another trainer may get the
    seats. Sent answers stay: no number of a person or seat stands with them. An account stays until somebody switches
    it off.
    """
    freezing.freeze_closed()  # what is over counts as it was
    known = finding.hashes(person)
    record("person_erased", person)
    for hashed in _addresses(person):  # their students come on the worklist
        opt_outs.opt_out(hashed, None)
    forgotten.remember(known)
    return _erase(known, person.trainers, person.placements)


def object_to(person: Person, until: dt.date | None = None) -> None:
    """Mail and ask a person nothing up to and including `until`, or never again; known to us by now or not."""
    freezing.freeze_closed()
    objections.say(finding.hashes(person), until)
    for hashed in _addresses(person):
        opt_outs.opt_out(hashed, until)
    record("person_objected", person)


def ask_again(person: Person) -> None:
    """Take back, as the person wishes, that they are to be mailed and asked nothing."""
    objections.take_back(finding.hashes(person))
    for hashed in _addresses(person):
        opt_outs.undo(hashed)
    record("person_asked_again", person)


def _addresses(person: Person) -> set[str]:
    theirs = StudentContact.placement_id.in_(person.placements), StudentContact.address_hash.is_not(None)
    addresses = set(db.session.scalars(sa.select(StudentContact.address_hash).where(*theirs)))
    return {str(hashed) for hashed in addresses} | ({person.hash} if person.address else set())


def record(action: str, person: Person) -> None:
    """Note in the audit log what was done about a person, for each school it concerns, but not who it was."""
    concerned: list[str | None] = [*sorted(finding.brins(person))]
    for brin in concerned or [None]:
        audit.record(action, brin=brin)


def again() -> dict[str, int]:
    """Forget and withdraw what this machine's file names and the database does not, since a backup was put back.

    Returns how much is gone again: hashes of persons, and answers.
    """
    withdrawn = 0
    back = sorted(forgotten.in_file() - set(db.session.scalars(sa.select(Forgotten.hash))))
    for start in range(0, len(back), AT_ONCE):
        some = back[start : start + AT_ONCE]
        forgotten.remember(some)
        trainers = db.session.scalars(sa.select(Trainer.id).where(Trainer.address_hash.in_(some)))
        known = sa.or_(Placement.key_hash.in_(some), StudentContact.address_hash.in_(some))
        placements = db.session.scalars(sa.select(Placement.id).outerjoin(Placement.student).where(known))
        _erase(some, tuple(trainers), tuple(placements))
        withdrawn += receipts.withdraw_hashes(some)
    persons = sum(len(hashed) != receipts.HASH_LENGTH for hashed in back)
    if persons:
        audit.record("persons_forgotten_again", n=persons)
    return {"forgotten_again": persons, "withdrawn_again": withdrawn}


def _erase(hashes: Collection[str], trainers: Collection[int], placements: Collection[int]) -> dict[str, int]:
    objections.say(hashed for hashed in hashes if len(hashed) != receipts.HASH_LENGTH)
    waiting = sa.select(Placement.brin).where(Placement.id.in_(placements))
    handed_in = sa.update(Delivery).where(Delivery.brin.in_(waiting), Delivery.rows.is_not(None))
    gone = _erase_student(placements) + _erase_trainers(trainers) + _erase_addresses(set(hashes))
    emptied = handed_in.values(rows=None, refused=None, unread=None)  # to be handed in again, without
    gone["deliveries"] = changed_rows(emptied)
    return {table: n for table, n in gone.items() if n}


def _erase_addresses(hashes: set[str]) -> Counter[str]:
    """Take these addresses away where they stand by themselves; such rows are few."""
    return Counter(
        messages=changed_rows(sa.update(Message).where(_with_address(Message, Message.to, hashes)).values(to=None)),
        drafts=changed_rows(sa.update(Draft).where(_with_address(Draft, Draft.address, hashes)).values(address=None)),
        interests=changed_rows(sa.delete(Interest).where(_with_address(Interest, Interest.address, hashes))),
    )


def _with_address(model: Any, column: Any, hashes: set[str]) -> sa.ColumnElement[bool]:
    rows = db.session.execute(sa.select(model.id, column).where(column.is_not(None)))
    return model.id.in_([id_ for id_, address in rows if address_hash(address) in hashes])


def _erase_student(placements: Collection[int]) -> Counter[str]:
    contacts = changed_rows(sa.delete(StudentContact).where(StudentContact.placement_id.in_(placements)))
    numbers = sa.update(Placement).where(Placement.id.in_(placements), Placement.agreement_number.is_not(None))
    blanked = changed_rows(numbers.values(agreement_number=None))
    theirs = sa.select(Invitation.id).where(Invitation.placement_id.in_(placements))
    db.session.execute(sa.update(Announcement).where(Announcement.invitation_id.in_(theirs)).values(reader=None))
    unanswered = list(db.session.scalars(_unanswered(Role.STUDENT).where(Invitation.placement_id.in_(placements))))
    begun = drafts.erase(unanswered)
    return Counter(student_contacts=contacts, placements=blanked, drafts=begun, invitations=len(unanswered))


def _erase_trainers(trainers: Collection[int]) -> Counter[str]:
    contacts = changed_rows(sa.delete(TrainerContact).where(TrainerContact.trainer_id.in_(trainers)))
    theirs = _unanswered(Role.TRAINER).join(Placement).where(Placement.trainer_id.in_(trainers))
    unanswered = list(db.session.scalars(theirs))
    begun = drafts.erase(unanswered)
    if unanswered:
        seats.replace(unanswered, "replaced")
    known = sa.update(Trainer).where(Trainer.id.in_(trainers))
    n = changed_rows(known.values(address=None, version=new_versions()))
    return Counter(trainer_contacts=contacts, trainers=n, drafts=begun, invitations=len(unanswered))


def _unanswered(role: Role) -> sa.Select:
    return sa.select(Invitation.id).where(Invitation.role == role, Invitation.sent.is_(False))
