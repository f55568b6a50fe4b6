"""What signing an agreement could do for the reach of a school, from its own placements. An estimate, no promise."""

from dataclasses import dataclass

import sqlalchemy as sa

from app import clock
from app.extensions import db
from app.invitations import counting, facts
from app.invitations.models import Invitation, Role, Round, Route
from app.placements.models import Placement

ENOUGH = 100  # placements due on a route, before the share of them that was opened tells anything
# For a round that has not measured enough itself, what the published counts of the BPV Monitor of 2018 say. Through
# trainers: 23,000 students were invited for 200,000 trainers that were, and no more can have opened a link. Mailed:
# of the students who did get a link 39 % answered (45 % in 2016), twice as many as of the trainers.
PUBLISHED = {Route.FORWARDED: 0.12, Route.DIRECT: 0.40}


@dataclass(frozen=True)
class Rate:
    """Which share of links is opened on a route, and where that comes from: closed seats, all seats, or PUBLISHED."""

    share: float
    source: str


@dataclass(frozen=True)
class Forecast:
    """Students whose link nobody opened yet and still can, and the rates of both routes."""

    students: int
    forwarded: Rate
    direct: Rate

    @property
    def without(self) -> int:
        return round(self.students * self.forwarded.share)

    @property
    def with_agreement(self) -> int:
        return round(self.students * self.direct.share)


def of_school(brin: str, measured: Round) -> Forecast:
    """Return what an agreement could mean for a school in a round, if it gave the address of every student."""
    wanted = facts.joined(sa.func.count()).where(
        Invitation.round_id + 0 == measured.id,  # plus nothing, or SQLite walks the whole round for one school
        Invitation.role == Role.STUDENT,
        Invitation.opened_at.is_(None),
        Placement.brin == brin,
        facts.may_be_asked(measured, clock.today()),
    )
    counts, _counted_at = counting.latest(measured)
    rates = (_rate(counts, route) for route in (Route.FORWARDED, Route.DIRECT))
    return Forecast(db.session.scalar(wanted) or 0, *rates)


def _rate(counts: dict, route: Route) -> Rate:
    """Return opened ÷ due of a route, preferably over closed seats: those mailed lately weigh it down."""
    for source in ("closed", "all"):
        row = counts[source]["student"][route]
        if row["due"] >= ENOUGH:
            return Rate(row["opened"] / row["due"], source)
    return Rate(PUBLISHED[route], "published")
