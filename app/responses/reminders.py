"""Mails that someone who answers asked for: their own link now, and one reminder later, to an address they left.

The address stands with the draft only: it goes when the answers are sent, when the time is over, or when somebody
begins again.
"""

import datetime as dt

import sqlalchemy as sa
from flask import Flask
from flask_babel import gettext as _

from app.extensions import db
from app.forwarding.mails import open_seat
from app.forwarding.wording import language_of
from app.invitations import links
from app.invitations.links import Channel
from app.invitations.models import Invitation
from app.languages import force_locale
from app.mailing import kinds, outbox
from app.mailing.letter import Button, Letter, NotWanted, Small, Text
from app.mailing.models import Message
from app.mailing.states import MailStatus
from app.placements.values import address_of
from app.responses import drafts
from app.responses.journey import Journey
from app.responses.models import Draft

OWN_LINK, OWN_REMINDER = "own_link", "own_reminder"
PAUSE = dt.timedelta(days=3)
CAME_TO_NOTHING = (MailStatus.DROPPED, MailStatus.FAILED, MailStatus.BOUNCED)


def leave_address(journey: Journey, address: str) -> bool:
    """Keep an address with the draft of this browser, and queue both mails; False when no mail could go there."""
    usable = address_of(address.strip())
    if usable is None:
        return False
    assert journey.draft
    drafts.leave_address(journey.draft, usable)
    outbox.enqueue(OWN_LINK, journey.opened.seat.id)
    reminder = (Message.kind == OWN_REMINDER, Message.subject_id == journey.opened.seat.id)
    stands = sa.select(Message.id).where(*reminder, Message.status.not_in(CAME_TO_NOTHING)).exists()
    if not db.session.scalar(sa.select(stands)):
        outbox.enqueue(OWN_REMINDER, journey.opened.seat.id, after=PAUSE)
    return True


def render(message: Message) -> Letter:
    seat = open_seat(message)
    draft = db.session.scalar(sa.select(Draft).where(Draft.invitation_id == seat.id, Draft.version == seat.version))
    if draft is None or draft.address is None:
        raise NotWanted("no_address")
    url = links.seat_url(seat, Channel.REMINDER, draft.nonce)
    return _letter(seat, draft.address, url, reminds=message.kind == OWN_REMINDER)


def _letter(seat: Invitation, address: str, url: str, *, reminds: bool) -> Letter:
    language = language_of(seat)
    with force_locale(language):
        bbl = seat.placement.pathway == "BBL"
        subject = _("Your apprenticeship: go on with the questionnaire") if bbl else None
        subject = subject or _("Your placement: go on with the questionnaire")
        blocks = (
            Text(_("Hi,")),
            Text(
                _("You began a questionnaire and have not sent it yet. A few minutes are enough.")
                if reminds
                else _("You asked for your own link. With it you go on where you were, on any device.")
            ),
            Button(_("Go on where you were"), url),
            Small(_("The link is only for you. We erase your address when you send, or when the time is over.")),
            Small(_("This was the only reminder.") if reminds else _("After three days we remind you, if need be.")),
        )
        return Letter(address, language, subject, blocks)


def init_app(app: Flask) -> None:
    for name in (OWN_LINK, OWN_REMINDER):
        reminds = name == OWN_REMINDER
        kinds.register_each(app, name, render, opt_out=reminds, by_day=reminds)
