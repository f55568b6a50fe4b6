"""Ways to pass a student's link on: each is recorded as prepared, since whether it was used we cannot see."""

import enum
from dataclasses import dataclass
from urllib.parse import quote

import sqlalchemy as sa
from flask import current_app

from app import clock
from app.extensions import db
from app.forwarding import exits, wording
from app.forwarding.kinds import FORWARDABLE, TO_STUDENT
from app.invitations import handing_over, links, rounds, seats
from app.invitations.links import Channel
from app.invitations.models import Event, Invitation
from app.invitations.roster import Entry
from app.languages import DEFAULT, LANGUAGES, force_locale
from app.mailing import outbox
from app.placements.values import address_of
from app.refusing import Refused

MAILS_PER_STUDENT = 3


class Way(enum.StrEnum):
    """What the trainer chose; the value is that of the button."""

    MAIL_ME = "mail-me"
    WHATSAPP = "whatsapp"
    COPY = "copy"
    OWN_MAIL = "own-mail"
    QR = "qr"
    HERE = "here"
    SHEET = "sheet"
    VIA_US = "via-us"

    @property
    def channel(self) -> Channel:
        """Return the channel of the link: the version mailed to the trainer goes on through their own mail."""
        return Channel.OWN_MAIL if self is Way.MAIL_ME else Channel(self.value)

    @property
    def is_by_us(self) -> bool:
        """Tell whether a mail of ours carries the link, so that choosing again mails again."""
        return self in (Way.MAIL_ME, Way.VIA_US)


class NotPassedOn(Refused):
    """A way that cannot be used: `fault` is bad_address, own_address, cannot_mail, enough_mails, sent or closed."""


@dataclass(frozen=True)
class Prepared:
    """What the next page offers: the link, the lines to go with it, and what opens mail or WhatsApp with both."""

    way: Way
    entry: Entry
    language: str
    url: str
    subject: str
    lines: tuple[str, str, str, str]

    @property
    def text(self) -> str:
        greeting, asks, until, promise = self.lines
        return "\n\n".join((greeting, asks, self.url, until, promise))

    @property
    def path(self) -> str:
        """Return the link within this site, for a page that leads there itself."""
        return self.url.removeprefix(current_app.config["PUBLIC_URL"])

    @property
    def mailto(self) -> str:
        return f"mailto:?subject={quote(self.subject)}&body={quote(self.text)}"

    @property
    def whatsapp(self) -> str:
        """Return what opens the app on this device; its web address would show the link to a third party."""
        return f"whatsapp://send?text={quote(self.text)}"


def pass_on(entry: Entry, way: Way, address: str = "") -> None:
    """Record one way of passing a student's link on. Raises NotPassedOn.

    An address typed for `via-us` is used once, and blanked as soon as the mail is delivered.
    """
    seat = entry.student
    if seat.sent:
        raise NotPassedOn("sent")
    if not entry.of_student.may_be_asked:
        raise NotPassedOn("closed")
    if way is Way.VIA_US:
        outbox.enqueue(TO_STUDENT, seat.id, to=_usable(entry, address))
    elif way is Way.MAIL_ME:
        outbox.enqueue(FORWARDABLE, seat.id)
    _record(seat, way)
    exits.clear_obstacles(seat.id)


def prepared(entry: Entry, way: Way, language: str | None = None) -> Prepared | None:
    """Return what a way offers that the trainer chose before, None for any other and once nothing is asked any more.

    The text speaks `language`, by default the student's.
    """
    if not entry.of_student.may_be_asked:
        return None
    if db.session.scalar(_prepared_events(entry.student.id, way.channel).limit(1)) is None:
        return None
    language = language if language in LANGUAGES else wording.language_of(entry.student)
    url = links.seat_url(entry.student, way.channel)
    if language != DEFAULT:
        url += f"?lang={language}"
    with force_locale(language):
        return Prepared(way, entry, language, url, wording.subject(entry.student), wording.lines(entry.student))


def take_back(invitation_id: int) -> None:
    """Say that mail through us did not arrive: without another way the link was not passed on after all."""
    seats.record_events([invitation_id], "did_not_arrive", Channel.VIA_US.value)
    other = sa.select(Event.id).where(
        Event.invitation_id == invitation_id, Event.kind == "prepared", Event.channel != Channel.VIA_US.value
    )
    counted = Invitation.was_due.is_not(None)
    seat = sa.update(Invitation).where(Invitation.id == invitation_id, ~other.exists(), ~counted)
    db.session.execute(seat.values(passed_on_at=None))


def _record(seat: Invitation, way: Way) -> None:
    """Note that a way was chosen; looking at the same one again is nothing new."""
    rounds.bind_by_id(seat.round_id)
    is_first = seat.passed_on_at is None
    seat.passed_on_at = seat.passed_on_at or clock.now()
    before = _prepared_events(seat.id, way.channel).limit(1)
    if is_first or way.is_by_us or db.session.scalar(before) is None:
        seats.record_events([seat.id], "prepared", way.channel.value)


def _prepared_events(seat_id: int, channel: Channel) -> sa.Select:
    of_seat = (Event.invitation_id == seat_id, Event.kind == "prepared", Event.channel == channel.value)
    return sa.select(Event.id).where(*of_seat)


def _usable(entry: Entry, address: str) -> str:
    usable = address_of(address.strip())
    if usable is None:
        raise NotPassedOn("bad_address")
    trainer = entry.placement.trainer
    if trainer and trainer.address == usable:
        raise NotPassedOn("own_address")
    if not handing_over.may_be_mailed(usable):
        raise NotPassedOn("cannot_mail")
    one_by_one = sa.select(Invitation.id).where(Invitation.id == entry.student.id).with_for_update(key_share=True)
    db.session.execute(one_by_one)  # of several at once each counts those before it
    mailed = db.session.scalars(_prepared_events(entry.student.id, Channel.VIA_US)).all()
    if len(mailed) >= MAILS_PER_STUDENT:
        raise NotPassedOn("enough_mails")
    return usable
