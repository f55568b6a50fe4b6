"""Finding placements for the desk: by agreement number, company or school, a page at a time."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.placements.models import Company, Placement
from app.reference.models import School

PAGE = 50


@dataclass(frozen=True)
class Found:
    """One page of placements; `after` is the id to go on from, None on the last."""

    placements: list[Placement]
    after: int | None


def find(words: str, after: int = 0) -> Found:
    """Return placements whose agreement number begins with, or whose company or school holds, these words."""
    words = words.strip()
    wanted = (
        sa.select(Placement)
        .where(Placement.id > after)
        .order_by(Placement.id)
        .limit(PAGE + 1)
        .options(
            joinedload(Placement.school),
            joinedload(Placement.programme),
            joinedload(Placement.company),
            joinedload(Placement.trainer),
            joinedload(Placement.student),
        )
    )
    if words:
        wanted = wanted.where(
            sa.or_(
                Placement.agreement_number.startswith(words, autoescape=True),
                Placement.brin == words.upper(),
                Placement.company_number.in_(_holding(Company.number, Company.name, words)),
                Placement.brin.in_(_holding(School.brin, School.name, words)),
            )
        )
    rows = list(db.session.scalars(wanted))
    return Found(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)


def total() -> int:
    return db.session.scalar(sa.select(sa.func.count(Placement.id))) or 0


def _holding(key: sa.orm.InstrumentedAttribute, name: sa.orm.InstrumentedAttribute, words: str) -> sa.Select:
    return sa.select(key).where(sa.func.lower(name).contains(words.lower(), autoescape=True))
