"""The register of agreements: signing, ending, and which schools share addresses on a day."""

import datetime as dt

import sqlalchemy as sa

from app import clock
from app.accounts import audit
from app.agreements.models import Agreement
from app.extensions import db
from app.reference.models import School


class AgreementRefused(Exception):
    """An agreement cannot be signed or ended like this; `fault` says why, for the caller's words."""

    def __init__(self, fault: str):
        super().__init__(fault)
        self.fault = fault


def sign(brin: str, valid_from: dt.date, valid_until: dt.date | None = None) -> Agreement:
    """Enter an agreement. Raises AgreementRefused: unknown_school, until_before_from, overlapping."""
    if db.session.get(School, brin) is None:
        raise AgreementRefused("unknown_school")
    if valid_until and valid_until < valid_from:
        raise AgreementRefused("until_before_from")
    if any(_overlap(other, valid_from, valid_until) for other in of_school(brin)):
        raise AgreementRefused("overlapping")
    agreement = Agreement(brin=brin, valid_from=valid_from, valid_until=valid_until, signed_at=clock.now())
    db.session.add(agreement)
    db.session.flush()
    audit.record("agreement_signed", brin=brin, valid_from=valid_from, valid_until=valid_until)
    return agreement


def end(brin: str) -> Agreement:
    """End a school's agreement from today on. Raises AgreementRefused: nothing_to_end."""
    today = clock.today()
    running = [agreement for agreement in of_school(brin) if agreement.state(today) in ("valid", "coming")]
    if not running:
        raise AgreementRefused("nothing_to_end")
    for agreement in running:
        agreement.ended_on = today
    db.session.flush()
    audit.record("agreement_ended", brin=brin)
    return running[0]


def of_school(brin: str) -> list[Agreement]:
    return list(db.session.scalars(sa.select(Agreement).where(Agreement.brin == brin).order_by(Agreement.valid_from)))


def everything() -> list[Agreement]:
    wanted = sa.select(Agreement).join(School).order_by(School.name, Agreement.valid_from)
    return list(db.session.scalars(wanted.options(sa.orm.joinedload(Agreement.school))))


def ending(within_days: int) -> list[Agreement]:
    """Return the agreements in force whose last day is at most so many days away and that no later one follows."""
    today = clock.today()
    later = sa.orm.aliased(Agreement)
    followed = sa.select(later.id).where(later.brin == Agreement.brin, later.valid_from > Agreement.valid_from)
    wanted = sa.select(Agreement).where(Agreement.valid_on(today), ~followed.exists())
    return list(db.session.scalars(wanted.where(Agreement.valid_until <= today + dt.timedelta(days=within_days))))


def sharing_on(day: dt.date) -> frozenset[str]:
    """Return the BRINs of the schools whose agreement is in force on `day`."""
    return frozenset(db.session.scalars(sa.select(Agreement.brin).where(Agreement.valid_on(day))))


def _overlap(other: Agreement, valid_from: dt.date, valid_until: dt.date | None) -> bool:
    ends = [day for day in (other.valid_until, other.ended_on and other.ended_on - dt.timedelta(days=1)) if day]
    other_until = min(ends, default=dt.date.max)
    if other_until < other.valid_from:
        return False  # ended before it began
    return other.valid_from <= (valid_until or dt.date.max) and valid_from <= other_until
