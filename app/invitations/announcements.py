"""When a seat counts as announced: while a mail for its present version is under way, and once one was accepted.

To the trainer it is announced in the step INVITE, to the student in DIRECT: its way may change, and change back.
A mail that came to nothing (dropped, refused, bounced) or left the seat out announces no more; the seat is free.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from app.database import insert_into
from app.extensions import db
from app.invitations.models import Announcement, Invitation
from app.invitations.steps import DIRECT, INVITE, INVITE_STUDENT
from app.mailing.models import Message
from app.mailing.states import MailStatus
from app.placements.models import Placement, StudentContact

AT_ONCE = 1000  # a statement holds so many values without trouble
UNDER_WAY = (
    MailStatus.QUEUED,
    MailStatus.CLAIMED,
    MailStatus.SENDING,
    MailStatus.HELD,
    MailStatus.UNCERTAIN,
)


def holds(step: str) -> sa.ColumnElement[bool]:
    """Return the condition on Invitation that its present version is announced in this step.

    It is by a mail to the present trainer, or to the address of the student that is known now: whoever takes over a
    student is told anew, and whoever reads at another address.
    """
    trainer_id = sa.select(Placement.trainer_id).where(Placement.id == Invitation.placement_id).scalar_subquery()
    address = (
        sa.select(StudentContact.address_hash)
        .where(StudentContact.placement_id == Invitation.placement_id)
        .scalar_subquery()
        .correlate(Invitation)
    )
    same_reader = sa.or_(Announcement.reader.is_(None), address.is_(None), Announcement.reader == address)
    counting = (
        sa.select(Announcement.invitation_id)
        .join(Message, Message.id == Announcement.message_id)
        .where(
            Announcement.invitation_id == Invitation.id,
            Announcement.version == Invitation.version,
            Announcement.step == step,
            Message.subject_id == trainer_id.correlate(Invitation) if step == INVITE else same_reader,
            sa.or_(
                Message.status.in_(UNDER_WAY),
                sa.and_(Message.status == MailStatus.SENT, Invitation.invited_at.is_not(None)),
            ),
        )
        .correlate(Invitation)
    )
    return counting.exists()


def hold() -> sa.ColumnElement[bool]:
    """Return the condition on Invitation that its present version is announced to anybody."""
    return sa.or_(holds(INVITE), holds(DIRECT))


def release(ids: Sequence[int]) -> None:
    """Take away what no longer announces these seats, so that another mail can."""
    for start in range(0, len(ids), AT_ONCE):
        for step in (INVITE, DIRECT):
            free = sa.select(Invitation.id).where(Invitation.id.in_(ids[start : start + AT_ONCE]), ~holds(step))
            spent = sa.delete(Announcement).where(Announcement.step == step, Announcement.invitation_id.in_(free))
            db.session.execute(spent.execution_options(synchronize_session=False))


def announce(seat: Invitation, message: Message) -> None:
    """Let `message` announce a seat: as its invitation where none holds, else beside it."""
    release([seat.id])
    row = {"invitation_id": seat.id, "version": seat.version, "message_id": message.id}
    step = DIRECT if message.kind == INVITE_STUDENT else INVITE
    first = insert_into(Announcement).values(row | {"step": step}).on_conflict_do_nothing()
    if db.session.scalar(first.returning(Announcement.step)) is None:
        db.session.add(Announcement(**row, step=f"again-{message.id}"))


def seats(message_ids: Iterable[int], *columns: Any) -> sa.Select:
    """Return a SELECT of `columns` over what these messages announce, where that is the seat's present version."""
    present = sa.and_(Announcement.invitation_id == Invitation.id, Announcement.version == Invitation.version)
    joined = sa.select(*columns).select_from(Invitation).join(Announcement, present)
    return joined.where(Announcement.message_id.in_(list(message_ids)))
