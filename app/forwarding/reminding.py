"""Reminders: which trainers and directly mailed students are due for one, and what it says.

A reminder names only what is still to be done when it goes, and is not sent where nothing is. A seat is reminded once
per step, and only while it takes answers: reminders stop by themselves.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Generator, Iterable
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask_babel import gettext as _

from app import clock
from app.database import changed_rows, insert_into
from app.extensions import db
from app.forwarding import trainers_page
from app.forwarding.models import STOPPING, Report
from app.forwarding.trainers_page import Card
from app.invitations import facts, letters, links, mails, rounds
from app.invitations.links import Channel
from app.invitations.models import Announcement, Invitation, Role, Round
from app.languages import force_locale
from app.mailing import kinds, outbox
from app.mailing.letter import Block, Bullets, Button, Heading, Letter, NotWanted, Small, Text
from app.mailing.models import Message
from app.placements.models import Placement, Trainer

REMIND_TRAINER, REMIND_STUDENT = "remind_trainer", "remind_student"
AT_ONCE = 200


def work() -> Generator[None, None, None]:
    """Queue the reminders of each running round once a weekday; a job of the worker, which commits at each yield."""
    if not clock.is_daytime():
        return
    for one in rounds.running():
        if one.reminder_days and _claim(one):
            for _queued in queue(one):
                yield


def queue(reminded: Round) -> Generator[int, None, None]:
    """Queue today's reminders of a round, some at a time, and yield how many; the caller commits after each.

    What was queued is not queued again, so that it can go on after a stop.
    """
    for kind, due in ((REMIND_TRAINER, _trainers_due), (REMIND_STUDENT, _students_due)):
        after = 0
        while rows := list(db.session.execute(due(reminded, after))):
            yield _queue_some(reminded, kind, rows)
            after = rows[-1].recipient


def _claim(reminded: Round) -> bool:
    """Take the reminders of today; of two workers one gets them."""
    today = clock.today()
    earlier = sa.or_(Round.reminded_on.is_(None), Round.reminded_on < today)
    return changed_rows(sa.update(Round).where(Round.id == reminded.id, earlier).values(reminded_on=today)) == 1


def _trainers_due(reminded: Round, after: int) -> sa.Select:
    """Return a SELECT of seats mailed long enough ago that still need the trainer: own parts, and links to pass on.

    All seats of the next trainers come together, so that each gets one mail.
    """
    unopened = sa.and_(Invitation.opened_at.is_(None), ~facts.is_mailed(clock.today()))
    said = sa.select(Report.id).where(
        Report.placement_id == Placement.id,
        Report.trainer_id == Placement.trainer_id,
        Report.undone_at.is_(None),
        Report.kind.in_(STOPPING),
    )
    due = (
        _mailed_long_ago(reminded, Placement.trainer_id)
        .where(sa.or_(Invitation.role == Role.TRAINER, unopened), ~said.exists())
        .where(Trainer.address.is_not(None), Trainer.bounced_at.is_(None))
    )
    some = due.with_only_columns(Placement.trainer_id, maintain_column_froms=True).where(Placement.trainer_id > after)
    some = some.distinct().order_by(Placement.trainer_id).limit(AT_ONCE)
    ids = list(db.session.scalars(some))
    return due.where(Placement.trainer_id.in_(ids)).order_by(Placement.trainer_id, Invitation.id)


def _students_due(reminded: Round, after: int) -> sa.Select:
    """Return a SELECT of the seats of students we mailed ourselves long enough ago, and still can."""
    today = clock.today()
    due = _mailed_long_ago(reminded, Invitation.id).where(facts.is_mailed(today), facts.is_direct(today))
    return due.where(Invitation.id > after).order_by(Invitation.id).limit(AT_ONCE)


def _mailed_long_ago(reminded: Round, recipient: Any) -> sa.Select:
    day = clock.today()
    mailed_before = clock.start_of(day - dt.timedelta(days=min(reminded.reminder_days) - 1))
    return (
        facts.joined(Invitation.id, Invitation.version, Invitation.mailed_at, recipient.label("recipient"))
        .where(Invitation.round_id == reminded.id, Invitation.mailed_at < mailed_before)
        .where(facts.may_be_asked(reminded, day))
    )


def _queue_some(reminded: Round, kind: str, rows: list[sa.Row]) -> int:
    """Make one mail for each recipient of whom a seat has reached a step, and let it announce these seats."""
    known = _announced([row.id for row in rows])
    seats: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        step = _step(reminded, row.mailed_at)
        if (row.id, row.version, step) not in known:
            seats[row.recipient].append({"invitation_id": row.id, "version": row.version, "step": step})
    for subject_id, announced in seats.items():
        message = outbox.enqueue(kind, subject_id, priority=outbox.BULK)
        said = [one | {"message_id": message.id} for one in announced]
        db.session.execute(insert_into(Announcement).on_conflict_do_nothing(), said)
    return len(seats)


def _step(reminded: Round, mailed_at: dt.datetime) -> str:
    """Return the name of the latest step that a seat mailed then has reached today."""
    days = (clock.today() - mailed_at.astimezone(clock.AMSTERDAM).date()).days
    return f"remind-{max(after for after in reminded.reminder_days if after <= days)}"


def _announced(ids: list[int]) -> set[tuple[int, int, str]]:
    steps = sa.select(Announcement.invitation_id, Announcement.version, Announcement.step)
    return {(row[0], row[1], row[2]) for row in db.session.execute(steps.where(Announcement.invitation_id.in_(ids)))}


def render_to_trainer(message: Message) -> Letter:
    """Name the students whose link nobody opened, and the own parts that are still to be filled in."""
    trainer = db.session.get_one(Trainer, message.subject_id)
    if not trainer.address:
        raise NotWanted("no_address")
    if trainer.bounced_at:
        raise NotWanted("bounced")
    with force_locale(trainer.language):
        told = [card for card in trainers_page.cards(trainer) if card.is_told]
        unopened = [card for card in told if card.needs_link and not card.entry.of_student.is_mailed]
        own = [card for card in told if card.own_part and (card.report is None or card.report.kind not in STOPPING)]
        if not unopened and not own:
            raise NotWanted("answered")
        return _to_trainer(trainer, unopened, own)


def render_to_student(message: Message) -> Letter:
    seat = db.session.get_one(Invitation, message.subject_id)
    known = facts.one(seat.id)
    if reason := mails.left_out(seat, known, to_student=True):
        raise NotWanted(reason)
    if not known.is_mailed:
        raise NotWanted("direct")
    letter = mails.student_letter(seat, links.seat_url(seat, Channel.DIRECT))
    with force_locale(letter.language):
        subject = _("Reminder: %(subject)s", subject=letter.subject)
    return Letter(letter.to, letter.language, subject, letter.blocks)


def _to_trainer(trainer: Trainer, unopened: list[Card], own: list[Card]) -> Letter:
    url = links.trainer_url(trainer)
    blocks: list[Block] = [Text(_("Dear trainer,"))]
    if unopened:
        blocks += [
            Heading(_("These links were not opened yet")),
            _names(unopened),
            Text(_("Did you pass them on? Then a word to your student may help. If not, it takes half a minute.")),
            Button(_("Pass the link on"), url),
        ]
    if own:
        blocks += [Heading(_("Your own view is still welcome")), _names(own), Button(_("Fill in my part"), url)]
    blocks += [
        Text(letters.closes([card.entry for card in (unopened or own)])),
        Small(_("Is a student not yours, or is something else not right? Tell us on the same page, in one tap.")),
        Small(_("The page behind these buttons is yours: please do not forward this mail itself.")),
    ]
    return Letter(trainer.address or "", trainer.language, _("Reminder: your students' placements"), tuple(blocks))


def _names(cards: Iterable[Card]) -> Bullets:
    return Bullets(tuple(f"{card.entry.name}: {card.entry.about}" for card in cards))


def init_app(app: Flask) -> None:
    for name, render, on_bounce in (
        (REMIND_TRAINER, render_to_trainer, mails.trainer_bounced),
        (REMIND_STUDENT, render_to_student, mails.student_bounced),
    ):
        kinds.register_each(app, name, render, on_bounce=on_bounce, by_day=True)
