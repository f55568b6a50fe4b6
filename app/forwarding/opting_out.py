"""What a trainer's opt-out means for their students: it is said before, and stands on the worklist after."""

import contextlib

import sqlalchemy as sa
from flask import Flask
from flask_babel import gettext as _

from app import clock
from app.database import changed_rows
from app.extensions import db
from app.forwarding import exits
from app.forwarding.models import Exit, Report
from app.invitations import roster
from app.mailing import opt_outs
from app.mailing.opt_outs import Registered
from app.placements.models import Placement, StudentContact, Trainer


def address_of(hashed: str) -> str | None:
    """Return the address with this hash, where one of a trainer or a student is known."""
    trainers = sa.select(Trainer.address).where(Trainer.address_hash == hashed)
    students = sa.select(StudentContact.address).where(StudentContact.address_hash == hashed)
    found = db.session.scalars(sa.union_all(trainers, students))
    return next((address for address in found if address), None)


def consequences(hashed: str) -> str | None:
    """Return what it means for a trainer's students, None where there are none who wait for their link."""
    n = len(_waiting_for(hashed))
    if not n:
        return None
    return _(
        "Your students who have not opened their questionnaire yet: %(n)s. No mail of ours brings the link any more; "
        "your own page still does. We put them on the list of those who look for another way.",
        n=n,
    )


def follow(hashed: str) -> None:
    """Put the students of a trainer who opted out on the worklist, and take them off it for one who came back."""
    if opt_outs.held(hashed):
        for placement_id in _waiting_for(hashed):
            with contextlib.suppress(exits.NotLeft):  # the trainer said something already, which stands there
                exits.report(placement_id, Exit.OPTED_OUT)
        return
    of_trainer = (
        sa.select(Placement.id).join(Trainer, Trainer.id == Placement.trainer_id).where(Trainer.address_hash == hashed)
    )
    stands = sa.update(Report).where(
        Report.placement_id.in_(of_trainer), Report.kind == Exit.OPTED_OUT, Report.stands()
    )
    changed_rows(stands.values(undone_at=clock.now()).execution_options(synchronize_session=False))


def _waiting_for(hashed: str) -> list[int]:
    """Return the placements whose student's link is to come from the trainer with this address, and was not opened."""
    trainer = db.session.scalar(sa.select(Trainer).where(Trainer.address_hash == hashed))
    entries = roster.of_trainer(trainer) if trainer else []
    return [entry.placement.id for entry in entries if entry.passes_on and not entry.of_student.opened]


def init_app(app: Flask) -> None:
    opt_outs.register(app, Registered(address_of, consequences, follow))
