"""Schools that say through the public form that they are interested: who hears of it, and what was dealt with."""

from collections.abc import Iterable

import sqlalchemy as sa
from flask import Flask, current_app
from flask_babel import gettext as _

from app import clock
from app.accounts import audit
from app.accounts.models import Role, User, UserSchool
from app.agreements import register, talks
from app.agreements.models import Interest, Stage
from app.extensions import db
from app.languages import DEFAULT, force_locale
from app.mailing import kinds, outbox
from app.mailing.letter import Button, Letter, NotWanted, Small, Text
from app.mailing.models import Message

INTEREST = "interest"
WAITING = Interest.handled_at.is_(None)


def express(brin: str, name: str, address: str, text: str) -> Interest:
    """Keep what a school wrote, begin its talk where none had begun, and mail its advisers, else the administrators."""
    interest = Interest(brin=brin, name=name, address=address, text=text, at=clock.now())
    db.session.add(interest)
    db.session.flush()
    if talks.stage_of(talks.of_school(brin), register.foremost(register.of_school(brin))) is Stage.TO_APPROACH:
        talks.come_forward(brin)
    for to in _who_hears(brin):
        outbox.enqueue(INTEREST, interest.id, to=to)
    return interest


def settle(interest: Interest) -> None:
    """Note that somebody dealt with an interest; twice is once."""
    if interest.handled_at is None:
        interest.handled_at = clock.now()
        audit.record("talk_interest_handled", brin=interest.brin, interest=interest.id)


def waiting(brin: str) -> list[Interest]:
    """Return the interests of a school that nobody dealt with, the oldest first."""
    return list(db.session.scalars(sa.select(Interest).where(WAITING, Interest.brin == brin).order_by(Interest.id)))


def counts() -> dict[str, int]:
    """Return how many interests wait, per school that has any."""
    wanted = sa.select(Interest.brin, sa.func.count()).where(WAITING).group_by(Interest.brin)
    return {row[0]: row[1] for row in db.session.execute(wanted)}


def of_school(brin: str, interest_id: int) -> Interest | None:
    """Return an interest of this school, or None."""
    return db.session.scalar(sa.select(Interest).where(Interest.id == interest_id, Interest.brin == brin))


def _who_hears(brin: str) -> Iterable[str]:
    accounts = sa.select(User.email).where(User.active).order_by(User.id)
    assigned = accounts.join(UserSchool, UserSchool.user_id == User.id).where(UserSchool.brin == brin)
    advisers = list(db.session.scalars(assigned.where(User.role == Role.ADVISER)))
    return advisers or db.session.scalars(accounts.where(User.role == Role.ADMIN)).all()


def _render(message: Message) -> Letter:
    """Return the letter that a school is interested; what was written stays on the page, behind signing in."""
    interest = db.session.get(Interest, message.subject_id)
    if interest is None or interest.handled_at or not message.to:
        raise NotWanted("handled")
    name = f"{interest.school.name} ({interest.brin})"
    url = f"{current_app.config['PUBLIC_URL']}/desk/schools/{interest.brin}/agreement"
    with force_locale(DEFAULT):
        blocks = (
            Text(_("%(school)s would like to hear about an agreement.", school=name)),
            Button(_("Open the school's page"), url),
            Small(_("Who wrote, and what, stands on that page.")),
        )
        return Letter(message.to, DEFAULT, _("A school is interested: %(school)s", school=name), blocks)


def init_app(app: Flask) -> None:
    kinds.register_each(app, INTEREST, _render, opt_out=False)
