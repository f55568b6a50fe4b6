"""From a link to the seat behind it, or to the reason why it opens nothing."""

from dataclasses import dataclass

from app import languages
from app.invitations import links
from app.invitations.facts import Refusal
from app.invitations.links import Channel, LinkEnded
from app.invitations.models import Role
from app.questionnaires import loader
from app.questionnaires.definition import Questionnaire
from app.responses import asked
from app.responses.asked import AskedSeat


@dataclass(frozen=True)
class Opened:
    """A seat that can be answered, through which channel, and what it is asked; `whose` as in its link."""

    seat: AskedSeat
    channel: Channel
    questionnaire: Questionnaire
    whose: str = ""

    @property
    def pathway(self) -> str:
        return self.seat.pathway

    @property
    def is_student(self) -> bool:
        return self.seat.role == Role.STUDENT


def open_link(token: str, *, also_sent: bool = False, hold: bool = False) -> Opened:
    """Return the seat of a link, with `hold` until the transaction ends; raises LinkEnded.

    With `also_sent` a sent seat is no reason: sending again answers with the same thanks.
    """
    link = links.read_seat_token(token)
    if link is None:
        raise links.unknown_link()
    seat = asked.read(link.invitation_id, hold=hold)
    if seat is None:
        raise LinkEnded("unknown")
    languages.reads(seat.language)
    reason = _reason_to_refuse(seat, link.version)
    if reason and not (also_sent and reason == "sent"):
        raise LinkEnded(reason)
    questionnaire = loader.load_all().get(seat.questionnaire)
    if questionnaire is None:
        raise LinkEnded("gone")
    return Opened(seat, link.channel, questionnaire.asked_with(seat.modules), link.whose)


def _reason_to_refuse(seat: AskedSeat, version: int) -> str | None:
    if version != seat.version:  # of who was erased as well, and they get no newer one
        return "withdrawn" if seat.refusal == Refusal.PERSON else "replaced"
    if seat.sent:
        return "sent"
    if seat.refusal:
        return "withdrawn"
    return None if seat.takes_answers else "closed"
