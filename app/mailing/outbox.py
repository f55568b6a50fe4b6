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
from app.mailing import kinds, pausing
from app.mailing.models import LEASED, WAITING, Message
from app.mailing.pausing import Trouble
from app.mailing.states import MailStatus, sources

URGENT = 1
BULK = 5
PAUSES = (60, 300, 900, 3600, 7200, 14400)
STILL = dt.timedelta(seconds=90)  # for so long nothing is taken in hand only where nobody sends
REFUSED_US = "refused_us"
ENOUGH_TRIED = 10
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


def claim(limit: int, claimant: str, *, turn: int = 0) -> list[Message]:
    """Take up to `limit` messages that are ready, for the length of a lease, the most urgent first.

    At a `turn` to try whether the server takes mail again it is any one, best one that was not refused yet, for those
    that came first may go to the one domain that refuses us; after some turns those it refused try, once there are
    ENOUGH_TRIED. They come detached from the session, so that reading them later opens no transaction.
    """
    now = clock.machine_now()
    refused = sa.and_(WAITING, Message.reason == REFUSED_US, _may_go_now())
    again = turn > ENOUGH_TRIED - pausing.IN_A_ROW and (
        _number(sa.select(Message.id).where(refused).limit(ENOUGH_TRIED)) == ENOUGH_TRIED
    )
    fresh = sa.case((Message.reason == REFUSED_US, 1), else_=0)
    order = [fresh, sa.func.random()] if turn and not again else [Message.priority, Message.not_before, Message.id]
    ready = (
        sa.select(Message.id)
        .where(refused if again else _ready(now))
        .order_by(*order)
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


def start_sending(message_id: int, claimant: str, *, trying: bool = False) -> sa.Row | None:
    """Go from claimed to sending under a new lease; returns whether there is trouble (`in_trouble`).

    None when the claim was lost meanwhile, or sending is paused and this is not the mail that tries.
    """
    values = {"message_id": message_id, "claimant": claimant, "lease_until": clock.machine_now() + lease()}
    return db.session.connection().execute(_starting(trying, *values), values).first()


def finish(
    message_id: int, claimant: str, status: MailStatus, reason: str | None = None, answer: str | None = None
) -> bool:
    """Record how sending ended; a one-off address goes once it is delivered or given up."""
    values: dict[str, Any] = {"lease_until": None, "reason": reason, "answer": answer, "ended_at": clock.now()}
    if status in GIVES_UP_ADDRESS:
        values["to"] = None
    return _move(message_id, status, claimant, **values)


def put_off(
    message: Message, claimant: str, reason: str, answer: str | None = None, pause: dt.timedelta | None = None
) -> bool:
    """Queue a message again after `pause`, or after one that grows with its attempts, which then counts."""
    grown = dt.timedelta(seconds=PAUSES[min(message.attempts, len(PAUSES) - 1)])
    now = clock.machine_now()
    return _move(
        message.id,
        MailStatus.QUEUED,
        claimant,
        lease_until=None,
        reason=reason,
        answer=answer,
        attempts=message.attempts + (pause is None),
        refused_since=now - refused_for(message, reason),
        not_before=now + (grown if pause is None else pause),
    )


def refused_for(message: Message, reason: str) -> dt.timedelta:
    """Return for how long a message has been put off for this reason each time."""
    known = message.reason == reason and message.refused_since
    return clock.machine_now() - known if known else dt.timedelta()


def give_back(message_ids: Iterable[int], claimant: str) -> int:
    """Return claimed messages to the queue as they were."""
    return sum(_move(id_, MailStatus.QUEUED, claimant, lease_until=None) for id_ in message_ids)


def sweep(*, all_leases: bool = False) -> int:
    """End the leases that ran out, or all: a claim goes back, a `sending` becomes uncertain; returns how many did."""
    expired: Any = LEASED if all_leases else sa.and_(LEASED, MESSAGE.lease_until < clock.machine_now())
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
    ready = _ready(clock.machine_now())
    return not db.session.scalar(sa.select(sa.or_(_exists(ready), _exists(LEASED))))


def standing_still(*, in_trouble: bool) -> int:
    """Return how many messages wait while none was taken in hand for STILL; at most 1,000 are counted of each kind.

    What a killed worker left behind under its lease counts as well. In trouble, mail is taken in hand and given back.
    """
    now = clock.machine_now()
    taken_before = now + lease() - STILL
    latest = db.session.scalar(sa.select(sa.func.max(Message.lease_until)).where(LEASED))
    if latest and latest > taken_before and not in_trouble:
        return 0
    left = sa.and_(LEASED, Message.lease_until < taken_before)
    return sum(_number(sa.select(Message.id).where(one).limit(1000)) for one in (_ready(now - STILL), left))


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


def hold(run_id: int | None) -> int:
    """Hold the messages of a run, or of none, that no server has seen yet."""
    return _move_run(run_id, MailStatus.HELD, lease_until=None)


def resume(run_id: int | None) -> int:
    """Queue the held messages of a run, or of none, again."""
    held = _update(MESSAGE.run_id == run_id, MESSAGE.status == MailStatus.HELD)
    return changed_rows(held.values(status=MailStatus.QUEUED))


def drop(run_id: int, reason: str) -> int:
    """Drop the messages of a run that no server has seen yet."""
    return _move_run(run_id, MailStatus.DROPPED, lease_until=None, reason=reason, ended_at=clock.now(), to=None)


def _ready(now: dt.datetime) -> Any:
    """Return the condition that a message may be sent."""
    return sa.and_(WAITING, Message.not_before <= now, _may_go_now())


def _may_go_now() -> Any:
    """Return the condition that it is no mail that waits for the day, at night and in weekends."""
    by_day = [] if clock.is_daytime() else kinds.names_where(lambda kind: kind.by_day)
    return Message.kind.not_in(by_day) if by_day else sa.true()


def _number(some: sa.Select) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(some.subquery())) or 0


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


@functools.cache
def _starting(trying: bool, *names: str) -> sa.Update:
    """Return the UPDATE that starts a message, unless sending is paused; one statement both asks and tells."""
    in_trouble = sa.select(Trouble.id).exists().label("in_trouble")
    moving = _moving(MailStatus.SENDING, *names).returning(in_trouble)
    return moving if trying else moving.where(~sa.select(Trouble.id).where(Trouble.next_try.is_not(None)).exists())


def _move_run(run_id: int | None, status: MailStatus, **values: Any) -> int:
    statement = _update(MESSAGE.run_id == run_id, MESSAGE.status.in_(sources(status)))
    return changed_rows(statement.values(status=status, **values))


def _update(*conditions: Any) -> sa.Update:
    """Return an UPDATE of the table itself; through the model each would cost the session half a millisecond more."""
    table: Any = Message.__table__
    return sa.update(table).where(*conditions)
