"""The register of agreements: signing, ending, and which schools share what on a day."""

import datetime as dt
from collections.abc import Iterable

import sqlalchemy as sa
from flask import current_app

from app import clock
from app.accounts import audit
from app.accounts.register import address_of
from app.agreements import talks
from app.agreements.models import Agreement, Category, Stage
from app.extensions import db
from app.reference.models import School
from app.refusing import Refused

VERSION_LENGTH = 40
MOST_DAYS = 365


class AgreementRefused(Refused):
    """An agreement cannot be signed or ended like this."""


def sign(
    brin: str,
    valid_from: dt.date,
    valid_until: dt.date | None = None,
    *,
    version: str = "",
    signed_on: dt.date | None = None,
    categories: Iterable[str] = tuple(Category),
    contact_days: int | None = None,
    privacy_contact: str | None = None,
    leak_contact: str | None = None,
) -> Agreement:
    """Enter an agreement, kept for CONTACT_DAYS unless it says otherwise.

    Raises AgreementRefused: unknown_school, until_before_from, overlapping, no_categories, version_too_long,
    wrong_days, not_an_address.
    """
    shared = [str(category) for category in Category if category in set(categories)]
    days = current_app.config["CONTACT_DAYS"] if contact_days is None else contact_days
    _check(brin, valid_from, valid_until)
    AgreementRefused.when(not shared, "no_categories")
    AgreementRefused.when(len(version) > VERSION_LENGTH, "version_too_long")
    AgreementRefused.when(not 0 <= days <= MOST_DAYS, "wrong_days")
    agreement = Agreement(
        brin=brin,
        valid_from=valid_from,
        valid_until=valid_until,
        version=version,
        signed_on=signed_on,
        categories=shared,
        contact_days=days,
        privacy_contact=_address(privacy_contact),
        leak_contact=_address(leak_contact),
        signed_at=clock.now(),
    )
    db.session.add(agreement)
    talks.move(brin, Stage.SIGNED)
    db.session.flush()
    audit.record("agreement_signed", brin=brin, version=version, valid_from=valid_from, valid_until=valid_until)
    return agreement


def end(brin: str) -> Agreement:
    """End a school's agreement from today on. Raises AgreementRefused: nothing_to_end."""
    today = clock.today()
    running = [agreement for agreement in of_school(brin) if agreement.is_running(today)]
    AgreementRefused.when(not running, "nothing_to_end")
    for agreement in running:
        agreement.ended_on = today
    talks.move(brin, Stage.ENDED)
    db.session.flush()
    audit.record("agreement_ended", brin=brin)
    return running[0]


def of_school(brin: str) -> list[Agreement]:
    return list(db.session.scalars(sa.select(Agreement).where(Agreement.brin == brin).order_by(Agreement.valid_from)))


def everything() -> list[Agreement]:
    wanted = sa.select(Agreement).join(School).order_by(School.name, Agreement.valid_from)
    return list(db.session.scalars(wanted.options(sa.orm.joinedload(Agreement.school))))


def foremost(agreements: Iterable[Agreement]) -> Agreement | None:
    """Return which of a school's agreements counts today: in force, else coming, else the last there was."""
    today = clock.today()
    return max(agreements, key=lambda one: (one.state(today) == "valid", one.is_running(today), one.id), default=None)


def ending(within_days: int) -> list[Agreement]:
    """Return the agreements in force whose last day is at most so many days away and that no later one follows."""
    today = clock.today()
    later = sa.orm.aliased(Agreement)
    followed = sa.select(later.id).where(later.brin == Agreement.brin, later.valid_from > Agreement.valid_from)
    wanted = sa.select(Agreement).where(Agreement.valid_on(today), ~followed.exists())
    return list(db.session.scalars(wanted.where(Agreement.valid_until <= today + dt.timedelta(days=within_days))))


def sharing_on(day: dt.date, category: Category | None = None) -> frozenset[str]:
    """Return the BRINs of the schools whose agreement is in force on `day`, and lets them share this of students."""
    shares = Agreement.shares(category) if category else sa.true()
    return frozenset(db.session.scalars(sa.select(Agreement.brin).where(Agreement.valid_on(day), shares)))


def in_force(day: dt.date) -> list[Agreement]:
    """Return the agreements in force on `day`."""
    return list(db.session.scalars(sa.select(Agreement).where(Agreement.valid_on(day))))


def categories_on(day: dt.date) -> dict[str, frozenset[Category]]:
    """Return, per school whose agreement is in force on `day`, what it shares of its students."""
    return {one.brin: frozenset(Category(name) for name in one.categories) for one in in_force(day)}


def _check(brin: str, valid_from: dt.date, valid_until: dt.date | None) -> None:
    """Refuse what cannot be signed; the lock on the school keeps a second request waiting until this one is done."""
    AgreementRefused.when(db.session.get(School, brin, with_for_update={"key_share": True}) is None, "unknown_school")
    AgreementRefused.when(valid_until is not None and valid_until < valid_from, "until_before_from")
    AgreementRefused.when(any(_overlap(other, valid_from, valid_until) for other in of_school(brin)), "overlapping")


def _address(text: str | None) -> str | None:
    address = address_of(text) if text else None
    AgreementRefused.when(bool(text) and address is None, "not_an_address")
    return address


def _overlap(other: Agreement, valid_from: dt.date, valid_until: dt.date | None) -> bool:
    ends = [day for day in (other.valid_until, other.ended_on and other.ended_on - dt.timedelta(days=1)) if day]
    other_until = min(ends, default=dt.date.max)
    if other_until < other.valid_from:
        return False  # ended before it began
    return other.valid_from <= (valid_until or dt.date.max) and valid_from <= other_until
