"""A placement goes to another trainer because the one who has it says so; its history stays, the mails are new.

The school's file keeps its word on who it named (`given_trainer`): only another name in it changes the trainer again.
"""

import sqlalchemy as sa

from app.database import insert_into
from app.extensions import db
from app.hashing import address_hash
from app.invitations import announcements, seats
from app.invitations.models import Invitation
from app.invitations.steps import INVITE_TRAINER
from app.mailing import outbox
from app.placements.models import Placement, Trainer, TrainerContact


def hand_over(placement: Placement, address: str) -> None:
    """Give a placement to the trainer with this address, who is mailed about it."""
    trainer_id = _trainer(address)
    contact = insert_into(TrainerContact).values(trainer_id=trainer_id, brin=placement.brin, name="")
    db.session.execute(contact.on_conflict_do_nothing())
    give(placement, trainer_id)
    message = outbox.enqueue(INVITE_TRAINER, trainer_id)
    for seat in open_seats(placement.id):
        announcements.announce(seat, message)


def give(placement: Placement, trainer_id: int) -> None:
    """Let a placement be this trainer's, who starts afresh."""
    placement.trainer_id = trainer_id
    db.session.flush()
    seats.replace_trainers([placement.id])
    db.session.expire(placement, ["trainer"])


def open_seats(placement_id: int) -> list[Invitation]:
    """Return the seats of a placement that are still asked."""
    wanted = sa.select(Invitation).where(Invitation.placement_id == placement_id, Invitation.sent.is_(False))
    return list(db.session.scalars(wanted.where(Invitation.withdrawn_at.is_(None)).order_by(Invitation.id)))


def _trainer(address: str) -> int:
    hashed = address_hash(address)
    row = insert_into(Trainer).values(address=address, address_hash=hashed, language="nl", version=1)
    row = row.on_conflict_do_update(index_elements=["address_hash"], set_={"address": row.excluded.address})
    return db.session.execute(row.returning(Trainer.id)).scalar_one()
