"""The outbox: messages wait here, are claimed under a lease, and end in one of the states of states.py.

Every change of state is one conditional UPDATE, so that two workers never hold the same message.
"""

import datetime as dt
import functools
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from flask import current_app

from app import clock
from app.database import changed_rows
from app.extensions import db
from app.mailing.models import LEASED, WAITING, Message
from app.mailing.states import MailStatus, sources

URGENT = 1
BULK = 5
PAUSES = (60, 300, 900, 3600, 7200, 14400)
IN_HAND = (MailStatus.CLAIMED, MailStatus.SENDING, MailStatus.UNCERTAIN)
GIVES_UP_ADDRESS = (MailStatus.SENT, MailStatus.DROPPED, MailStatus.FAILED)
MESSAGE = Message.__table__.c


def enqueue(
    kind: str,
    subject_id: int,
    *,
    to: str | None = None,
    run_id: int | None = None,
    priority: int = URGENT,
    after: dt.timedelta = dt.timedelta(),
) -> Message:
    """Put one message in the outbox, to be sent as soon as a worker gets to it, or `after` some time."""
    now = clock.machine_now()
    message = Message(
        kind=kind,
        subject_id=subject_id,
        to=to,
        run_id=run_id,
        priority=priority,
        queued_at=now,
        not_before=now + after,
    )
    db.session.add(message)
    db.session.flush()
    return message


def claim(limit: int, claimant: str) -> list[Message]:
    """Take up to `limit` messages that are ready, for the length of a lease, the most urgent first.

    They come detached from the session, so that reading them later opens no transaction.
    """
    now = clock.machine_now()
    ready = (
        sa.select(Message.id)
        .where(WAITING, Message.not_before <= now)
        .order_by(Message.priority, Message.not_before, Message.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("ready")  # PostgreSQL may run a subquery more than once, and then takes more than the limit
    )
    taken = (
        sa.update(Message)
        .where(Message.id.in_(sa.select(ready.c.id)))
        .values(status=MailStatus.CLAIMED, claimed_by=claimant, lease_until=now + lease())
        .returning(Message)
        .execution_options(synchronize_session=False)
    )
    messages = list(db.session.scalars(taken, execution_options={"populate_existing": True}))
    for message in messages:
        db.session.expunge(message)
    return sorted(messages, key=lambda message: (message.priority, message.not_before, message.id))


def lease() -> dt.timedelta:
    return dt.timedelta(seconds=current_app.config["BPV_LEASE_SECONDS"])


def start_sending(message_id: int, claimant: str) -> bool:
    """Go from claimed to sending under a new lease; False when the claim was lost meanwhile."""
    until = clock.machine_now() + lease()
    return _move(message_id, MailStatus.SENDING, claimant, lease_until=until)


def finish(message_id: int, claimant: str, status: MailStatus, reason: str | None = None) -> bool:
    """Record how sending ended; a one-off address goes once it is delivered or given up."""
    values: dict[str, Any] = {"lease_until": None, "reason": reason, "ended_at": clock.now()}
    if status in GIVES_UP_ADDRESS:
        values["to"] = None
    return _move(message_id, status, claimant, **values)


def put_off(message: Message, claimant: str, reason: str) -> bool:
    """Queue a message again after a pause that grows with its attempts."""
    pause = PAUSES[min(message.attempts, len(PAUSES) - 1)]
    return _move(
        message.id,
        MailStatus.QUEUED,
        claimant,
        lease_until=None,
        reason=reason,
        attempts=message.attempts + 1,
        not_before=clock.machine_now() + dt.timedelta(seconds=pause),
    )


def give_back(message_ids: Iterable[int], claimant: str) -> int:
    """Return claimed messages to the queue as they were."""
    return sum(_move(id_, MailStatus.QUEUED, claimant, lease_until=None) for id_ in message_ids)


def sweep() -> int:
    """End the leases that ran out: a claim goes back, a `sending` becomes uncertain; returns how many did."""
    expired = sa.and_(LEASED, MESSAGE.lease_until < clock.machine_now())
    back = _update(expired, MESSAGE.status == MailStatus.CLAIMED)
    db.session.execute(back.values(status=MailStatus.QUEUED, lease_until=None))
    lost = _update(expired, MESSAGE.status == MailStatus.SENDING)
    values = {
        "status": MailStatus.UNCERTAIN,
        "lease_until": None,
        "reason": "lease_ended",
        "ended_at": clock.now(),
    }
    return changed_rows(lost.values(values))


def nothing_left() -> bool:
    """Tell whether no message is ready and none is in a worker's hands; future retries and held ones may wait."""
    ready = sa.and_(WAITING, Message.not_before <= clock.machine_now())
    return not db.session.scalar(sa.select(sa.or_(_exists(ready), _exists(LEASED))))


def standing_still(since: dt.timedelta) -> int:
    """Return how many messages have been ready for so long that no worker can be running; at most 1,000 are counted."""
    ready = sa.select(Message.id).where(WAITING, Message.not_before < clock.machine_now() - since).limit(1000)
    longest = sa.select(sa.func.min(Message.lease_until)).where(LEASED).scalar_subquery()
    if db.session.scalar(sa.select(longest)):  # somebody is at work on what came before
        return 0
    return db.session.scalar(sa.select(sa.func.count()).select_from(ready.subquery())) or 0


def settle(message_id: int, status: MailStatus) -> bool:
    """Let a person decide about an uncertain message: `sent`, for it arrived, or `queued`, to be sent again."""
    uncertain = _update(MESSAGE.id == message_id, MESSAGE.status == MailStatus.UNCERTAIN)
    values = {"not_before": clock.machine_now()} if status == MailStatus.QUEUED else {"to": None}
    return changed_rows(uncertain.values(status=status, reason=None, **values)) == 1


def counts(run_id: int) -> dict[str, int]:
    """Return how many messages of a run are in each status, all statuses named."""
    rows = sa.select(Message.status, sa.func.count()).where(Message.run_id == run_id).group_by(Message.status)
    found = {row[0]: row[1] for row in db.session.execute(rows)}
    return {status.value: found.get(status.value, 0) for status in MailStatus}


def reasons(run_id: int, status: MailStatus) -> dict[str, int]:
    """Return how many messages of a run ended in `status`, per reason."""
    wanted = sa.select(Message.reason, sa.func.count()).where(Message.run_id == run_id, Message.status == status)
    return {reason or "": n for reason, n in db.session.execute(wanted.group_by(Message.reason))}


def hold(run_id: int) -> int:
    """Hold the messages of a run that no server has seen yet."""
    return _move_run(run_id, MailStatus.HELD, lease_until=None)


def resume(run_id: int) -> int:
    """Queue the held messages of a run again."""
    held = _update(MESSAGE.run_id == run_id, MESSAGE.status == MailStatus.HELD)
    return changed_rows(held.values(status=MailStatus.QUEUED))


def drop(run_id: int, reason: str) -> int:
    """Drop the messages of a run that no server has seen yet."""
    return _move_run(run_id, MailStatus.DROPPED, lease_until=None, reason=reason, ended_at=clock.now(), to=None)


def _exists(condition: Any) -> Any:
    return sa.select(Message.id).where(condition).exists()


def _move(message_id: int, status: MailStatus, claimant: str, **values: Any) -> bool:
    """Move a message that is in this claimant's hands, if its present status allows it.

    A sender that outlived its lease still knows best what became of its mail, hence `uncertain` is in its hands too;
    what was held or dropped meanwhile is not.
    """
    values |= {"message_id": message_id, "claimant": claimant}
    return db.session.connection().execute(_moving(status, *values), values).rowcount == 1


@functools.cache
def _moving(status: MailStatus, *names: str) -> sa.Update:
    """Return the UPDATE for a move, kept for the next, since building it takes longer than running it."""
    before = sa.or_(*(MESSAGE.status == source for source in sources(status) if source in IN_HAND))
    mine = (MESSAGE.id == sa.bindparam("message_id"), MESSAGE.claimed_by == sa.bindparam("claimant"))
    return _update(*mine, before).values(status=status, **{n: sa.bindparam(n) for n in names if n in MESSAGE})


def _move_run(run_id: int, status: MailStatus, **values: Any) -> int:
    statement = _update(MESSAGE.run_id == run_id, MESSAGE.status.in_(sources(status)))
    return changed_rows(statement.values(status=status, **values))


def _update(*conditions: Any) -> sa.Update:
    """Return an UPDATE of the table itself; through the model each would cost the session half a millisecond more."""
    table: Any = Message.__table__
    return sa.update(table).where(*conditions)
