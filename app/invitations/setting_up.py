"""The way from an empty database to the first batch: which steps are done, so that the next one can be shown."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.invitations.models import Batch, Invitation, Round
from app.mailing.models import Message
from app.mailing.states import MailStatus
from app.placements.models import Placement
from app.reference.models import School


@dataclass(frozen=True)
class Step:
    """One step: its name, whether it is done, and the id of what it goes on with."""

    name: str
    done: bool
    id: int | None = None


def steps() -> list[Step]:
    """Return the steps in order; the guide is over when all are done."""
    sent = _any(Message.id, Message.status == MailStatus.SENT)
    return [
        Step("reference", _any(School.brin)),
        Step("mail", sent or _any(Invitation.id, Invitation.invited_at.is_not(None))),  # messages go after a while
        Step("placements", _any(Placement.id)),
        Step("round", _any(Round.id)),
        Step("proposal", _any(Batch.id), db.session.scalar(sa.select(sa.func.max(Round.id)))),
        Step("sent", _any(Batch.id, Batch.sent_at.is_not(None)), db.session.scalar(sa.select(sa.func.max(Batch.id)))),
    ]


def _any(column: Any, *conditions: Any) -> bool:
    return db.session.scalar(sa.select(column).where(*conditions).limit(1)) is not None
