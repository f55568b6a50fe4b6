"""Erasing a person, objecting for one, and forgetting again whom a restored backup brought back."""

from collections import Counter
from collections.abc import Collection

import sqlalchemy as sa

from app.accounts import audit
from app.agreements.models import Interest
from app.database import changed_rows
from app.extensions import db
from app.invitations import helpdesk
from app.invitations.models import Invitation, Role
from app.mailing import opt_outs
from app.mailing.models import Message
from app.placements import forgotten
from app.placements.models import Forgotten, Placement, StudentContact, Trainer, TrainerContact
from app.privacy import finding
from app.privacy.finding import Person
from app.responses import drafts
from app.responses.models import Draft

AT_ONCE = 1000


def forget(person: Person) -> dict[str, int]:
    """Erase a person; returns how many rows went or lost something, per table.

    Their seats that were not answered are withdrawn; what they answered stays, since nothing leads to it. An account
    stays too: an administrator switches it off.
    """
    forgotten.remember(finding.hashes(person))
    gone = Counter(_erase_student(person.placements) + _erase_trainers(person.trainers))
    if person.address:
        gone["messages"] = changed_rows(sa.update(Message).where(Message.to == person.address).values(to=None))
        left = sa.update(Draft).where(sa.func.lower(Draft.address) == person.address)
        gone["drafts"] += changed_rows(left.values(address=None))
        gone["interests"] = changed_rows(sa.delete(Interest).where(sa.func.lower(Interest.address) == person.address))
    audit.record("person_erased", rows=gone.total())
    return {table: n for table, n in gone.items() if n}


def object_to(person: Person) -> None:
    """Mail and ask a person nothing more."""
    if person.address:
        opt_outs.opt_out(person.hash)
    for seat in _open_seats(person):
        helpdesk.withdraw(seat)
    audit.record("person_objected")


def again() -> int:
    """Forget whom this machine's file names and the database does not, and write down whom it lacks.

    Returns how many were brought back, by a backup that was put back, and are gone again.
    """
    back = sorted(forgotten.in_file() - set(db.session.scalars(sa.select(Forgotten.hash))))
    for start in range(0, len(back), AT_ONCE):
        _forget_hashes(back[start : start + AT_ONCE])
    if back:
        audit.record("persons_forgotten_again", n=len(back))
    forgotten.write_down()
    return len(back)


def _forget_hashes(hashes: Collection[str]) -> None:
    forgotten.remember(hashes)
    trainers = db.session.scalars(sa.select(Trainer.id).where(Trainer.address_hash.in_(hashes)))
    known = sa.or_(Placement.key_hash.in_(hashes), StudentContact.address_hash.in_(hashes))
    placements = db.session.scalars(sa.select(Placement.id).outerjoin(Placement.student).where(known))
    _erase_trainers(tuple(trainers))
    _erase_student(tuple(placements))


def _erase_student(placements: Collection[int]) -> Counter[str]:
    contacts = changed_rows(sa.delete(StudentContact).where(StudentContact.placement_id.in_(placements)))
    numbers = sa.update(Placement).where(Placement.id.in_(placements), Placement.agreement_number.is_not(None))
    blanked = changed_rows(numbers.values(agreement_number=None))
    seats = list(db.session.scalars(_students_seats(placements)))
    begun = drafts.erase([seat.id for seat in seats])
    for seat in seats:
        helpdesk.withdraw(seat)
    return Counter(student_contacts=contacts, placements=blanked, drafts=begun, invitations=len(seats))


def _erase_trainers(trainers: Collection[int]) -> Counter[str]:
    contacts = changed_rows(sa.delete(TrainerContact).where(TrainerContact.trainer_id.in_(trainers)))
    known = sa.update(Trainer).where(Trainer.id.in_(trainers), Trainer.address.is_not(None))
    return Counter(trainer_contacts=contacts, trainers=changed_rows(known.values(address=None)))


def _students_seats(placements: Collection[int]) -> sa.Select:
    of_student = sa.select(Invitation).where(Invitation.placement_id.in_(placements), Invitation.role == Role.STUDENT)
    return of_student.where(Invitation.sent.is_(False), Invitation.withdrawn_at.is_(None))


def _open_seats(person: Person) -> list[Invitation]:
    of_trainer = sa.select(Invitation).join(Placement).where(Placement.trainer_id.in_(person.trainers))
    unanswered = (Invitation.role == Role.TRAINER, Invitation.sent.is_(False), Invitation.withdrawn_at.is_(None))
    return [
        *db.session.scalars(_students_seats(person.placements)),
        *db.session.scalars(of_trainer.where(*unanswered)),
    ]
