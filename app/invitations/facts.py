"""May this seat be asked, on which route, who acts on it, does it count? One set of rules over four facts kept apart.

- The school's FILE says what a placement's status is, and names it or not any more.
- The PERSON whose seat it is may have said not to be asked, or have been erased; that holds in every round
  (placements/objections.py).
- The DESK may have withdrawn a seat.
- What a TRAINER reports goes to the worklist (forwarding/exits.py). It ends reminders, and changes nothing here.

Any of the first three ends the asking at once; what was sent before stays sent and counts. Each rule stands twice, in
the same order: over the Facts of one seat, and in SQL over the many of `joined()`; tests hold the two equal. What that
means for mail, pages and figures is in docs/rounds.md.
"""

import datetime as dt
import enum
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import aliased

from app import clock
from app.agreements.models import Agreement, Category
from app.extensions import db
from app.invitations.models import Invitation, Role, Round, Route, closing
from app.mailing.models import OptOut
from app.placements import objections
from app.placements.models import Placement, StudentContact, Trainer
from app.placements.values import INVITED, REFUSED


class Refusal(enum.StrEnum):
    """Who says that a seat is not to be asked."""

    FILE = "file"
    PERSON = "person"
    DESK = "desk"


@dataclass(frozen=True)
class Facts:
    """What is known of one seat today.

    `route` is the one kept from the first accepted mail on; `has_address`: the student's own, that may be mailed today;
    `trainer_has_address`: one that no mail came back from.
    """

    role: Role
    in_file: bool
    objects: bool
    desk_withdrew: bool
    sent: bool
    closed: bool
    opened: bool
    route: Route | None
    has_address: bool
    trainer_has_address: bool

    @property
    def refusal(self) -> Refusal | None:
        """Return who says that this seat is not to be asked, the first of several."""
        said = {Refusal.FILE: not self.in_file, Refusal.PERSON: self.objects, Refusal.DESK: self.desk_withdrew}
        return next((who for who, refuses in said.items() if refuses), None)

    @property
    def counts(self) -> bool:
        """Tell whether the seat belongs to what is due and to the population: it could be asked, or was answered."""
        return self.sent or self.refusal is None

    @property
    def may_be_asked(self) -> bool:
        """Tell whether an answer is still wanted and taken."""
        return self.refusal is None and not self.sent and not self.closed

    @property
    def way(self) -> Route:
        """Return whom a mail about this seat goes to today: straight to its student, or to the trainer."""
        return Route.DIRECT if self.has_address else Route.FORWARDED

    @property
    def is_mailed(self) -> bool:
        """Tell whether we mailed the student ourselves, and still do; else the trainer is asked to pass the link on."""
        return self.route == Route.DIRECT and (self.has_address or self.opened)


def of(seat_ids: Collection[int]) -> dict[int, Facts]:
    """Return the facts of these seats, by their id."""
    day = clock.today()
    known: dict[str, Any] = {
        "role": Invitation.role,
        "in_file": in_file(),
        "objects": objects(day),
        "desk_withdrew": desk_withdrew(),
        "sent": Invitation.sent,
        "opened": Invitation.opened_at.is_not(None),
        "route": Invitation.route,
        "has_address": is_direct(day),
        "trainer_has_address": _trainer_has_address(),
    }
    days = (Invitation.mailed_at, Round.seat_days, Round.closes_on, Round.closed_at)
    columns = (column.label(name) for name, column in known.items())
    found = {}
    for row in db.session.execute(joined(Invitation.id, *days, *columns).where(Invitation.id.in_(seat_ids))):
        values = {name: getattr(row, name) for name in known}
        values["role"], values["route"] = Role(row.role), row.route and Route(row.route)
        found[row.id] = Facts(closed=clock.now() >= closing(*row[1:5]), **values)
    return found


def one(seat_id: int) -> Facts:
    """Return the facts of a seat."""
    return of([seat_id])[seat_id]


def joined(*columns: Any) -> sa.Select:
    """Return a SELECT of `columns` over seats and all that decides about them."""
    return (
        sa.select(*columns)
        .select_from(Invitation)
        .join(Placement, Placement.id == Invitation.placement_id)
        .join(Round, Round.id == Invitation.round_id)
        .outerjoin(Trainer, Trainer.id == Placement.trainer_id)
        .outerjoin(StudentContact, StudentContact.placement_id == Placement.id)
    )


def in_file() -> sa.ColumnElement[bool]:
    """Return the condition that the school's file names the placement, under a status we invite.

    One that is neither invited nor refused, like a provisional one, takes nothing back where somebody was told before.
    """
    either = aliased(Invitation)
    told = sa.or_(either.invited_at.is_not(None), either.passed_on_at.is_not(None), either.opened_at.is_not(None))
    before = sa.select(either.id).where(either.placement_id == Placement.id, told).exists()
    provisional = sa.and_(Placement.status.not_in(sorted(REFUSED)), before)
    return sa.and_(Placement.gone_at.is_(None), sa.or_(Placement.status.in_(sorted(INVITED)), provisional))


def objects(day: Any) -> sa.ColumnElement[bool]:
    """Return the condition that the person whose seat it is said not to be asked, or was erased."""
    whose = sa.case((Invitation.role == Role.STUDENT, Placement.key_hash), else_=Trainer.address_hash)
    return objections.of(whose, day)


def desk_withdrew() -> sa.ColumnElement[bool]:
    """Return the condition that the desk withdrew a seat: a trainer's from the one who has it, and no other."""
    same = Invitation.desk_withdrew_from.is_not_distinct_from(Placement.trainer_id)
    return sa.and_(Invitation.desk_withdrew_at.is_not(None), sa.or_(Invitation.role == Role.STUDENT, same))


def refusal(day: Any) -> sa.Case:
    """Return who says that a seat is not to be asked, null where nobody does."""
    return sa.case(
        (~in_file(), Refusal.FILE.value),
        (objects(day), Refusal.PERSON.value),
        (desk_withdrew(), Refusal.DESK.value),
        else_=sa.null(),
    )


def refused(day: Any) -> sa.ColumnElement[bool]:
    """Return the condition that somebody says that a seat is not to be asked."""
    return sa.or_(~in_file(), withdrawn(day))


def withdrawn(day: Any) -> sa.ColumnElement[bool]:
    """Return the condition that somebody says so whatever the placement's status is."""
    return sa.or_(Placement.gone_at.is_not(None), desk_withdrew(), objects(day))


def counts(day: Any) -> sa.ColumnElement[bool]:
    """Return the condition that a seat belongs to what is due and to the population."""
    return sa.or_(Invitation.sent, ~refused(day))


def may_be_asked(asked: Round, day: dt.date) -> sa.ColumnElement[bool]:
    """Return the condition that an answer about a seat of this round is still wanted and taken."""
    return sa.and_(~refused(day), Invitation.sent.is_(False), ~closed(asked, day))


def closed(asked: Round, day: dt.date) -> sa.ColumnElement[bool]:
    """Return the condition that a seat of this round takes no more answers on `day`."""
    if asked.is_closed(day):
        return sa.true()
    seat_days_passed = Invitation.mailed_at < clock.start_of(day - dt.timedelta(days=asked.seat_days))
    return sa.func.coalesce(seat_days_passed, sa.false())


def round_closed(day: dt.date) -> sa.ColumnElement[bool]:
    """Return the condition on Round that it takes no more answers on `day`."""
    return sa.or_(Round.closed_at.is_not(None), Round.closes_on < day)


def is_direct(day: Any) -> sa.ColumnElement[bool]:
    """Return the condition that the student's own address decides: given, not bounced, and one the school may share."""
    sharing = sa.select(Agreement.id).where(Agreement.brin == Placement.brin, Agreement.valid_on(day))
    return sa.and_(
        Invitation.role == Role.STUDENT,
        StudentContact.address.is_not(None),
        StudentContact.bounced_at.is_(None),
        sharing.where(Agreement.shares(Category.ADDRESS)).exists(),
    )


def is_mailed(day: Any) -> sa.ColumnElement[bool]:
    """Return the condition that we mailed the student ourselves, and still do."""
    kept = sa.func.coalesce(Invitation.route == Route.DIRECT, sa.false())
    return sa.and_(kept, sa.or_(is_direct(day), Invitation.opened_at.is_not(None)))


def route(day: dt.date) -> sa.Case:
    """Return the route a student counts under: kept from the first accepted mail, else derived."""
    return sa.case(
        (Invitation.route.is_not(None), Invitation.route),
        (sa.and_(is_direct(day), ~opted_out(StudentContact.address_hash, day)), Route.DIRECT.value),
        else_=Route.FORWARDED.value,
    )


def reachable(day: dt.date) -> sa.ColumnElement[bool]:
    """Return the condition that a mail could go, kept as it was once invited, and once the round is over."""
    through_trainer = sa.and_(_trainer_has_address(), ~opted_out(Trainer.address_hash, day))
    straight = sa.and_(is_direct(day), ~opted_out(StudentContact.address_hash, day))
    now = sa.or_(Invitation.invited_at.is_not(None), straight, sa.and_(~is_direct(day), through_trainer))
    return sa.func.coalesce(Invitation.was_reachable, now)


def due_on(day: dt.date) -> sa.ColumnElement[bool]:
    """Return the condition that a seat is due: it counts, and its date is reached or it was invited.

    Once the round is over it stays as it was.
    """
    reached = sa.or_(Invitation.invited_at.is_not(None), Invitation.sent, Placement.ends_on <= latest_end(day))
    return sa.func.coalesce(Invitation.was_due, sa.and_(counts(day), reached))


def crebo() -> sa.ColumnElement[str]:
    """Return the programme a seat is counted in: its placement's, and once the round is over what that was then."""
    return sa.func.coalesce(Invitation.counted_crebo, Placement.crebo)


def pathway() -> sa.ColumnElement[str]:
    """Return the pathway a seat is counted in, likewise."""
    return sa.func.coalesce(Invitation.counted_pathway, Placement.pathway)


def opted_out(address_hash: Any, day: Any) -> sa.ColumnElement[bool]:
    """Return the condition that the address with this hash wants no mail on `day`."""
    holds = OptOut.holds_on(day)
    return sa.select(OptOut.address_hash).where(OptOut.address_hash == address_hash, holds).exists()


def latest_end(day: dt.date) -> Any:
    """Return, per round, the latest end of a placement that is due on `day`."""
    return plus_days(sa.literal(day, sa.Date), Round.due_days)


def _trainer_has_address() -> sa.ColumnElement[bool]:
    return sa.and_(Trainer.address.is_not(None), Trainer.bounced_at.is_(None))


class plus_days(sa.sql.functions.GenericFunction):  # noqa: N801
    """A date plus a column of whole days; the two databases say it in different words."""

    type = sa.Date()
    inherit_cache = True


@compiles(plus_days, "sqlite")
def _plus_days_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    day, days = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"date({day}, {days} || ' days')"


@compiles(plus_days, "postgresql")
def _plus_days_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    day, days = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"({day} + {days})"
