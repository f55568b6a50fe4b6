"""The seat behind a link as plain values, read in one statement: what pages show and what sending needs.

Rows and not objects of the session, which would be asked for again after each commit and cost most of a page's time.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app import clock
from app.extensions import db
from app.invitations import facts
from app.invitations.models import LATE, Invitation, Role, Round, closing
from app.placements.models import Company, Placement, Trainer, TrainerContact
from app.reference.models import Programme, School

TABLE: Any = Invitation.__table__


@dataclass(frozen=True)
class AskedSeat:
    """A seat, its placement and the rules of its round.

    `refusal` is who says that it is not to be asked, `language` that of who is asked and `trainer` the trainer's name,
    where known.
    """

    id: int
    role: str
    version: int
    round_id: int
    channel: str | None
    mailed_at: dt.datetime | None
    opened_at: dt.datetime | None
    started_at: dt.datetime | None
    refusal: str | None
    sent: bool
    brin: str
    crebo: str
    pathway: str
    begins_on: dt.date
    ends_on: dt.date
    programme: str
    school: str
    company: str
    language: str | None
    questionnaire: str
    modules: list[str]
    closes_on: dt.date
    closed_at: dt.datetime | None
    seat_days: int
    trainer: str | None

    @property
    def closes_at(self) -> dt.datetime:
        return closing(self.mailed_at, self.seat_days, self.closes_on, self.closed_at)

    @property
    def takes_answers(self) -> bool:
        """Tell whether answers are taken now: until closing, and a while longer of who pressed Start before."""
        began = self.opened_at is not None and self.opened_at < self.closes_at
        return clock.now() < self.closes_at + (LATE if began else dt.timedelta())


def read(id_: int, *, hold: bool = False) -> AskedSeat | None:
    """Return a seat as it stands; with `hold` whoever else holds it goes first, and nobody after until we are done."""
    row = db.session.connection().execute(HELD if hold else SEAT, {"id": id_, "today": clock.today()}).one_or_none()
    return AskedSeat(*row) if row else None


def _select() -> sa.Select:
    """Return the SELECT of AskedSeat's fields in their order, over tables: rows cost less than objects."""
    seat, placement, round_ = TABLE, Placement.__table__, Round.__table__
    programme, school, company, trainer = (one.__table__ for one in (Programme, School, Company, Trainer))
    contact: Any = TrainerContact.__table__
    joined = (
        seat.join(placement, placement.c.id == seat.c.placement_id)
        .join(round_, round_.c.id == seat.c.round_id)
        .join(programme, programme.c.crebo == placement.c.crebo)
        .join(school, school.c.brin == placement.c.brin)
        .join(company, company.c.number == placement.c.company_number)
        .outerjoin(trainer, trainer.c.id == placement.c.trainer_id)
        .outerjoin(contact, sa.and_(contact.c.trainer_id == placement.c.trainer_id, contact.c.brin == placement.c.brin))
    )
    of_trainer = seat.c.role == Role.TRAINER.value
    columns = (
        *(
            seat.c[name]
            for name in ("id", "role", "version", "round_id", "channel", "mailed_at", "opened_at", "started_at")
        ),
        facts.refusal(sa.bindparam("today", type_=sa.Date)),
        seat.c.sent,
        *(placement.c[name] for name in ("brin", "crebo", "pathway", "begins_on", "ends_on")),
        *(programme.c.name, school.c.name, company.c.name),
        sa.case((of_trainer, trainer.c.language), else_=placement.c.language),
        sa.case((of_trainer, round_.c.trainer_questionnaire), else_=round_.c.student_questionnaire),
        round_.c.modules,
        *(round_.c[name] for name in ("closes_on", "closed_at", "seat_days")),
        contact.c.name,
    )
    return sa.select(*columns).select_from(joined).where(seat.c.id == sa.bindparam("id"))


SEAT = _select()
HELD = SEAT.with_for_update(key_share=True, of=TABLE)  # SQLite takes no rows: there a POST holds the whole database
