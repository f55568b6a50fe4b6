"""Lists of mails: of a batch or of all, by state; each leads to a seat it is about."""

from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import lazy_gettext as _l
from wtforms import Form, IntegerField, SelectField

from app.invitations.models import Announcement, Invitation
from app.invitations.steps import INVITE_STUDENT, INVITE_TRAINER
from app.invitations.words import MAIL_KINDS, MAIL_STATES, REASONS
from app.listing import Column, Listing, Order, choices
from app.mailing.models import Message
from app.outside import in_column
from app.placements.models import StudentContact, Trainer

STATES: dict[str, Any] = {"trouble": _l("failed, bounced or uncertain")} | MAIL_STATES


class MailFilters(Form):
    """What a list of mails is narrowed to; anything unknown narrows nothing."""

    batch = IntegerField(_l("Batch"), filters=[in_column], render_kw={"size": 6})
    state = SelectField(_l("State"), choices=choices(STATES))


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
        .outerjoin(Trainer, sa.and_(Message.kind == INVITE_TRAINER, Trainer.id == Message.subject_id))
        .outerjoin(Invitation, sa.and_(Message.kind == INVITE_STUDENT, Invitation.id == Message.subject_id))
        .outerjoin(StudentContact, StudentContact.placement_id == Invitation.placement_id)
    )
    if filters.batch.data:
        wanted = wanted.where(Message.run_id == filters.batch.data)
    if filters.state.data == "trouble":
        wanted = wanted.where(Message.in_trouble())
    elif filters.state.data in MAIL_STATES:
        wanted = wanted.where(Message.status == filters.state.data)
    return wanted
