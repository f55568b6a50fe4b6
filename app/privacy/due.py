"""Conditions in SQL: which rows are due to go, or to lose something, today. The rules of terms.py are made of these.

Each is about a row and its own neighbours: subqueries are correlated, so that an index finds them, no row of somebody
else's matters, and asking again of a thousand rows costs a thousand rows' work.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import aliased

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
from app.placements.sharing import NOTHING
from app.portal.delivery import KEPT as DELIVERY_KEPT
from app.portal.models import Delivery
from app.privacy import lives
from app.responses.models import Draft, FirstForm
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


def first_forms() -> sa.ColumnElement[bool]:
    frozen = sa.select(Round.id).where(Round.id == FirstForm.round_id, Round.frozen_at.is_not(None))
    return frozen.correlate(FirstForm).exists()


def edition_files() -> sa.ColumnElement[bool]:
    """What is made of answers goes when the answers of the round's last month do; what was published of it stays."""
    first_kept = dt.date.fromisoformat(month_before(setting("ANSWER_YEARS")) + "-01")
    over = sa.select(Edition.id).join(Round).where(Edition.id == EditionFile.edition_id, Round.closes_on < first_kept)
    return over.correlate(EditionFile).exists()


def _at(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Return the condition on StudentContact that its placement fits one."""
    placements = sa.select(Placement.id).where(Placement.id == StudentContact.placement_id, condition)
    return placements.correlate(StudentContact).exists()


def no_agreement() -> sa.ColumnElement[bool]:
    """Return the condition on StudentContact that its school has no agreement today."""
    return _at(Placement.brin.not_in(register.sharing_on(clock.today())))


def students() -> sa.ColumnElement[bool]:
    """Contacts go as soon as there is no agreement, else when what they served is over for as long as it says."""
    schools = defaultdict(list)
    for one in register.in_force(clock.today()):
        schools[one.contact_days].append(one.brin)
    over = [
        sa.and_(Placement.brin.in_(brins), lives.over_by(clock.today() - dt.timedelta(days=days)))
        for days, brins in schools.items()
    ]
    return sa.or_(no_agreement(), _at(sa.or_(sa.false(), *over)))


def not_shared(category: Category) -> Due:
    """Return the condition that a contact holds something of which the agreement in force says nothing."""

    def due() -> sa.ColumnElement[bool]:
        brins = [one.brin for one in register.in_force(clock.today()) if category not in one.categories]
        columns = NOTHING[category].items()
        held = sa.or_(*(getattr(StudentContact, name).is_distinct_from(empty) for name, empty in columns))
        return sa.and_(held, _at(Placement.brin.in_(brins)))

    return due


def _no_longer_needed(table: Any, trainer_id: Any, *conditions: Any) -> sa.ColumnElement[bool]:
    """Return the condition on `table` that no placement needs this trainer, nor one they handed over and may take back.

    Two conditions rather than one with OR, which would keep both indexes from being used.
    """
    over = lives.over_by(clock.today() - dt.timedelta(days=setting("CONTACT_DAYS")))
    needed = sa.select(Placement.id).where(*conditions, ~over).correlate(table)
    handed_over = needed.join(Report, Report.placement_id == Placement.id).where(
        Report.trainer_id == trainer_id, Report.kind == Exit.COLLEAGUE, Report.stands()
    )
    return sa.and_(~needed.where(Placement.trainer_id == trainer_id).exists(), ~handed_over.exists())


def trainers() -> sa.ColumnElement[bool]:
    return sa.and_(Trainer.address.is_not(None), _no_longer_needed(Trainer, Trainer.id))


def trainer_contacts() -> sa.ColumnElement[bool]:
    contact = TrainerContact
    return _no_longer_needed(contact, contact.trainer_id, Placement.brin == contact.brin)


def agreement_numbers() -> sa.ColumnElement[bool]:
    seats = sa.select(Invitation.id).where(Invitation.placement_id == Placement.id).exists()
    never_asked = sa.and_(~seats, lives.over_by(clock.today() - dt.timedelta(days=setting("CONTACT_DAYS"))))
    return sa.and_(Placement.agreement_number.is_not(None), sa.or_(lives.frozen(), never_asked))


def student_numbers() -> sa.ColumnElement[bool]:
    return sa.and_(StudentContact.student_number != "", _at(lives.frozen()))


def drafts() -> sa.ColumnElement[bool]:
    closed = sa.select(Invitation.id).where(Invitation.id == Draft.invitation_id, lives.closed_by(clock.today()))
    return closed.correlate(Draft).exists()


def messages() -> sa.ColumnElement[bool]:
    """Messages stay while a seat they announced can be answered, which would be announced once more without them."""
    ended = sa.func.coalesce(Message.ended_at, Message.queued_at)
    seat, announcement = aliased(Invitation), aliased(Announcement)
    announced = sa.select(seat.id).join(announcement, announcement.invitation_id == seat.id)
    needed = announced.where(
        announcement.message_id == Message.id, seat.invited_at.is_not(None), ~lives.closed_by(clock.today(), seat)
    )
    old = ended < clock.now() - dt.timedelta(days=setting("MESSAGE_DAYS"))
    return sa.and_(old, Message.status.not_in(IN_HAND), ~needed.correlate(Message).exists())


def announcements() -> sa.ColumnElement[bool]:
    gone = sa.select(Message.id).where(Message.id == Announcement.message_id, messages())
    return gone.correlate(Announcement).exists()


def loaded_chunks() -> sa.ColumnElement[bool]:
    old = sa.select(Upload.id).where(Upload.id == LoadedChunk.upload_id, uploads.is_old())
    return old.correlate(LoadedChunk).exists()


def deliveries() -> sa.ColumnElement[bool]:
    held = sa.or_(Delivery.rows.is_not(None), Delivery.refused.is_not(None))
    ended = Delivery.brin.not_in(register.sharing_on(clock.today()))
    return sa.and_(held, sa.or_(ended, Delivery.made_at < clock.now() - DELIVERY_KEPT))


def sign_ins() -> sa.ColumnElement[bool]:
    return sa.func.coalesce(SignIn.ended_at, SignIn.seen_at) < clock.now() - dt.timedelta(days=SIGN_IN_DAYS)
