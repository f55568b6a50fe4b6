"""Builds a small world through the product's own services: placements, rounds, seats. Needs an application context."""

import datetime as dt
import itertools
from collections.abc import Iterable

import sqlalchemy as sa
from flask import current_app

from app import clock
from app.agreements import register
from app.agreements.models import Category
from app.extensions import db
from app.invitations import planner, rounds
from app.invitations.batches import cancel as cancel_batch
from app.invitations.batches import send as queue_mails
from app.invitations.models import LATE, Batch, Invitation, Round
from app.invitations.rounds import open_round as open_over
from app.mailing.sender import Sender, Tally
from app.placements import loading
from app.placements.checking import CheckedRow
from app.placements.loading import Summary
from app.placements.models import Placement, Trainer

SCHOOL, OTHER_SCHOOL = "04CY", "25PM"
CREBO = "25786"
NUMBERS = itertools.count(1)


def set_clock(moment: str) -> None:
    """Set the business clock to a day (at noon) or a time."""
    text = moment if "T" in moment else f"{moment}T12:00:00"
    current_app.config["BPV_NOW"] = dt.datetime.fromisoformat(text)


def row(**changes) -> CheckedRow:
    """Return a checked row of a placement that ends in a week; a fresh agreement number and trainer each time."""
    number = next(NUMBERS)
    values = {
        "brin": SCHOOL,
        "agreement_number": f"{number:06d}",
        "crebo": CREBO,
        "pathway": "BOL",
        "begins_on": dt.date(2026, 9, 1),
        "planned_end_on": dt.date(2026, 11, 30),
        "actual_end_on": None,
        "status": "Definitief",
        "company_number": "100018965",
        "company_name": "Bakkerij het Hof",
        "company_city": "Tiel",
        "region": "Rivierenland",
        "trainer_name": "P. Opleider",
        "trainer_address": f"{number}.trainer@company.example",
        "first_name": "",
        "student_number": "",
        "student_address": None,
        "language": None,
    }
    return CheckedRow(**(values | changes))


def load(*rows: CheckedRow) -> list[Placement]:
    """Load rows and return their placements, in order."""
    loading.store(list(rows), Summary())
    db.session.commit()
    hashes = [loading.key_hash(*one.key) for one in rows]
    found = {one.key_hash: one for one in db.session.scalars(sa.select(Placement))}
    return [found[hashed] for hashed in hashes]


def sharing_school(brin: str = SCHOOL, categories: Iterable[Category] = tuple(Category)) -> None:
    """Sign an agreement for a school, over these categories of data."""
    register.sign(brin, dt.date(2026, 1, 1)).categories = list(categories)
    db.session.commit()


def open_round(name: str = "Meting 2026", **changes) -> Round:
    """Open a round over the school year 2026–2027."""
    opened = open_over(name, dt.date(2026, 8, 1), dt.date(2027, 7, 31), **changes)
    db.session.commit()
    return opened


def close_round(closed: Round) -> None:
    """Close a round an hour ago, so that nobody is late any more."""
    rounds.close_round(closed)
    closed.closed_at = clock.now() - LATE


def seat(placement: Placement, role: str = "student") -> Invitation:
    """Return one of the two seats of a placement."""
    wanted = sa.select(Invitation).where(Invitation.placement_id == placement.id, Invitation.role == role)
    return db.session.scalars(wanted).one()


def trainer_of(placement: Placement) -> Trainer:
    assert placement.trainer
    return placement.trainer


def send_batch(sent: Round) -> Batch:
    """Propose and queue a batch."""
    batch = planner.propose(sent)
    db.session.commit()
    for _queued in queue_mails(batch):
        db.session.commit()
    return batch


def cancel(batch: Batch) -> int:
    dropped = cancel_batch(batch)
    db.session.commit()
    return dropped


def deliver() -> dict[str, int]:
    """Send all that is ready, in this thread; returns the tally. Raises ServerUnavailable."""
    tally = Tally()
    sender = Sender("test", tally)
    try:
        while sender.work():
            pass
    finally:
        sender.close()
    return tally.as_dict()
