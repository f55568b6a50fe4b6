"""The advisers' list: per school where the talk about an agreement stands, and how many placements it concerns."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from app import clock
from app.agreements import interests, register, talks
from app.agreements.models import Agreement, Stage
from app.extensions import db
from app.invitations import coverage
from app.invitations.coverage import Volume
from app.reference.models import School


@dataclass(frozen=True)
class Standing:
    """Where one school stands; `waiting` are the words it sent us that nobody dealt with."""

    school: School
    agreement: Agreement | None
    stage: Stage
    next_on: dt.date | None
    waiting: int
    volume: Volume

    @property
    def is_overdue(self) -> bool:
        return self.next_on is not None and self.next_on < clock.today()


def standings(brins: Collection[str] | None) -> list[Standing]:
    """Return where these schools stand, or all: who waits first, then by the next date, then the largest."""
    wanted = sa.select(School)
    if brins is not None:
        wanted = wanted.where(School.brin.in_(brins))
    agreements = defaultdict(list)
    for agreement in register.everything():
        agreements[agreement.brin].append(agreement)
    schools = db.session.scalars(wanted).all()
    volumes = coverage.last_year([school.brin for school in schools])
    said, waiting = talks.everything(), interests.counts()

    def standing(school: School) -> Standing:
        talk, foremost = said.get(school.brin), register.foremost(agreements[school.brin])
        stage = talks.stage_of(talk, foremost)
        volume = volumes.get(school.brin, Volume())
        next_on = talk.next_on if talk else None
        return Standing(school, foremost, stage, next_on, waiting.get(school.brin, 0), volume)

    return sorted((standing(school) for school in schools), key=_urgency)


def per_stage(found: list[Standing]) -> dict[Stage, int]:
    """Return how many of these schools are in each stage, all stages named."""
    counted = Counter(one.stage for one in found)
    return {stage: counted[stage] for stage in Stage}


def _urgency(one: Standing) -> tuple:
    return (one.waiting == 0, one.next_on or dt.date.max, -one.volume.ended, one.school.name.casefold())
