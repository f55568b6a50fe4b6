"""Conditions in SQL: which rows are due to go, or to lose something, today. The rules of terms.py are made of these."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import current_app

from app import clock
from app.accounts.models import SignIn
from app.agreements import register
from app.agreements.models import Category
from app.forwarding.models import Exit, Report
from app.invitations.models import Announcement, Invitation, Round
from app.mailing.models import Message
from app.mailing.states import MailStatus
from app.placements import uploads
from app.placements.models import LoadedChunk, Placement, StudentContact, Trainer, TrainerContact, Upload
from app.portal.delivery import KEPT as DELIVERY_KEPT
from app.portal.models import Delivery
from app.privacy import lives
from app.responses.models import Draft
from app.results.models import Edition, EditionFile

Due = Callable[[], sa.ColumnElement[bool]]
SIGN_IN_DAYS = 90
IN_HAND = (MailStatus.CLAIMED, MailStatus.SENDING)


def years_ago(years: int) -> dt.datetime:
    return clock.now() - dt.timedelta(days=round(years * 365.25))


def setting(name: str) -> int:
    return current_app.config[name]


def month_before(years: int) -> str:
    """Return the last month (YYYY-MM) that lies all of `years` years back."""
    today = clock.today()
    return f"{today.year - years:04}-{today.month:02}"


def edition_files() -> sa.ColumnElement[bool]:
    """What is made of answers goes when the answers of the round's last month do; what was published of it stays."""
    first_kept = dt.date.fromisoformat(month_before(setting("ANSWER_YEARS")) + "-01")
    over = sa.select(Edition.id).join(Round).where(Round.closes_on < first_kept)
    return EditionFile.edition_id.in_(over)


def _at(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Return the condition on StudentContact that its placement fits one."""
    return StudentContact.placement_id.in_(sa.select(Placement.id).where(condition))


def no_agreement() -> sa.ColumnElement[bool]:
    """Return the condition on StudentContact that its school has no agreement today."""
    return _at(Placement.brin.not_in(register.sharing_on(clock.today())))


def students() -> sa.ColumnElement[bool]:
    """Contacts go as soon as there is no agreement, else when what they served is over for as long as it says."""
    over = [
        sa.and_(Placement.brin == one.brin, lives.over_by(clock.today() - dt.timedelta(days=one.contact_days)))
        for one in register.in_force(clock.today())
    ]
    return sa.or_(no_agreement(), _at(sa.or_(sa.false(), *over)))


def not_shared(category: Category, column: Any, empty: Any) -> Due:
    """Return the condition that something stands in a column of which the agreement in force says nothing."""

    def due() -> sa.ColumnElement[bool]:
        brins = [one.brin for one in register.in_force(clock.today()) if category not in one.categories]
        return sa.and_(column.is_distinct_from(empty), _at(Placement.brin.in_(brins)))

    return due


def _served(trainer_id: Any, *conditions: Any) -> sa.ColumnElement[bool]:
    """Return the condition that no placement needs this trainer, nor one they handed over and may take back."""
    over = lives.over_by(clock.today() - dt.timedelta(days=setting("CONTACT_DAYS")))
    handed = sa.and_(Report.placement_id == Placement.id, Report.kind == Exit.COLLEAGUE, Report.stands())
    handed_over = sa.select(Report.id).where(handed, Report.trainer_id == trainer_id).exists()
    theirs = sa.or_(Placement.trainer_id == trainer_id, handed_over)
    return ~sa.select(Placement.id).where(theirs, *conditions, ~over).exists()


def trainers() -> sa.ColumnElement[bool]:
    return sa.and_(Trainer.address.is_not(None), _served(Trainer.id))


def trainer_contacts() -> sa.ColumnElement[bool]:
    return _served(TrainerContact.trainer_id, Placement.brin == TrainerContact.brin)


def agreement_numbers() -> sa.ColumnElement[bool]:
    seats = sa.select(Invitation.id).where(Invitation.placement_id == Placement.id).exists()
    never_asked = sa.and_(~seats, lives.over_by(clock.today() - dt.timedelta(days=setting("CONTACT_DAYS"))))
    return sa.and_(Placement.agreement_number.is_not(None), sa.or_(lives.frozen(), never_asked))


def student_numbers() -> sa.ColumnElement[bool]:
    return sa.and_(StudentContact.student_number != "", _at(lives.frozen()))


def drafts() -> sa.ColumnElement[bool]:
    return Draft.invitation_id.in_(sa.select(Invitation.id).where(lives.closed_by(clock.today())))


def messages() -> sa.ColumnElement[bool]:
    """Messages stay while a seat they announced can be answered, which would be announced once more without them."""
    ended = sa.func.coalesce(Message.ended_at, Message.queued_at)
    announced = sa.select(Announcement.message_id).join(Invitation, Invitation.id == Announcement.invitation_id)
    needed = announced.where(Invitation.invited_at.is_not(None), ~lives.closed_by(clock.today()))
    old = ended < clock.now() - dt.timedelta(days=setting("MESSAGE_DAYS"))
    return sa.and_(old, Message.status.not_in(IN_HAND), Message.id.not_in(needed))


def announcements() -> sa.ColumnElement[bool]:
    return Announcement.message_id.in_(sa.select(Message.id).where(messages()))


def loaded_chunks() -> sa.ColumnElement[bool]:
    return LoadedChunk.upload_id.in_(sa.select(Upload.id).where(uploads.is_old()))


def deliveries() -> sa.ColumnElement[bool]:
    held = sa.or_(Delivery.rows.is_not(None), Delivery.refused.is_not(None))
    ended = Delivery.brin.not_in(register.sharing_on(clock.today()))
    return sa.and_(held, sa.or_(ended, Delivery.made_at < clock.now() - DELIVERY_KEPT))


def sign_ins() -> sa.ColumnElement[bool]:
    return sa.func.coalesce(SignIn.ended_at, SignIn.seen_at) < clock.now() - dt.timedelta(days=SIGN_IN_DAYS)
