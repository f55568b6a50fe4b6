"""Seats follow placements: they arise at opening and loading, and change round with a moved end.

Everything here is a few statements over many rows, whatever their number.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from blinker import signal
from sqlalchemy.orm import aliased

from app import clock
from app.database import insert_into, new_versions
from app.extensions import db
from app.invitations import announcements, facts
from app.invitations.models import Announcement, Batch, BatchSeat, Event, Invitation, Role, Round
from app.invitations.planner import GO_ALONG_DAYS
from app.mailing.models import Message
from app.mailing.states import MailStatus
from app.placements.models import Placement

# Sent with `ids`: seats that got a new version; what hung on the old one goes.
seats_replaced = signal("seats-replaced")


def fill(opened: Round) -> None:
    """Give every placement that ends in the round's interval its two seats."""
    _insert(Placement.ends_on.between(opened.ends_from, opened.ends_until), Round.id == opened.id)


def follow(ids: Sequence[int], other_trainer: Sequence[int]) -> None:
    """Bring the seats of these placements in line with what was loaded."""
    if other_trainer:
        replace_trainers(other_trainer)
    _pass_over_moved(ids)
    _leave_round(ids)
    _take_end(ids)
    _insert(Placement.id.in_(ids), ~facts.round_closed(clock.today()))


def remove(_sender: object, ids: Sequence[int]) -> None:
    """Take away the seats of placements that are about to go; call only for those that `known` does not name."""
    _remove(list(db.session.scalars(sa.select(Invitation.id).where(Invitation.placement_id.in_(ids)))))


def known(_sender: object, ids: Sequence[int]) -> dict[int, str]:
    """Return, for placements whose seats are to stay, a text that changes when more happens to them.

    The seats are locked, so that none is announced before the caller's transaction ends.
    """
    columns = ("role", "version", "invited_at", "passed_on_at", "opened_at", "desk_withdrew_at")
    said = (getattr(Invitation, name) for name in columns)
    seats = sa.select(Invitation.placement_id, _stays(), *said).join(Invitation.round).order_by(Invitation.id)
    found: dict[int, str] = {}
    for row in db.session.execute(seats.where(Invitation.placement_id.in_(ids)).with_for_update(of=Invitation)):
        if row[1]:
            found[row[0]] = found.get(row[0], "") + " ".join(map(str, row[2:])) + ";"
    return found


def replace_trainers(placement_ids: Sequence[int]) -> None:
    """Give the trainer's seat of these placements a new version: another trainer, who starts afresh."""
    seats = sa.select(Invitation.id).where(
        Invitation.placement_id.in_(placement_ids),
        Invitation.role == Role.TRAINER,
        Invitation.sent.is_(False),
    )
    replace(list(db.session.scalars(seats)), "other_trainer")


def replace(ids: Sequence[int], event: str) -> None:
    """Give these seats a new version: their links so far open nothing, their drafts go, their days begin anew.

    Those of closed rounds, whose links open nothing any more, stay as they are counted.
    """
    running = sa.select(Invitation.id).join(Invitation.round).where(~facts.round_closed(clock.today()))
    ids = list(db.session.scalars(running.where(Invitation.id.in_(ids))))
    fresh = dict.fromkeys(("invited_at", "mailed_at", "passed_on_at", "opened_at", "started_at", "channel"))
    replaced = sa.update(Invitation).where(Invitation.id.in_(ids))
    db.session.execute(replaced.values(version=new_versions(), **fresh))
    record_events(ids, event)
    seats_replaced.send(ids=ids)


def record_events(ids: Sequence[int], kind: str, channel: str | None = None) -> None:
    """Write one event for each of these seats."""
    now = clock.now()
    rows = [{"invitation_id": id_, "kind": kind, "channel": channel, "at": now} for id_ in ids]
    if rows:
        db.session.execute(sa.insert(Event), rows)


def _insert(placements: Any, rounds: Any) -> None:
    roles = sa.union_all(*(sa.select(sa.literal(role.value).label("role")) for role in Role)).subquery()
    seats = (
        sa.select(Placement.id, roles.c.role, Round.id, Placement.ends_on, new_versions())
        .join(Round, Placement.ends_on.between(Round.ends_from, Round.ends_until))
        .join(roles, sa.true())
        .where(placements, rounds, Placement.gone_at.is_(None))
    )
    columns = ["placement_id", "role", "round_id", "ends_on", "version"]
    db.session.execute(insert_into(Invitation).from_select(columns, seats).on_conflict_do_nothing())


def _pass_over_moved(ids: Sequence[int]) -> None:
    """Let mails that still wait pass over seats whose end moved so far that they would not be proposed with them."""
    latest = (facts.latest_end(clock.today()), facts.plus_days(Batch.proposed_for, Round.due_days))
    too_late = [Placement.ends_on > facts.plus_days(end, sa.literal_column(str(GO_ALONG_DAYS))) for end in latest]
    moved = (
        sa.select(Batch.id)
        .join(Message, Message.run_id == Batch.id)
        .join(Round, Round.id == Batch.round_id)
        .join(Invitation, Invitation.id == Announcement.invitation_id)
        .join(Placement, Placement.id == Invitation.placement_id)
        .where(Message.id == Announcement.message_id, Message.status.in_((MailStatus.QUEUED, MailStatus.HELD)))
        .where(sa.or_(sa.and_(*too_late), ~Placement.ends_on.between(Round.ends_from, Round.ends_until)))
        .correlate(Announcement)
    )
    seats = sa.select(Invitation.id).where(Invitation.placement_id.in_(ids))
    passed_over = sa.delete(Announcement).where(Announcement.invitation_id.in_(seats), moved.exists())
    db.session.execute(passed_over.execution_options(synchronize_session=False))


def _leave_round(ids: Sequence[int]) -> None:
    """Take away the seats that may go and whose placement now ends outside their round.

    The seat that fits is made next, by `_insert`. An announced seat keeps its round, unless its mail only waits; where
    no round that runs has room for the other seat it stays beside that one.
    """
    outside = ~Placement.ends_on.between(Round.ends_from, Round.ends_until)
    other = aliased(Round)
    runs = sa.and_(other.closed_at.is_(None), other.closes_on >= clock.today())
    fits = sa.select(other.id).where(Placement.ends_on.between(other.ends_from, other.ends_until), runs).exists()
    seats = sa.select(Invitation.id, Invitation.placement_id, _stays(), outside, fits)
    seats = seats.join(Invitation.placement).join(Invitation.round).where(Invitation.placement_id.in_(ids))
    rows = db.session.execute(seats).all()
    held = {placement_id for _id, placement_id, stays, _outside, _fits in rows if stays}
    _remove([row[0] for row in rows if row[3] and not row[2] and (row[4] or row[1] not in held)])


def _remove(ids: Sequence[int]) -> None:
    for column in (Event.invitation_id, BatchSeat.invitation_id, Announcement.invitation_id, Invitation.id):
        db.session.execute(sa.delete(column.class_).where(column.in_(ids)))


def _take_end(ids: Sequence[int]) -> None:
    ends_on = sa.select(Placement.ends_on).where(Placement.id == Invitation.placement_id).scalar_subquery()
    moved = sa.update(Invitation).where(Invitation.placement_id.in_(ids), Invitation.ends_on != ends_on)
    db.session.execute(moved.values(ends_on=ends_on), execution_options={"synchronize_session": False})


def _stays() -> Any:
    """Return the condition, with Round joined, that a seat keeps its round.

    Somebody was told of it or has its link, the desk decided about it, or the round is closed and counts it.
    """
    met = (Invitation.invited_at, Invitation.passed_on_at, Invitation.opened_at, Invitation.desk_withdrew_at)
    happened = [moment.is_not(None) for moment in met]
    return sa.or_(announcements.hold(), *happened, facts.round_closed(clock.today()))
