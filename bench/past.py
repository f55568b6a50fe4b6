"""What happened to a crowd so far: a batch for each day of the round until today, and what people did since.

A few statements per day, whatever the number of seats; shares are cut by number, so the same crowd has the same past.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from app import clock
from app.database import UtcDateTime
from app.extensions import db
from app.invitations import facts, rounds
from app.invitations.links import Channel
from app.invitations.models import Announcement, Batch, BatchSeat, Event, Invitation, Role, Round, Route
from app.invitations.planner import REASONS
from app.invitations.steps import INVITE, INVITE_STUDENT, INVITE_TRAINER
from app.mailing.models import Message
from app.mailing.states import MailStatus
from app.placements.models import Placement, Trainer
from app.placements.values import INVITED

EVENTFUL_DAYS = 28
SETTLED_AFTER = 10  # days in which those who answer do
# Of a hundred seats: passed on, opened, started, sent.
SHARES = {"trainer": (0, 40, 33, 28), "forwarded": (50, 35, 30, 25), "direct": (0, 55, 48, 42)}
ENDED_BADLY = {0: MailStatus.FAILED, 1: MailStatus.BOUNCED, 2: MailStatus.DROPPED, 3: MailStatus.UNCERTAIN}
NOTHING: Any = sa.cast(sa.null(), sa.String)
UNDER_WAY = {
    4: MailStatus.QUEUED,
    5: MailStatus.HELD,
    6: MailStatus.CLAIMED,
    7: MailStatus.SENDING,
}


def live(round_: Round, today: dt.date) -> None:
    """Send a batch on each day until today, let people act on it, and commit day by day."""
    rounds.bind(round_)
    first = round_.ends_from - dt.timedelta(days=round_.due_days)
    for ago in range((today - first).days, -1, -1):
        _live_day(round_, today - dt.timedelta(days=ago), ago)
        db.session.commit()
        if ago % 20 == 0:
            analyse()
    bounced = sa.select(Message.subject_id).where(Message.kind == INVITE_TRAINER, Message.status == MailStatus.BOUNCED)
    db.session.execute(sa.update(Trainer).where(Trainer.id.in_(bounced)).values(bounced_at=clock.now()))
    db.session.commit()


def analyse() -> None:
    """Tell PostgreSQL what it holds now, as it would find out by itself in a real year."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(sa.text("ANALYZE"))
        db.session.commit()


def _live_day(round_: Round, day: dt.date, ago: int) -> None:
    ends_on = day + dt.timedelta(days=round_.due_days)
    at = clock.start_of(day) + dt.timedelta(hours=9)
    batch = _batch(round_, day, at, ends_on)
    _mails(batch, at, INVITE_TRAINER, BatchSeat.trainer_id, newest=ago == 0)
    _mails(batch, at, INVITE_STUDENT, BatchSeat.invitation_id, newest=ago == 0)
    _act(batch, at, min(ago / SETTLED_AFTER, 1))
    if ago <= EVENTFUL_DAYS:
        _tell(batch)


def _batch(round_: Round, day: dt.date, at: dt.datetime, ends_on: dt.date) -> Batch:
    batch = Batch(round_id=round_.id, proposed_at=at, proposed_for=day, sent_at=at, left_out=dict.fromkeys(REASONS, 0))
    db.session.add(batch)
    db.session.flush()
    trainer = sa.case((facts.is_direct(day), sa.null()), else_=Placement.trainer_id)
    seats = facts.joined(sa.literal(batch.id), Invitation.id, Invitation.version, trainer).where(
        Placement.ends_on == ends_on,
        Placement.status.in_(INVITED),
        sa.or_(facts.is_direct(day), Placement.trainer_id.is_not(None)),
    )
    columns = ["batch_id", "invitation_id", "version", "trainer_id"]
    db.session.execute(sa.insert(BatchSeat).from_select(columns, seats))
    n = sa.func.count()
    summary = sa.select(n, sa.func.count(sa.distinct(BatchSeat.trainer_id)), n - sa.func.count(BatchSeat.trainer_id))
    batch.seats, batch.trainers, batch.students_direct = db.session.execute(
        summary.where(BatchSeat.batch_id == batch.id)
    ).one()
    return batch


def _mails(batch: Batch, at: dt.datetime, kind: str, recipient: Any, *, newest: bool) -> None:
    """Make a message per recipient, let it announce their seats, and invite those whose message was accepted."""
    of_kind = (BatchSeat.batch_id == batch.id, BatchSeat.trainer_id.is_(None) == (kind == INVITE_STUDENT))
    status = sa.case(ENDED_BADLY | UNDER_WAY if newest else ENDED_BADLY, value=recipient % 100, else_=MailStatus.SENT)
    time = sa.literal(at, UtcDateTime)
    values: dict[str, Any] = {
        "kind": sa.literal(kind),
        "subject_id": recipient,
        "run_id": sa.literal(batch.id),
        "status": status,
        "queued_at": time,
        "not_before": time,
        "lease_until": sa.case((status.in_([MailStatus.CLAIMED, MailStatus.SENDING]), time), else_=sa.null()),
        "ended_at": sa.case((status.in_(list(UNDER_WAY.values())), sa.null()), else_=time),
    }
    messages = sa.select(*values.values()).where(*of_kind).distinct()
    db.session.execute(sa.insert(Message).from_select(list(values), messages))
    announced = (
        sa.select(BatchSeat.invitation_id, BatchSeat.version, sa.literal(INVITE), Message.id)
        .join(Message, sa.and_(Message.run_id == batch.id, Message.kind == kind, Message.subject_id == recipient))
        .where(*of_kind)
    )
    columns = ["invitation_id", "version", "step", "message_id"]
    db.session.execute(sa.insert(Announcement).from_select(columns, announced))


def _act(batch: Batch, at: dt.datetime, settled: float) -> None:
    """Invite the seats whose mail was accepted, and let a share of them be passed on, opened, started and sent."""
    accepted = (
        sa.select(BatchSeat.invitation_id)
        .join(Announcement, Announcement.invitation_id == BatchSeat.invitation_id)
        .join(Message, Message.id == Announcement.message_id)
        .where(BatchSeat.batch_id == batch.id, Message.status.in_((MailStatus.SENT, MailStatus.BOUNCED)))
    )
    straight = accepted.where(BatchSeat.trainer_id.is_(None))
    through_trainer = accepted.where(BatchSeat.trainer_id.is_not(None))
    for seats, role, route, channel in (
        (through_trainer, Role.TRAINER, None, Channel.PART),
        (through_trainer, Role.STUDENT, Route.FORWARDED, Channel.WHATSAPP),
        (straight, Role.STUDENT, Route.DIRECT, Channel.DIRECT),
    ):
        acted = sa.update(Invitation).where(Invitation.id.in_(seats), Invitation.role == role)
        values = _progress(SHARES[route or role], at, settled, channel)
        db.session.execute(acted.values(invited_at=at, mailed_at=at, route=route, **values))


def _progress(shares: tuple[int, ...], at: dt.datetime, settled: float, channel: Channel) -> dict[str, Any]:
    rank = (Invitation.placement_id * 37 + 11) % 100
    passed_on, opened, started, sent = (rank < int(share * settled) for share in shares)

    def after(reached: Any, **time: int) -> Any:
        return sa.case((reached, sa.literal(at + dt.timedelta(**time), UtcDateTime)), else_=sa.null())

    return {
        "passed_on_at": after(passed_on, hours=5),
        "opened_at": after(opened, hours=20),
        "channel": sa.case((opened, sa.literal(channel.value)), else_=sa.null()),
        "started_at": after(started, hours=20, minutes=1),
        "sent": sent,
    }


def _tell(batch: Batch) -> None:
    """Write the events of what happened to the seats of a batch."""
    for kind, at in (
        ("invited", Invitation.invited_at),
        ("prepared", Invitation.passed_on_at),
        ("opened", Invitation.opened_at),
        ("started", Invitation.started_at),
    ):
        channel = {"opened": Invitation.channel, "prepared": sa.literal(Channel.WHATSAPP.value)}.get(kind, NOTHING)
        happened = (
            sa.select(Invitation.id, sa.literal(kind), channel, at)
            .join(BatchSeat, BatchSeat.invitation_id == Invitation.id)
            .where(BatchSeat.batch_id == batch.id, at.is_not(None))
        )
        db.session.execute(sa.insert(Event).from_select(["invitation_id", "kind", "channel", "at"], happened))
