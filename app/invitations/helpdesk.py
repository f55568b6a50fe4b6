"""What the desk can do about one seat when somebody calls: replace its link, mail again, correct an address, withdraw.

Each act leaves an event in the seat's history and an entry in the audit log.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from app import clock
from app.accounts import audit
from app.agreements import register
from app.agreements.models import Category
from app.database import insert_into, new_version
from app.extensions import db
from app.hashing import address_hash
from app.invitations import announcements, facts, freezing, rounds, seats
from app.invitations.facts import Refusal
from app.invitations.models import Invitation, Role
from app.invitations.steps import INVITE_STUDENT, INVITE_TRAINER
from app.mailing import outbox
from app.mailing.models import Message
from app.placements import forgotten, objections
from app.placements.models import Placement, StudentContact, Trainer, TrainerContact
from app.placements.values import address_of
from app.refusing import Refused


@dataclass(frozen=True)
class Recipient:
    """Who gets the mail of a seat: the student straight, or the trainer."""

    kind: str
    subject_id: int
    address: str


def recipient(seat: Invitation) -> Recipient | None:
    """Return who a mail about this seat goes to today, or None when nobody can be mailed."""
    student, trainer = seat.placement.student, seat.placement.trainer
    if student and student.address and facts.one(seat.id).has_address:
        return Recipient(INVITE_STUDENT, seat.id, student.address)
    return Recipient(INVITE_TRAINER, trainer.id, trainer.address) if trainer and trainer.address else None


def replace_link(seat: Invitation) -> None:
    """Make every link of this seat so far open nothing; of a trainer, of all their students. Raises Refused: sent."""
    Refused.when(seat.sent, "sent")
    trainer = seat.placement.trainer
    if seat.role == Role.TRAINER and trainer:
        trainer.version = new_version()
        own = sa.select(Invitation.id).join(Placement).where(Placement.trainer_id == trainer.id)
        ids = list(db.session.scalars(own.where(Invitation.role == Role.TRAINER, Invitation.sent.is_(False))))
    else:
        ids = [seat.id]
    seats.replace(ids, "replaced")
    audit.record("link_replaced", brin=seat.placement.brin, seat=seat.id)


def mail_again(seat: Invitation) -> None:
    """Queue the invitation of a seat once more, to whoever gets it today.

    The trainer's is about both seats of the placement. Raises Refused: sent, withdrawn, objects, status,
    closed, no_address, bounced, opted_out, waiting.
    """
    to = _mailable(seat)
    rounds.bind(seat.round)
    about = [seat] if to.kind == INVITE_STUDENT else _both(seat.placement_id)
    message = outbox.enqueue(to.kind, to.subject_id)
    for one in about:
        announcements.announce(one, message)
    seats.record_events([one.id for one in about], "mailed_again")
    audit.record("mailed_again", brin=seat.placement.brin, seat=seat.id)


def correct_address(seat: Invitation, text: str) -> None:
    """Put another address for the trainer, or for a student of a school that shares addresses.

    It is that person's everywhere, and stays until a file names yet another one. Raises Refused: not_an_address,
    forgotten, no_agreement, same_as_trainer, same_as_student, no_trainer.
    """
    address = address_of(text.strip())
    Refused.when(address is None, "not_an_address")
    assert address
    Refused.when(bool(forgotten.among([address_hash(address)])), "forgotten")
    if seat.role == Role.TRAINER:
        _correct_trainers(seat.placement, address)
    else:
        _correct_students(seat.placement, address)
    seats.record_events([seat.id], "corrected")
    audit.record("address_corrected", brin=seat.placement.brin, seat=seat.id)


def withdraw(seat: Invitation) -> None:
    """Ask nothing more of this seat; its links say so, and a file does not give it back."""
    freezing.freeze_closed()  # what is over counts as it was
    if not facts.one(seat.id).desk_withdrew:
        seat.desk_withdrew_at = clock.now()
        seat.desk_withdrew_from = seat.placement.trainer_id if seat.role == Role.TRAINER else None
        seats.record_events([seat.id], "withdrawn")
        audit.record("seat_withdrawn", brin=seat.placement.brin, seat=seat.id)


def give_back(seat: Invitation) -> None:
    """Undo the desk's withdrawal. Raises Refused: status, objects, where the school's file or the person refuses."""
    refusal = facts.one(seat.id).refusal
    Refused.when(refusal == Refusal.FILE, "status")
    Refused.when(refusal == Refusal.PERSON, "objects")
    if facts.one(seat.id).desk_withdrew:
        seat.desk_withdrew_at = seat.desk_withdrew_from = None
        seats.record_events([seat.id], "given_back")
        seats.follow([seat.placement_id], [])  # its end may have moved meanwhile
        audit.record("seat_given_back", brin=seat.placement.brin, seat=seat.id)


def _mailable(seat: Invitation) -> Recipient:
    known = facts.one(seat.id)
    Refused.when(known.sent, "sent")
    Refused.when(known.refusal == Refusal.DESK, "withdrawn")
    Refused.when(known.refusal == Refusal.PERSON, "objects")
    Refused.when(known.refusal == Refusal.FILE, "status")
    Refused.when(known.closed, "closed")
    to = recipient(seat)
    if to is None:
        raise Refused("no_address")
    Refused.when(to.kind == INVITE_TRAINER and _trainer(seat.placement).bounced_at is not None, "bounced")
    Refused.when(
        bool(db.session.scalar(sa.select(facts.opted_out(address_hash(to.address), clock.today())))), "opted_out"
    )
    under_way = sa.select(Message.id).where(Message.kind == to.kind, Message.subject_id == to.subject_id)
    waiting = under_way.where(Message.status.in_(announcements.UNDER_WAY)).limit(1)
    Refused.when(db.session.scalar(waiting) is not None, "waiting")
    return to


def _both(placement_id: int) -> list[Invitation]:
    """Return the open seats of a placement that go through the trainer. Raises Refused: no_address, where none does."""
    both = db.session.scalars(sa.select(Invitation).where(Invitation.placement_id == placement_id)).all()
    known = facts.of([seat.id for seat in both])
    mailed = {id_ for id_, of_seat in known.items() if of_seat.has_address or of_seat.is_mailed}
    through_trainer = [seat for seat in both if known[seat.id].may_be_asked and seat.id not in mailed]
    Refused.when(not through_trainer, "no_address")
    return through_trainer


def _trainer(placement: Placement) -> Trainer:
    if placement.trainer is None:
        raise Refused("no_trainer")
    return placement.trainer


def _correct_trainers(placement: Placement, address: str) -> None:
    """Give the trainer this address, or all their placements to the trainer who already has it, who starts afresh."""
    mistaken = _trainer(placement)
    hashed = address_hash(address)
    guided = sa.select(Placement.id).where(Placement.trainer_id == mistaken.id)
    of_student = guided.join(Placement.student).where(StudentContact.address_hash == hashed).limit(1)
    Refused.when(db.session.scalar(of_student) is not None, "same_as_student")
    other = db.session.scalar(sa.select(Trainer).where(Trainer.address_hash == hashed, Trainer.id != mistaken.id))
    if other is None and mistaken.address is None and mistaken.address_hash != hashed:  # erased: this is somebody else
        other = Trainer(address=address, address_hash=hashed)
        db.session.add(other)
        db.session.flush()
    if other is None:
        mistaken.address, mistaken.address_hash, mistaken.bounced_at = address, hashed, None
        return
    other.address, other.bounced_at = address, None
    for contact in mistaken.contacts:
        values = {"trainer_id": other.id, "brin": contact.brin, "name": contact.name}
        db.session.execute(insert_into(TrainerContact).values(values).on_conflict_do_nothing())
    moved = list(db.session.scalars(guided))
    db.session.execute(sa.update(Placement).where(Placement.id.in_(moved)).values(trainer_id=other.id))
    seats.replace_trainers(moved)


def _correct_students(placement: Placement, address: str) -> None:
    Refused.when(placement.brin not in register.sharing_on(clock.today(), Category.ADDRESS), "no_agreement")
    Refused.when(placement.trainer is not None and placement.trainer.address == address, "same_as_trainer")
    contact = placement.student or StudentContact(placement_id=placement.id, first_name="", student_number="")
    contact.address, contact.address_hash, contact.bounced_at = address, address_hash(address), None
    db.session.add(contact)
    objections.hear({placement.key_hash: forgotten.names(placement.brin, contact.student_number, address)})
