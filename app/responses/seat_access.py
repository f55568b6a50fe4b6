"""From a link to the seat behind it, or to the reason why it opens nothing."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from app import clock, languages
from app.extensions import db, limiter
from app.invitations import links
from app.invitations.links import Channel
from app.invitations.models import Invitation, Role
from app.placements.models import Placement
from app.questionnaires import loader
from app.questionnaires.definition import Questionnaire

UNKNOWN_LINKS = "60 per 5 minutes"


class LinkEnded(Exception):
    """A link that opens nothing: unknown, replaced, withdrawn, sent or closed."""

    def __init__(self, state: str):
        super().__init__(state)
        self.state = state


@dataclass(frozen=True)
class Opened:
    """A seat that can be answered, through which channel, and what it is asked."""

    seat: Invitation
    channel: Channel
    questionnaire: Questionnaire

    @property
    def pathway(self) -> str:
        return self.seat.placement.pathway

    @property
    def is_student(self) -> bool:
        return self.seat.role == Role.STUDENT


def open_link(token: str, *, also_sent: bool = False) -> Opened:
    """Return the seat of a link; raises LinkEnded.

    With `also_sent` a sent seat is no reason: sending again answers with the same thanks.
    """
    link = links.read_seat_token(token)
    if link is None:
        with limiter.limit(UNKNOWN_LINKS):
            raise LinkEnded("unknown")
    seat = _seat(link.invitation_id)
    if seat is None:
        raise LinkEnded("unknown")
    languages.reads(_language(seat))
    reason = _reason_to_refuse(seat, link.version)
    if reason and not (also_sent and reason == "sent"):
        raise LinkEnded(reason)
    questionnaire = loader.load_all()[seat.round.questionnaire(seat.role)]
    return Opened(seat, link.channel, questionnaire)


def _seat(id_: int) -> Invitation | None:
    """Load a seat and all that its pages show in one query."""
    wanted = (
        sa.select(Invitation)
        .join(Invitation.placement)
        .join(Invitation.round)
        .where(Invitation.id == id_)
        .options(
            contains_eager(Invitation.round),
            contains_eager(Invitation.placement).options(
                joinedload(Placement.programme),
                joinedload(Placement.school),
                joinedload(Placement.company),
                joinedload(Placement.trainer),
            ),
        )
    )
    return db.session.scalar(wanted)


def _language(seat: Invitation) -> str | None:
    if seat.role == Role.TRAINER:
        return seat.placement.trainer.language if seat.placement.trainer else None
    return seat.placement.language


def _reason_to_refuse(seat: Invitation, version: int) -> str | None:
    if version != seat.version:
        return "replaced"
    if seat.sent:
        return "sent"
    if seat.withdrawn_at:
        return "withdrawn"
    return "closed" if seat.is_closed(clock.today()) else None
