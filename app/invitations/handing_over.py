"""A placement goes to another trainer because the one who has it says so; its history stays, the mails are new.

The school's file keeps its word on who it named (`given_trainer`): only another name in it changes the trainer again.
Here also stands which addresses may be mailed that somebody typed.
"""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa

from app import clock
from app.database import insert_into, new_version
from app.extensions import db
from app.hashing import address_hash
from app.invitations import announcements, facts, rounds, seats
from app.invitations.models import Announcement, Event, Invitation, Role
from app.invitations.steps import INVITE, INVITE_TRAINER
from app.mailing import opt_outs, outbox
from app.mailing.models import Message
from app.mailing.states import MailStatus
from app.placements import forgotten, objections
from app.placements.models import Placement, Trainer, TrainerContact


def may_be_mailed(address: str) -> bool:
    """Tell whether a mail to this address would go: whoever has it wants mail, and none came back from it."""
    bounced = sa.select(Trainer.bounced_at).where(Trainer.address_hash == address_hash(address))
    return db.session.scalar(bounced) is None and not opt_outs.among([address]) and may_be_asked(address)


def may_be_asked(address: str) -> bool:
    """Tell whether who has this address was not erased, and did not say not to be asked."""
    hashes = [address_hash(address)]
    return not forgotten.among(hashes) and not objections.among(hashes)


def hand_over(placement: Placement, address: str, kind: str) -> Message:
    """Give a placement to the trainer with this address; returns the mail of this kind that tells them.

    It is their invitation where the placement was told of already or is due; else the planner invites them in time.
    """
    open_seats, today = _open_seats(placement.id), clock.today()
    told = any(one.mailed_at or one.ends_on <= today + dt.timedelta(days=one.round.due_days) for one in open_seats)
    trainer_id = _trainer(address)
    contact = insert_into(TrainerContact).values(trainer_id=trainer_id, brin=placement.brin, name="")
    db.session.execute(contact.on_conflict_do_nothing())
    give(placement, trainer_id)
    message = outbox.enqueue(kind, trainer_id)
    for seat in _open_seats(placement.id) if told else ():
        if not facts.one(seat.id).has_address:  # whom we mail ourselves stays with us
            rounds.bind(seat.round)
            announcements.announce(seat, message)
    return message


def give(placement: Placement, trainer_id: int) -> None:
    """Let a placement be this trainer's, who starts afresh."""
    placement.trainer_id = trainer_id
    db.session.flush()
    seats.follow([placement.id], [placement.id])
    db.session.expire_all()


def give_back(placement: Placement, trainer_id: int, since: dt.datetime) -> None:
    """Let a placement be its former trainer's again, who had it until `since`; an invitation they had then holds.

    The days of their seat begin anew.
    """
    give(placement, trainer_id)
    hold_again([placement.id], since)


def hold_again(placement_ids: Sequence[int], since: dt.datetime) -> None:
    """Let an invitation hold again that the trainer of these placements had, who was not their trainer from `since`."""
    db.session.expire_all()
    for seat in (seat for id_ in placement_ids for seat in _open_seats(id_)):
        if message_id := _told_by(seat, since):
            announcements.release([seat.id])
            row = {"invitation_id": seat.id, "version": seat.version, "step": INVITE, "message_id": message_id}
            db.session.execute(insert_into(Announcement).values(row).on_conflict_do_nothing())
            if seat.role == Role.TRAINER:
                seat.invited_at = seat.mailed_at = clock.now()


def _told_by(seat: Invitation, since: dt.datetime) -> int | None:
    """Return the mail that told its trainer of a seat before `since`."""
    told = sa.select(Event.id).where(Event.invitation_id == seat.id, Event.kind == "invited", Event.at <= since)
    mails = sa.select(Message.id).where(Message.kind == INVITE_TRAINER, Message.subject_id == seat.placement.trainer_id)
    mails = mails.where(Message.status == MailStatus.SENT, Message.ended_at <= since, told.exists())
    return db.session.scalar(mails.order_by(Message.id.desc()).limit(1))


def _open_seats(placement_id: int) -> list[Invitation]:
    both = sa.select(Invitation).where(Invitation.placement_id == placement_id).order_by(Invitation.id)
    found = db.session.scalars(both).all()
    known = facts.of([seat.id for seat in found])
    return [seat for seat in found if known[seat.id].may_be_asked]


def _trainer(address: str) -> int:
    """Return the trainer with this address, who is known from here on; whoever asked for it reads there again."""
    new = {"address": address, "address_hash": address_hash(address), "language": "nl", "version": new_version()}
    row = insert_into(Trainer).values(**new)
    again = {"address": row.excluded.address, "bounced_at": None}
    row = row.on_conflict_do_update(index_elements=["address_hash"], set_=again)
    return db.session.execute(row.returning(Trainer.id)).scalar_one()
