"""The links a newcomer can follow at once: one for each kind of user."""

import sqlalchemy as sa
from flask import current_app

from app.demo.world import ACCOUNTS, ADMIN, ROUND
from app.extensions import db
from app.invitations import links
from app.invitations.links import Channel
from app.invitations.models import Invitation, Role, Round, Route
from app.placements.models import Placement, Trainer


def ready_links(password: str | None, mailbox: str | None) -> dict[str, str | None]:
    """Return addresses for each kind of account, a trainer and a student, and of the mailbox page."""
    base = current_app.config["PUBLIC_URL"]
    trainer, student = _trainer(), _student()
    return {
        "home": base + "/",
        "administrator": base + "/desk/",
        "address": ADMIN,
        "others": ", ".join(ACCOUNTS),
        "password": password,
        "trainer": links.trainer_url(trainer) if trainer else None,
        "student": links.seat_url(student, Channel.DIRECT) if student else None,
        "mailbox": mailbox,
    }


def _trainer() -> Trainer | None:
    """Return the trainer with the most invited students who were not passed their link."""
    waiting = (
        sa.select(Placement.trainer_id)
        .join(Invitation)
        .join(Round)
        .where(Round.name == ROUND, Invitation.role == Role.STUDENT, Invitation.route == Route.FORWARDED)
        .where(Invitation.passed_on_at.is_(None))
        .group_by(Placement.trainer_id)
        .order_by(sa.func.count().desc(), Placement.trainer_id)
        .limit(1)
    )
    id_ = db.session.scalar(waiting)
    return db.session.get(Trainer, id_) if id_ else None


def _student() -> Invitation | None:
    """Return an invited student who has not begun."""
    fresh = sa.select(Invitation).join(Round).where(Round.name == ROUND, Invitation.role == Role.STUDENT)
    unopened = fresh.where(Invitation.route == Route.DIRECT, Invitation.opened_at.is_(None))
    return db.session.scalar(unopened.order_by(Invitation.id).limit(1))
