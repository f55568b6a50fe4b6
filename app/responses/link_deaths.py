"""Where links die: of a round's students, how many links were passed on, opened, started and sent, by channel.

Days are whole ones between two facts of a seat. When an answer was sent is kept nowhere, so from the first page on
there are only minutes, counted without a seat and never told apart by school (CompletionCounter).
"""

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.forwarding.models import Report
from app.invitations.links import Channel
from app.invitations.models import Event, Invitation, Role, Round, Route
from app.placements.models import Placement
from app.reference.models import Programme
from app.responses.usage import Taken, median, taken


@dataclass(frozen=True)
class Way:
    """One channel. `passed_on` counts seats for which it was chosen, `opened` seats that were opened through it.

    Medians are None where nobody came that far.
    """

    channel: str
    passed_on: int
    opened: int
    started: int
    sent: int
    days_to_open: int | None
    days_to_start: int | None
    minutes: Taken


@dataclass(frozen=True)
class Chosen:
    """What is looked at: a round, and of it a school or a sector."""

    round: Round
    brin: str = ""
    sector: str = ""

    def seats(self, *columns: Any) -> sa.Select:
        """Return a SELECT of `columns` over the students' seats."""
        wanted = sa.select(*columns).select_from(Invitation).where(Invitation.role == Role.STUDENT)
        wanted = wanted.where(Invitation.round_id == self.round.id)
        if self.brin or self.sector:
            wanted = wanted.join(Placement, Placement.id == Invitation.placement_id)
        if self.brin:
            wanted = wanted.where(Placement.brin == self.brin)
        if self.sector:
            wanted = wanted.join(Programme, Programme.crebo == Placement.crebo).where(
                Programme.sector_code == self.sector
            )
        return wanted


def ways(chosen: Chosen) -> list[Way]:
    """Return every channel that was chosen or opened, in the order of Channel."""
    passed_on, came = _passed_on(chosen), _came(chosen)
    to_open, to_start, minutes = (
        _days_to_open(chosen),
        _days_to_start(chosen),
        taken()[chosen.round.id, Role.STUDENT.value],
    )
    return [
        Way(
            channel=name,
            passed_on=passed_on.get(name, 0),
            **came.get(name, {"opened": 0, "started": 0, "sent": 0}),
            days_to_open=median(to_open[name]),
            days_to_start=median(to_start[name]),
            minutes=Taken.of(minutes[name]),
        )
        for name in (channel.value for channel in Channel)
        if name in passed_on or name in came
    ]


def through_trainers(chosen: Chosen) -> tuple[int, int, int]:
    """Return of the students whose trainer was mailed: how many, how many were passed on, how many opened."""
    wanted = chosen.seats(
        sa.func.count(), sa.func.count(Invitation.passed_on_at), sa.func.count(Invitation.opened_at)
    ).where(Invitation.route == Route.FORWARDED, Invitation.invited_at.is_not(None))
    mailed, passed_on, opened = db.session.execute(wanted).one()
    return mailed, passed_on, opened


def reasons(chosen: Chosen) -> dict[str, int]:
    """Return what stands in the way of links that nobody opened: kind of report → how many."""
    said = chosen.seats(Report.kind, sa.func.count()).join(Report, Report.placement_id == Invitation.placement_id)
    rows = db.session.execute(said.where(Report.stands(), Invitation.opened_at.is_(None)).group_by(Report.kind))
    return {row[0]: row[1] for row in rows}


def _passed_on(chosen: Chosen) -> dict[str, int]:
    n = sa.func.count(sa.distinct(Event.invitation_id))
    prepared = chosen.seats(Event.channel, n).join(Event, Event.invitation_id == Invitation.id)
    rows = db.session.execute(prepared.where(Event.kind == "prepared").group_by(Event.channel))
    found = {row[0]: row[1] for row in rows}
    mailed = chosen.seats(sa.func.count()).where(Invitation.route == Route.DIRECT, Invitation.invited_at.is_not(None))
    if n_mailed := db.session.scalar(mailed):
        found[Channel.DIRECT.value] = n_mailed
    return found


def _came(chosen: Chosen) -> dict[str, dict[str, int]]:
    counts = chosen.seats(
        Invitation.channel,
        sa.func.count().label("opened"),
        sa.func.count(Invitation.started_at).label("started"),
        sa.func.count().filter(Invitation.sent).label("sent"),
    )
    rows = db.session.execute(counts.where(Invitation.channel.is_not(None)).group_by(Invitation.channel)).mappings()
    return {row["channel"]: {name: row[name] for name in ("opened", "started", "sent")} for row in rows}


def _days_to_open(chosen: Chosen) -> dict[str, Counter[int]]:
    """Return, per channel, how many opened so many days after it was first chosen, or after our mail."""
    first = (
        chosen.seats(Invitation.channel, Invitation.opened_at, sa.func.min(Event.at).label("begun"))
        .join(Event, sa.and_(Event.invitation_id == Invitation.id, Event.channel == Invitation.channel))
        .where(Event.kind == "prepared", Invitation.opened_at >= Event.at)
        .group_by(Invitation.id, Invitation.channel, Invitation.opened_at)
    )
    mailed = chosen.seats(Invitation.channel, Invitation.opened_at, Invitation.mailed_at.label("begun")).where(
        Invitation.channel == Channel.DIRECT.value, Invitation.opened_at >= Invitation.mailed_at
    )
    return _days(sa.union_all(first, mailed), "opened_at")


def _days_to_start(chosen: Chosen) -> dict[str, Counter[int]]:
    started = chosen.seats(Invitation.channel, Invitation.started_at, Invitation.opened_at.label("begun"))
    return _days(started.where(Invitation.started_at >= Invitation.opened_at), "started_at")


def _days(pairs: Any, ended: str) -> dict[str, Counter[int]]:
    """Return channel → whole days between two dates → how many; the database counts the few pairs of dates."""
    table = pairs.subquery()
    dates = (sa.func.date(table.c.begun), sa.func.date(table.c[ended]))
    found: dict[str, Counter[int]] = defaultdict(Counter)
    for channel, begun, end, n in db.session.execute(
        sa.select(table.c.channel, *dates, sa.func.count()).group_by(table.c.channel, *dates)
    ):
        found[channel][(_date(end) - _date(begun)).days] += n
    return found


def _date(value: dt.date | str) -> dt.date:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value
