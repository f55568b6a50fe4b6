"""A trainer's students over the running rounds, each with both seats and words to tell them apart."""

import datetime as dt
import functools
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from babel.dates import format_date
from flask_babel import gettext as _
from sqlalchemy.orm import aliased, contains_eager, defaultload, joinedload, load_only

from app import clock, languages
from app.extensions import db
from app.invitations import facts
from app.invitations.facts import Facts
from app.invitations.models import Invitation, Role, Round
from app.placements.models import Company, Placement, Trainer
from app.reference.models import Programme, School

PLACEMENT = defaultload(Invitation.placement)
TOLD = (  # what mails tell; each column fewer counts where a country is told
    load_only(
        *(Invitation.placement_id, Invitation.role, Invitation.version),
        *(Invitation.mailed_at, Invitation.sent),
    ),
    defaultload(Invitation.round).load_only(
        *(Round.seat_days, Round.closes_on, Round.closed_at),
        *(Round.student_questionnaire, Round.trainer_questionnaire),
    ),
    PLACEMENT.load_only(
        *(Placement.brin, Placement.crebo, Placement.pathway, Placement.status, Placement.language),
        *(Placement.begins_on, Placement.ends_on, Placement.agreement_number, Placement.trainer_id),
    ),
    PLACEMENT.joinedload(Placement.programme).load_only(Programme.name),
    PLACEMENT.joinedload(Placement.school).load_only(School.name),
    PLACEMENT.joinedload(Placement.company).load_only(Company.name),
)


@dataclass(frozen=True)
class Entry:
    """One student as the trainer sees them: both seats, what is known of them, and words to tell students apart.

    `name` is the first name or else the programme, as it is where the student said not to be asked.
    """

    placement: Placement
    student: Invitation
    trainer: Invitation
    of_student: Facts
    of_trainer: Facts
    name: str
    about: str

    @property
    def passes_on(self) -> bool:
        """Tell whether the student's link is the trainer's to pass on: we do not mail the student ourselves."""
        return self.of_student.may_be_asked and not self.of_student.is_mailed


def of_trainer(trainer: Trainer) -> list[Entry]:
    """Return all students of a trainer with a seat in a round that still runs, soonest end first.

    Of the two seats one may be refused or over: then the other still has something to do. It comes along from whatever
    round, since an announced one stays behind when the end moves.
    """
    seat, round_ = aliased(Invitation), aliased(Round)
    running = (
        sa.select(seat.id)
        .join(round_, round_.id == seat.round_id)
        .where(seat.placement_id == Placement.id, round_.closed_at.is_(None), round_.closes_on >= clock.today())
    )
    found = entries(_seats(sa.and_(Placement.trainer_id == trainer.id, running.exists())))
    return [entry for entry in found if entry.of_student.counts or entry.of_trainer.counts]


def of_placements(ids: Iterable[int]) -> list[Entry]:
    """Return the entries of these placements, soonest end first."""
    return entries(_seats(Placement.id.in_(list(ids))))


def seats_of(ids: Iterable[int]) -> list[Invitation]:
    """Return the seats of these placements with what mails tell of them, and no more, soonest end first."""
    return _seats(Placement.id.in_(list(ids)), *TOLD)


def entries(seats: Sequence[Invitation], known: Mapping[int, Facts] | None = None) -> list[Entry]:
    """Pair the seats of each placement; a placement without both is left out. `known`: their facts, by id."""
    known = facts.of([seat.id for seat in seats]) if known is None else known
    pairs: dict[int, dict[str, Invitation]] = {}
    for seat in seats:
        pairs.setdefault(seat.placement_id, {})[seat.role] = seat
    whole = [pair for pair in pairs.values() if len(pair) == 2]
    look_alike = Counter(_looks(pair[Role.STUDENT].placement) for pair in whole)
    return [_entry(pair[Role.STUDENT], pair[Role.TRAINER], known, look_alike) for pair in whole]


def _seats(condition: sa.ColumnElement[bool], *options: Any) -> list[Invitation]:
    wanted = (
        sa.select(Invitation)
        .join(Invitation.placement)
        .join(Invitation.round)
        .where(condition)
        .order_by(Placement.ends_on, Placement.id)
        .options(
            contains_eager(Invitation.round),
            contains_eager(Invitation.placement).options(
                joinedload(Placement.programme),
                joinedload(Placement.school),
                joinedload(Placement.company),
                joinedload(Placement.student),
            ),
            *options,
        )
    )
    return list(db.session.scalars(wanted))


def _entry(student: Invitation, trainer: Invitation, known: Mapping[int, Facts], look_alike: Counter) -> Entry:
    placement = student.placement
    period = _("%(from)s to %(until)s", **_period(placement))
    of_student, of_trainer = known[student.id], known[trainer.id]
    called = "" if of_student.objects else first_name(placement)
    name = called or placement.programme.name
    about = f"{placement.school.name}, {period}"
    if called:
        about = f"{placement.programme.name}, {about}"
    if look_alike[_looks(placement)] > 1 and placement.agreement_number:
        about += ", " + _("agreement number ending in %(digits)s", digits=placement.agreement_number[-4:])
    return Entry(placement, student, trainer, of_student, of_trainer, name, about)


def first_name(placement: Placement) -> str:
    return placement.student.first_name if placement.student else ""


def _period(placement: Placement) -> dict[str, str]:
    language = languages.current()
    return {"from": _day(placement.begins_on, language), "until": _day(placement.ends_on, language)}


@functools.lru_cache(2000)  # the same days stand in thousands of letters
def _day(day: dt.date, language: str) -> str:
    return format_date(day, "d MMM y", locale=language)


def _looks(placement: Placement) -> tuple:
    return (first_name(placement), placement.crebo, placement.brin, placement.begins_on, placement.ends_on)
