"""Lists of mails: of a batch, a period or an answer's text, by state; each leads to a seat it is about."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import lazy_gettext as _l
from wtforms import DateField, Form, IntegerField, SelectField, StringField
from wtforms.validators import NumberRange, Optional

from app import clock
from app.extensions import db
from app.invitations.mails import student_bounced, trainer_bounced
from app.invitations.models import Announcement, Invitation
from app.invitations.words import MAIL_KINDS, MAIL_STATES, REASONS
from app.listing import Column, Listing, Order, choices
from app.mailing import kinds
from app.mailing.models import Message
from app.mailing.states import MailStatus
from app.outside import in_column
from app.placements.models import StudentContact, Trainer

MARKED = "marked"
STATES: dict[str, Any] = {
    "trouble": _l("failed, bounced or uncertain"),
    MARKED: _l("address marked as not existing"),
} | MAIL_STATES


class MailFilters(Form):
    """What a list of mails is narrowed to; anything unknown narrows a list by nothing, and does not validate."""

    batch = IntegerField(_l("Batch"), [Optional(), NumberRange(1)], filters=[in_column], render_kw={"size": 6})
    state = SelectField(_l("State"), choices=choices(STATES))
    since = DateField(_l("Done from"), [Optional()])
    until = DateField(_l("Done until"), [Optional()])
    answer = StringField(_l("The server’s words"))

    @property
    def given(self) -> dict[str, Any]:
        """Return what was asked for, by name, for the address of a list like this one."""
        return {field.name: field.raw_data[0] for field in self if field.raw_data}


LISTING = Listing(
    columns=(
        Column(
            _l("Address"),
            lambda row: row.address or _l("erased"),
            href=lambda row: url_for("invitations.show_seat", seat_id=row.seat_id) if row.seat_id else None,
        ),
        Column(_l("Mail"), lambda row: MAIL_KINDS.get(row.Message.kind, row.Message.kind)),
        Column(_l("State"), lambda row: MAIL_STATES[row.Message.status]),
        Column(_l("Reason"), lambda row: REASONS.get(row.Message.reason or "", row.Message.reason)),
        Column(_l("The server’s words"), lambda row: row.Message.answer),
        Column(_l("Queued"), lambda row: row.Message.queued_at, order="queued"),
        Column(_l("Done"), lambda row: row.Message.ended_at),
    ),
    orders={"queued": Order(Message.id, Message.id)},
    usual="-queued",
)


def mails(filters: MailFilters) -> sa.Select:
    """Return a SELECT of the mails that pass the filters, with the address they went to and a seat they are about."""
    about = sa.select(sa.func.min(Announcement.invitation_id)).where(Announcement.message_id == Message.id)
    wanted = (
        sa.select(
            Message,
            sa.func.coalesce(Trainer.address, StudentContact.address, Message.to).label("address"),
            about.scalar_subquery().label("seat_id"),
        )
        .outerjoin(Trainer, sa.and_(_told(trainer_bounced), Trainer.id == Message.subject_id))
        .outerjoin(Invitation, sa.and_(_told(student_bounced), Invitation.id == Message.subject_id))
        .outerjoin(StudentContact, StudentContact.placement_id == Invitation.placement_id)
    )
    if filters.batch.data:
        wanted = wanted.where(Message.run_id == filters.batch.data)
    if filters.since.data and filters.since.data > dt.date.min:
        wanted = wanted.where(Message.ended_at >= clock.start_of(filters.since.data))
    if filters.until.data and filters.until.data < dt.date.max:
        wanted = wanted.where(Message.ended_at < clock.start_of(filters.until.data + dt.timedelta(days=1)))
    if filters.answer.data:
        wanted = wanted.where(Message.answer.icontains(filters.answer.data, autoescape=True))
    if filters.state.data == "trouble":
        wanted = wanted.where(Message.in_trouble())
    elif filters.state.data == MARKED:
        blamed = sa.or_(Message.status == MailStatus.BOUNCED, Message.reason == "no_such_address")
        marked = [contact.bounced_at <= Message.ended_at for contact in (Trainer, StudentContact)]
        wanted = wanted.where(Message.in_trouble(), blamed, sa.or_(*marked))
    elif filters.state.data in MAIL_STATES:
        wanted = wanted.where(Message.status == filters.state.data)
    return wanted


def number(filters: MailFilters) -> int:
    """Return how many mails pass the filters."""
    return db.session.scalar(mails(filters).with_only_columns(sa.func.count(), maintain_column_froms=True)) or 0


def _told(on_bounce: Any) -> sa.ColumnElement[bool]:
    """Return the condition that a mail's kind marks the contacts of trainers, or those of students."""
    return Message.kind.in_(kinds.names_where(lambda kind: kind.on_bounce is on_bounce))
