"""What happened to one seat, from its events and its mails. Never its link, and never when it was sent."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.invitations.models import Announcement, Event, Invitation, Role
from app.mailing.models import Message
from app.placements.models import Placement


@dataclass(frozen=True)
class History:
    """A seat, the other one of its placement, its events in order and its mails, newest first."""

    seat: Invitation
    other: Invitation | None
    events: Sequence[Event]
    mails: Sequence[Message]


def students_seat(placement_id: int) -> int | None:
    """Return the id of the student's seat at a placement, or None when no round covers it."""
    wanted = sa.select(Invitation.id).where(Invitation.placement_id == placement_id, Invitation.role == Role.STUDENT)
    return db.session.scalar(wanted)


def school_of(seat_id: int) -> str | None:
    """Return the BRIN of a seat's school, or None when there is no such seat."""
    wanted = sa.select(Placement.brin).join(Invitation, Invitation.placement_id == Placement.id)
    return db.session.scalar(wanted.where(Invitation.id == seat_id))


def of_seat(seat_id: int) -> History | None:
    """Return a seat's history, or None when there is no such seat."""
    seat = db.session.get(Invitation, seat_id, options=[joinedload(Invitation.placement).joinedload(Placement.trainer)])
    if seat is None:
        return None
    other = sa.select(Invitation).where(Invitation.placement_id == seat.placement_id, Invitation.id != seat.id)
    events = sa.select(Event).where(Event.invitation_id == seat.id).order_by(Event.at, Event.id)
    announcing = sa.select(Announcement.message_id).where(Announcement.invitation_id == seat.id)
    mails = sa.select(Message).where(Message.id.in_(announcing)).order_by(Message.id.desc())
    return History(seat, db.session.scalar(other), db.session.scalars(events).all(), db.session.scalars(mails).all())
