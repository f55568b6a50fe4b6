"""Ways to pass a student's link on: each is recorded as prepared, since whether it was used we cannot see."""

import enum
from dataclasses import dataclass
from urllib.parse import quote

import sqlalchemy as sa
from email_validator import EmailNotValidError, validate_email

from app import clock
from app.extensions import db
from app.forwarding.kinds import FORWARDABLE, TO_STUDENT
from app.forwarding.wording import forwarded_text, subject
from app.invitations import links, seats
from app.invitations.links import Channel
from app.invitations.models import Event, Invitation
from app.invitations.roster import Entry
from app.mailing import outbox

MAILS_PER_STUDENT = 3


class Way(enum.StrEnum):
    """What the trainer chose; the value is that of the button."""

    MAIL_ME = "mail-me"
    COPY = "copy"
    OWN_MAIL = "own-mail"
    VIA_US = "via-us"

    @property
    def channel(self) -> Channel:
        """Return the channel of the link: the version mailed to the trainer goes on through their own mail."""
        return Channel.OWN_MAIL if self is Way.MAIL_ME else Channel(self.value)


class NotPassedOn(Exception):
    """A way that cannot be used: `fault` is bad_address, own_address, enough_mails, sent or closed."""

    def __init__(self, fault: str):
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True)
class Prepared:
    """What the next page offers: the link and text to pass on, and the address that opens the mail program."""

    way: Way
    entry: Entry
    url: str
    text: str
    mailto: str


def pass_on(entry: Entry, way: Way, address: str = "") -> Prepared:
    """Prepare one way of passing a student's link on and record it. Raises NotPassedOn.

    An address typed for `via-us` is used once, and blanked as soon as the mail is delivered.
    """
    seat = entry.student
    if seat.sent:
        raise NotPassedOn("sent")
    if seat.is_closed(clock.today()):
        raise NotPassedOn("closed")
    if way is Way.VIA_US:
        outbox.enqueue(TO_STUDENT, seat.id, to=_usable(entry, address))
    elif way is Way.MAIL_ME:
        outbox.enqueue(FORWARDABLE, seat.id)
    _record(seat, way.channel)
    return _prepared(entry, way)


def take_back(invitation_id: int) -> None:
    """Say that mail through us did not arrive: without another way the link was not passed on after all."""
    seats.record_events([invitation_id], "did_not_arrive", Channel.VIA_US.value)
    other = sa.select(Event.id).where(
        Event.invitation_id == invitation_id, Event.kind == "prepared", Event.channel != Channel.VIA_US.value
    )
    seat = sa.update(Invitation).where(Invitation.id == invitation_id, ~other.exists())
    db.session.execute(seat.values(passed_on_at=None))


def _record(seat: Invitation, channel: Channel) -> None:
    seat.passed_on_at = seat.passed_on_at or clock.now()
    seats.record_events([seat.id], "prepared", channel.value)


def _usable(entry: Entry, address: str) -> str:
    try:
        usable = validate_email(address.strip(), check_deliverability=False).normalized.casefold()
    except EmailNotValidError as error:
        raise NotPassedOn("bad_address") from error
    trainer = entry.placement.trainer
    if trainer and trainer.address == usable:
        raise NotPassedOn("own_address")
    mailed = sa.select(sa.func.count(Event.id)).where(
        Event.invitation_id == entry.student.id, Event.kind == "prepared", Event.channel == Channel.VIA_US.value
    )
    if (db.session.scalar(mailed) or 0) >= MAILS_PER_STUDENT:
        raise NotPassedOn("enough_mails")
    return usable


def _prepared(entry: Entry, way: Way) -> Prepared:
    url = links.seat_url(entry.student, way.channel)
    text = forwarded_text(entry.student, url)
    mailto = f"mailto:?subject={quote(subject(entry.student))}&body={quote(text)}"
    return Prepared(way, entry, url, text, mailto)
