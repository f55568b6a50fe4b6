"""Finding placements for somebody on the telephone: by address, company, agreement number or school."""

from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.hashing import address_hash
from app.invitations.models import Invitation
from app.placements.models import Company, Placement, StudentContact, Trainer

SHOWN = 50


def find(words: str) -> list[list[Invitation]]:
    """Return the seats of each placement that these words name, latest end first, of at most SHOWN placements.

    An address must be whole, as must an agreement or company number; of a company's name a part is enough.
    """
    words = words.strip()
    if not words:
        return []
    ids: set[int] = set()
    for condition in conditions(words):
        newest = sa.select(Placement.id).where(condition).order_by(Placement.ends_on.desc(), Placement.id.desc())
        ids.update(db.session.scalars(newest.limit(SHOWN)))
    wanted = (
        sa.select(Invitation)
        .join(Invitation.placement)
        .where(Placement.id.in_(sorted(ids)[-SHOWN:]))
        .order_by(Placement.ends_on.desc(), Placement.id, Invitation.role)
        .options(
            joinedload(Invitation.round),
            joinedload(Invitation.placement).options(
                joinedload(Placement.school), joinedload(Placement.company), joinedload(Placement.trainer)
            ),
        )
    )
    return [list(seats) for _id, seats in groupby(db.session.scalars(wanted), lambda seat: seat.placement_id)]


def conditions(words: str) -> list[Any]:
    if "@" in words:
        hashed = address_hash(words.casefold())
        trainers = sa.select(Trainer.id).where(Trainer.address_hash == hashed)
        students = sa.select(StudentContact.placement_id).where(StudentContact.address_hash == hashed)
        return [Placement.trainer_id.in_(trainers), Placement.id.in_(students)]
    named = sa.func.lower(Company.name).contains(words.lower(), autoescape=True)
    companies = sa.select(Company.number).where(sa.or_(Company.number == words, named)).limit(SHOWN)
    return [
        Placement.agreement_number == words,
        Placement.company_number.in_(list(db.session.scalars(companies))),
        Placement.id.in_(sa.select(StudentContact.placement_id).where(StudentContact.student_number == words)),
    ]
