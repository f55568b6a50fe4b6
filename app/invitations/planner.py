"""Proposals: which seats of a round would be mailed, through whom, and why the others are left out.

One statement decides over all seats, however many; the first reason that fits is given, in the order of REASONS.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from app import clock
from app.extensions import db
from app.invitations import announcements, facts
from app.invitations.facts import joined
from app.invitations.models import Batch, BatchSeat, Invitation, Round
from app.invitations.steps import DIRECT, INVITE, INVITE_TRAINER
from app.mailing.models import Message
from app.mailing.states import MailStatus
from app.placements.models import Placement, StudentContact, Trainer
from app.placements.values import INVITED

GO_ALONG_DAYS = 14
CAP_DAYS = 28
REASONS = (
    "withdrawn",
    "status",
    "closed",
    "already_invited",
    "not_due",
    "opted_out",
    "bounced",
    "no_address",
    "over_cap",
)


def propose(planned: Round, day: dt.date | None = None) -> Batch:
    """Make a proposal for `day` (default today) and keep which seats it holds, so that what is seen is what goes."""
    day = day or clock.today()
    batch = Batch(round_id=planned.id, proposed_at=clock.now(), proposed_for=day, left_out={})
    db.session.add(batch)
    db.session.flush()
    once = decisions(planned, day).into("decided", temporary=True)  # deciding takes far longer than reading it twice
    db.session.execute(once)
    decided = once.table
    kept = sa.select(sa.literal(batch.id), decided.c.id, decided.c.version, decided.c.trainer_id)
    columns = ["batch_id", "invitation_id", "version", "trainer_id"]
    db.session.execute(sa.insert(BatchSeat).from_select(columns, kept.where(decided.c.reason.is_(None))))
    _summarise(batch, decided)
    db.session.execute(sa.schema.DropTable(decided))
    return batch


def decisions(planned: Round, day: dt.date) -> sa.Select:
    """Return a SELECT of every seat of a round: id, version, trainer_id (None: straight to the student), reason."""
    mailed_through = sa.case((facts.is_direct(day), sa.null()), else_=Placement.trainer_id)
    columns = mailed_through.label("trainer_id"), reason(planned, day).label("reason")
    return joined(Invitation.id, Invitation.version, *columns).where(Invitation.round_id == planned.id)


def reason(planned: Round, day: dt.date) -> Any:
    """Return, over facts.joined(), why a seat of this round is left out on `day`; null when it is invited.

    When one of a trainer's students is due, all of theirs that fall due within GO_ALONG_DAYS go along.
    """
    of_its_own = _reason_of_its_own(planned, day)
    direct = facts.is_direct(day)
    goes_along = sa.and_(_falls_due(planned, day, GO_ALONG_DAYS), ~direct, _has_one_due(planned, day))
    return sa.case(
        (of_its_own.is_not(None), of_its_own),
        (sa.not_(sa.or_(_falls_due(planned, day), goes_along)), "not_due"),
        (direct, sa.case((facts.opted_out(StudentContact.address_hash, day), "opted_out"), else_=sa.null())),
        else_=_trainers_reason(planned, day),
    )


def _has_one_due(planned: Round, day: dt.date) -> Any:
    """Return the condition that a mail goes to this placement's trainer anyway, for one that is due."""
    due = (
        sa.select(Placement.trainer_id)
        .join(Invitation, Invitation.placement_id == Placement.id)
        .outerjoin(Trainer, Trainer.id == Placement.trainer_id)
        .outerjoin(StudentContact, StudentContact.placement_id == Placement.id)
        .where(Invitation.round_id + 0 == planned.id)  # plus nothing, or SQLite walks the whole round each time
        .where(_falls_due(planned, day), _reason_of_its_own(planned, day).is_(None), ~facts.is_direct(day))
        .subquery()
    )
    return sa.select(due.c.trainer_id).where(due.c.trainer_id == Placement.trainer_id).correlate(Placement).exists()


def _falls_due(planned: Round, day: dt.date, ahead: int = 0) -> Any:
    return Placement.ends_on <= day + dt.timedelta(days=planned.due_days + ahead)


def _reason_of_its_own(planned: Round, day: dt.date) -> Any:
    return sa.case(
        (facts.withdrawn(day), "withdrawn"),
        (Placement.status.not_in(INVITED), "status"),
        (facts.closed(planned, day), "closed"),
        (_is_told(day), "already_invited"),
        else_=sa.null(),
    )


def _is_told(day: dt.date) -> Any:
    """Return the condition that a seat needs no invitation: answered, opened after one, or told on its way of today.

    An address that comes or goes changes the way of a seat nobody opened, and then it is told once more.
    """
    opened = sa.and_(Invitation.opened_at.is_not(None), Invitation.invited_at.is_not(None))
    on_its_way = sa.case((facts.is_direct(day), announcements.holds(DIRECT)), else_=announcements.holds(INVITE))
    return sa.or_(Invitation.sent, opened, on_its_way)


def still_goes(batch: Batch, through_trainer: bool) -> Any:
    """Return the condition, over facts.joined(), that a seat of a batch may still go as was proposed: its reader wants
    mail, and nothing that decided about it changed.
    """
    day = max(batch.proposed_for, clock.today())
    way: Any = facts.is_direct(day)
    reader: Any = StudentContact.address_hash
    is_theirs: Any = BatchSeat.trainer_id.is_(None)
    if through_trainer:
        way, reader, is_theirs = ~way, Trainer.address_hash, BatchSeat.trainer_id == Placement.trainer_id
    same = sa.and_(way, is_theirs, ~facts.opted_out(reader, day))
    in_time = sa.and_(Invitation.round_id == batch.round_id, _falls_due(batch.round, day, GO_ALONG_DAYS))
    return sa.and_(facts.may_be_asked(batch.round, day), in_time, same)


def _trainers_reason(planned: Round, day: dt.date) -> Any:
    return sa.case(
        (facts.opted_out(Trainer.address_hash, day), "opted_out"),
        (Trainer.bounced_at.is_not(None), "bounced"),
        (Trainer.address.is_(None), "no_address"),
        (_over_cap(planned, day), "over_cap"),
        else_=sa.null(),
    )


def _over_cap(planned: Round, day: dt.date) -> Any:
    """Return the condition that a trainer had as many invitations in the CAP_DAYS before `day` as the round allows."""
    if planned.mails_per_trainer is None:
        return sa.false()
    lately = clock.start_of(day - dt.timedelta(days=CAP_DAYS - 1))
    mails = (
        sa.select(sa.func.count(Message.id))
        .join(Batch, Batch.id == Message.run_id)
        .where(Message.kind == INVITE_TRAINER, Message.subject_id == Trainer.id, Batch.sent_at >= lately)
        .where(Message.status.not_in((MailStatus.DROPPED, MailStatus.FAILED)))
        .correlate(Trainer)
        .scalar_subquery()
    )
    return mails >= planned.mails_per_trainer


def _summarise(batch: Batch, decided: Any) -> None:
    n = sa.func.count()
    reasons = sa.select(decided.c.reason, n).where(decided.c.reason.is_not(None)).group_by(decided.c.reason)
    found = {row[0]: row[1] for row in db.session.execute(reasons)}
    batch.left_out = {reason: found.get(reason, 0) for reason in REASONS}
    seats = sa.select(
        n,
        sa.func.count(sa.distinct(BatchSeat.trainer_id)),
        sa.func.count().filter(BatchSeat.trainer_id.is_(None)),
    ).where(BatchSeat.batch_id == batch.id)
    batch.seats, batch.trainers, batch.students_direct = db.session.execute(seats).one()
