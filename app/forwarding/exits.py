"""Ways out for a trainer who cannot pass a link on, each to be undone. Every one goes to the desk's worklist."""

import contextlib
import datetime as dt
from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from app import clock
from app.database import changed_rows, insert_into
from app.extensions import db
from app.forwarding.kinds import HANDED_OVER, TAKEN_OVER
from app.forwarding.models import Exit, Report
from app.hashing import address_hash
from app.invitations import facts, handing_over, links, roster, seats
from app.invitations.models import Invitation, Role, Round
from app.invitations.roster import Entry
from app.mailing.models import Message
from app.placements.models import Placement, Trainer
from app.placements.values import address_of
from app.refusing import Refused

TAKE_OVER = "take-over"
NO_TRAINERS = (Exit.NOT_ME, Exit.OPTED_OUT)  # said by others than the trainer on their page
IN_NOBODYS_WAY = (*NO_TRAINERS, Exit.COLLEAGUE)  # gives way to whatever is said next
HAND_OVERS = 3  # per placement: each mails somebody


class NotLeft(Refused):
    """A way out that cannot be taken: `fault` is bad_address, own_address, students_address, cannot_mail,
    cannot_mail_you, too_often, no_day, reported, taken or closed.
    """


def leave(entry: Entry, trainer: Trainer, way: Exit, day: dt.date | None = None) -> None:
    """Record that a trainer takes this way out of one student's link. Raises NotLeft."""
    if way is Exit.DATES and day is None:
        raise NotLeft("no_day")
    report(entry.placement.id, way, trainer.id, day)


def pass_to_colleague(entry: Entry, trainer: Trainer, address: str) -> None:
    """Hand a student over to the colleague with this address, and mail them. Raises NotLeft."""
    usable = _colleague(entry.placement, address)
    if not handing_over.may_be_mailed(usable):
        raise NotLeft("cannot_mail")
    _hand_over(entry.placement, usable, HANDED_OVER)


def say_not_me(invitation_id: int) -> None:
    """Record that a link reached someone it is not for, unless its trainer said something of it already."""
    with contextlib.suppress(NotLeft):
        report(db.session.get_one(Invitation, invitation_id).placement_id, Exit.NOT_ME)


def clear_obstacles(invitation_id: int) -> None:
    """Undo that a link reached someone else, or that its trainer gets no mail: it is on its way after all."""
    of_seat = sa.select(Invitation.placement_id).where(Invitation.id == invitation_id).scalar_subquery()
    said = sa.update(Report).where(Report.placement_id == of_seat, Report.kind.in_(NO_TRAINERS), Report.stands())
    if changed_rows(said.values(undone_at=clock.now()).execution_options(synchronize_session=False)):
        seats.record_events([invitation_id], "came_back")


def take_over_token(seat: Invitation) -> str:
    """Return what lets a colleague take this placement over from the trainer who has it now, once."""
    return links.sign_value(TAKE_OVER, f"{seat.id}.{seat.version}.{seat.placement.trainer_id}")


def offered(token: str) -> Invitation | None:
    """Return the trainer's seat that a token offers, or None when it does not any more."""
    value = links.read_value(TAKE_OVER, token)
    if value is None:
        return None
    id_, version, trainer_id = map(int, value.split("."))
    trainer = db.session.get(Trainer, trainer_id)
    entries = roster.of_trainer(trainer) if trainer else []
    on_offer = (entry.trainer for entry in entries if is_open(entry))
    return next((seat for seat in on_offer if (seat.id, seat.version) == (id_, version)), None)


def take_over(seat: Invitation, address: str) -> None:
    """Let a colleague with this address have a placement; the one who offered it sees so. Raises NotLeft.

    They ask for it themselves, so a mail goes also where mails were stopped or came back.
    """
    usable = _colleague(seat.placement, address)
    if not handing_over.may_be_asked(usable):
        raise NotLeft("cannot_mail_you")
    _hand_over(seat.placement, usable, TAKEN_OVER)


def is_open(entry: Entry) -> bool:
    """Tell whether anything is still asked about this student."""
    return entry.of_student.may_be_asked or entry.of_trainer.may_be_asked


def undo(trainer: Trainer, report_id: int) -> None:
    """Take a report of this trainer back. Raises NotLeft: closed, or taken, when the colleague has begun."""
    own = sa.select(Report).where(Report.id == report_id, Report.trainer_id == trainer.id, Report.undone_at.is_(None))
    report = db.session.scalar(own)
    if report is None or (report.kind == Exit.COLLEAGUE and report.handled_at):
        return
    if report.kind == Exit.COLLEAGUE:
        if report not in handed_over_by(trainer):
            raise NotLeft("closed")
        if not may_come_back(report):
            raise NotLeft("taken")
        handing_over.give_back(report.placement, trainer.id, report.at)
    report.undone_at = clock.now()
    _record(report.placement_id, "came_back")


def may_come_back(report: Report) -> bool:
    """Tell whether the colleague has not opened their page yet; who sent the own part before had opened it then."""
    of_trainer = sa.select(Invitation.opened_at).where(Invitation.placement_id == report.placement_id)
    opened_at = db.session.scalar(of_trainer.where(Invitation.role == Role.TRAINER))
    return opened_at is None or opened_at <= report.at


def day_of(text: str) -> dt.date | None:
    """Read a date as browsers send it; None when there is none."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def months(begins_on: dt.date) -> list[dt.date]:
    """Return the first days of the months in which a placement can have stopped, the latest first; at most twelve."""
    month = clock.today().replace(day=1)
    found: list[dt.date] = []
    while len(found) < 12 and month >= begins_on.replace(day=1):
        found.append(month)
        month = (month - dt.timedelta(days=1)).replace(day=1)
    return found or [month]


def said_of(trainer: Trainer, placement_ids: Iterable[int]) -> dict[int, Report]:
    """Return what a trainer said of these placements and did not take back, else that a link reached someone else.

    What the desk dealt with still holds for who said it: a student who is not theirs does not become theirs by that.
    """
    not_me = sa.and_(Report.kind == Exit.NOT_ME, Report.stands())
    own = sa.and_(Report.trainer_id == trainer.id, Report.undone_at.is_(None), Report.kind != Exit.COLLEAGUE)
    wanted = sa.select(Report).where(Report.placement_id.in_(list(placement_ids)), sa.or_(not_me, own))
    return {report.placement_id: report for report in db.session.scalars(wanted.order_by(Report.trainer_id, Report.id))}


def handed_over_by(trainer: Trainer) -> list[Report]:
    """Return what this trainer handed to colleagues, as long as nobody dealt with it and a round of it runs."""
    running = (
        sa.select(Invitation.id)
        .join(Round)
        .where(Invitation.placement_id == Report.placement_id)
        .where(~facts.round_closed(clock.today()))
    )
    wanted = (
        sa.select(Report)
        .join(Placement, Placement.id == Report.placement_id)
        .where(Report.trainer_id == trainer.id, Report.kind == Exit.COLLEAGUE, Report.stands())
        .where(Placement.trainer_id != trainer.id, running.exists())
        .order_by(Report.id)
    )
    return list(db.session.scalars(wanted))


def handed_over_with(message: Message) -> Entry | None:
    """Return the student this mail hands to a trainer, while that holds and anything is still asked."""
    trainer = db.session.get_one(Trainer, message.subject_id)
    holds = sa.select(Report.placement_id).where(Report.message_id == message.id, Report.undone_at.is_(None))
    handed = db.session.scalar(holds)
    entries = (entry for entry in roster.of_trainer(trainer) if is_open(entry))
    return next((entry for entry in entries if entry.placement.id == handed), None)


def follow(
    _sender: object, ids: Sequence[int], other_trainer: Sequence[int], at: dt.datetime, undone: dt.datetime | None
) -> None:
    """Let go, `at` this moment, of what a school's file has answered: another trainer, the colleague by name, or
    anything new where dates were wrong. What the load `undone` answered stands again.
    """
    names_trainer = (
        sa.select(Placement.id).join(Placement.trainer).where(Placement.given_trainer == Trainer.address_hash)
    )
    new_of_them = sa.or_(
        Report.kind == Exit.DATES,
        sa.and_(Report.kind == Exit.COLLEAGUE, Report.placement_id.in_(names_trainer)),
    )
    named = sa.and_(Report.placement_id.in_(ids if undone is None else ()), new_of_them)
    answered = sa.or_(Report.placement_id.in_(other_trainer), named)
    reports = sa.update(Report).execution_options(synchronize_session=False)
    db.session.execute(reports.where(answered, Report.stands()).values(handled_at=at))
    if undone:
        said_since = sa.select(Report.placement_id).where(Report.stands())
        back = sa.and_(Report.handled_at == undone, Report.undone_at.is_(None), Report.placement_id.not_in(said_since))
        db.session.execute(reports.where(Report.placement_id.in_(ids), back).values(handled_at=None))


def remove(_sender: object, ids: Sequence[int]) -> None:
    db.session.execute(sa.delete(Report).where(Report.placement_id.in_(ids)))


def handle(report_id: int) -> bool:
    """Note that the desk dealt with a report."""
    stands = sa.update(Report).where(Report.id == report_id, Report.stands())
    return changed_rows(stands.values(handled_at=clock.now())) == 1


def _hand_over(placement: Placement, address: str, kind: str) -> None:
    """Give a placement to the colleague with this address, and mail them. Raises NotLeft."""
    id_ = report(placement.id, Exit.COLLEAGUE, placement.trainer_id)
    message = handing_over.hand_over(placement, address, kind)
    db.session.get_one(Report, id_).message_id = message.id


def _colleague(placement: Placement, address: str) -> str:
    """Return the address of a colleague in its usual form. Raises NotLeft."""
    usable = address_of(address.strip())
    if usable is None:
        raise NotLeft("bad_address")
    if placement.trainer and usable == placement.trainer.address:
        raise NotLeft("own_address")
    if placement.student and address_hash(usable) == placement.student.address_hash:
        raise NotLeft("students_address")
    handed = sa.select(sa.func.count(Report.id)).where(Report.placement_id == placement.id)
    if (db.session.scalar(handed.where(Report.kind == Exit.COLLEAGUE)) or 0) >= HAND_OVERS:
        raise NotLeft("too_often")
    return usable


def report(placement_id: int, kind: Exit, trainer_id: int | None = None, day: dt.date | None = None) -> int:
    """Write a report and return its id; of two for one placement the database takes one. Raises NotLeft: reported.

    What a trainer says takes the place of what others said before: who got the link, or a trainer before this one. What
    others say takes the place of what stands IN_NOBODYS_WAY.
    """
    by_others = Report.trainer_id.is_distinct_from(trainer_id) if trainer_id else Report.kind.in_(IN_NOBODYS_WAY)
    before = sa.update(Report).where(Report.placement_id == placement_id, Report.stands(), by_others)
    db.session.execute(before.values(handled_at=clock.now()).execution_options(synchronize_session=False))
    values = {"placement_id": placement_id, "trainer_id": trainer_id, "kind": kind.value, "day": day}
    row = insert_into(Report).values(**values, at=clock.now()).on_conflict_do_nothing().returning(Report.id)
    id_ = db.session.scalar(row)
    if id_ is None:
        raise NotLeft("reported")
    _record(placement_id, kind.value.replace("-", "_"))
    return id_


def _record(placement_id: int, event: str) -> None:
    student = sa.select(Invitation.id).where(Invitation.placement_id == placement_id, Invitation.role == Role.STUDENT)
    seats.record_events(list(db.session.scalars(student)), event)
