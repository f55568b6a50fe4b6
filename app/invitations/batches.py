"""Batches after their proposal: sending in chunks, pausing, resuming, cancelling, and what became of their mail."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from app import clock
from app.accounts import audit
from app.database import changed_rows, insert_into
from app.extensions import db
from app.invitations import announcements, blocks, facts, planner, rounds
from app.invitations.models import Announcement, Batch, BatchSeat, Invitation
from app.invitations.steps import DIRECT, INVITE, INVITE_STUDENT, INVITE_TRAINER
from app.mailing import outbox
from app.mailing.models import Message
from app.mailing.states import MailStatus
from app.refusing import Refused

CHUNK = 500


class NotSendable(Refused):
    """A batch that cannot be sent: `fault` is round_closed or cancelled."""


def send(batch: Batch) -> Iterator[int]:
    """Queue the mails of a batch, some recipients at a time, and yield how many; the caller commits after each.

    A seat belongs to the batch that announces it first; a recipient left with no seat gets no mail. Sending again
    goes on where it stopped, and queues nothing twice. Raises NotSendable, or rounds.DefinitionChanged.
    """
    if batch.round.is_closed(clock.today()):
        raise NotSendable("round_closed")
    if batch.cancelled_at:
        raise NotSendable("cancelled")
    rounds.bind(batch.round)
    if batch.sent_at is None:
        batch.sent_at = clock.now()
        blocks.draw_all(batch.round)
        audit.record("batch_sent", batch=batch.id, seats=batch.seats)
    yield 0
    for kind, recipient in (
        (INVITE_TRAINER, BatchSeat.trainer_id),
        (INVITE_STUDENT, BatchSeat.invitation_id),
    ):
        yield from _send_kind(batch, kind, recipient)


def counts(batch: Batch) -> dict[str, int]:
    """Return how many mails of a batch are in each state."""
    return outbox.counts(batch.id)


def pause(batch: Batch) -> int:
    """Hold what no server has seen yet."""
    batch.paused_at = clock.now()
    return outbox.hold(batch.id)


def resume(batch: Batch) -> int:
    batch.paused_at = None
    return outbox.resume(batch.id)


def cancel(batch: Batch) -> int:
    """Drop what no server has seen yet; the seats can be proposed again."""
    batch.cancelled_at = clock.now()
    batch.paused_at = None
    dropped = outbox.drop(batch.id, "cancelled")
    audit.record("batch_cancelled", batch=batch.id, dropped=dropped)
    return dropped


def everything(round_id: int | None = None) -> list[Batch]:
    wanted = sa.select(Batch).order_by(Batch.id.desc())
    return list(db.session.scalars(wanted.where(Batch.round_id == round_id) if round_id else wanted))


def _send_kind(batch: Batch, kind: str, recipient: Any) -> Iterator[int]:
    after = 0
    while ids := _next_recipients(batch.id, kind, recipient, after):
        yield _announce(batch, kind, recipient, ids)
        after = ids[-1]


def _next_recipients(batch_id: int, kind: str, recipient: Any, after: int) -> list[int]:
    """Return the next recipients, in order of id."""
    straight = BatchSeat.trainer_id.is_(None)
    wanted = (
        sa.select(recipient)
        .where(
            BatchSeat.batch_id == batch_id,
            recipient > after,
            straight if kind == INVITE_STUDENT else sa.true(),
        )
        .distinct()
        .order_by(recipient)
        .limit(CHUNK)
    )
    return list(db.session.scalars(wanted))


def _announce(batch: Batch, kind: str, recipient: Any, ids: list[int]) -> int:
    """Make a message for each recipient, let it announce the seats that may still go, and take back the empty ones."""
    made = _make_messages(batch, kind, ids)
    of_batch = sa.and_(Invitation.id == BatchSeat.invitation_id, Invitation.version == BatchSeat.version)
    seats = (
        facts.joined(Invitation.id, Invitation.version, recipient)
        .join(BatchSeat, of_batch)
        .where(BatchSeat.batch_id == batch.id, recipient.in_(list(made)))
        .where(planner.still_goes(batch, through_trainer=kind == INVITE_TRAINER))
        .order_by(Invitation.id)  # two batches at once take the seats in one order, so neither waits for ever
    )
    step = INVITE if kind == INVITE_TRAINER else DIRECT
    rows = [
        {"invitation_id": id_, "version": version, "step": step, "message_id": made[subject_id]}
        for id_, version, subject_id in db.session.execute(seats)
    ]
    if rows:
        announcements.release([row["invitation_id"] for row in rows])
        db.session.execute(insert_into(Announcement).on_conflict_do_nothing(), rows)
    announces = sa.select(Announcement.message_id).where(Announcement.message_id == Message.id)
    empty = sa.delete(Message).where(Message.id.in_(made.values()), ~announces.exists())
    return len(made) - changed_rows(empty.execution_options(synchronize_session=False))


def _make_messages(batch: Batch, kind: str, ids: list[int]) -> dict[int, int]:
    """Make the messages that are not there yet; returns recipient → message."""
    now = clock.machine_now()
    rows = [
        {
            "kind": kind,
            "subject_id": id_,
            "run_id": batch.id,
            "status": MailStatus.HELD if batch.paused_at else MailStatus.QUEUED,
            "priority": outbox.BULK,
            "attempts": 0,
            "queued_at": now,
            "not_before": now,
        }
        for id_ in ids
    ]
    statement = insert_into(Message).on_conflict_do_nothing().returning(Message.subject_id, Message.id)
    return {row[0]: row[1] for row in db.session.execute(statement, rows)}
