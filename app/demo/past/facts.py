"""What happened to the seats of one placement: mailed, passed on, opened, started, sent."""

import datetime as dt
import random
from dataclasses import dataclass

from app.demo.past.bulk import Row
from app.demo.past.series import Fieldwork
from app.demo.week import WAYS
from app.invitations.links import Channel
from app.invitations.models import Route

MORNING = dt.time(7, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
DUE_DAYS = 14
UNREACHED = 0.03  # trainers without an address
FORMS_SENT = 0.75  # of those that a trainer who answers at all was asked for
ONLY_LOOKS = 0.2  # of the other trainers
PASSED_ON_OPENED = 0.6
SHARED = 0.92  # of a sharing school's students
DIRECT_OPENED, DIRECT_SENT = 0.45, 0.58
BEGINS = 0.3  # of those who open and do not send

NOTHING: Row = {
    **dict.fromkeys(("route", "channel", "invited_at", "mailed_at", "passed_on_at", "opened_at", "started_at")),
    "version": 1,
    "sent": False,
}


@dataclass(frozen=True)
class Habits:
    """What a trainer does for all students: is reached at all, answers, passes links on."""

    reached: bool
    answers: bool
    passes_on: bool


def habits(chance: random.Random, eager: float, work: Fieldwork) -> Habits:
    """Draw what a trainer does who is so eager; 1 is usual."""
    eager /= 1 - UNREACHED
    return Habits(
        reached=chance.random() > UNREACHED,
        answers=chance.random() < eager * work.trainers_send / FORMS_SENT,
        passes_on=chance.random() < eager * work.links_opened / PASSED_ON_OPENED,
    )


def told_at(chance: random.Random, ends_on: dt.date) -> dt.datetime:
    """Return when the mail went: on the working day on which the seats fall due, or the next one."""
    due = ends_on - DAY * DUE_DAYS
    if due.weekday() > 4:
        due += DAY * (7 - due.weekday())
    return dt.datetime.combine(due, MORNING) + dt.timedelta(minutes=int(chance.random() * 540))


def of_trainer(chance: random.Random, told_at: dt.datetime, one: Habits) -> Row:
    """Return what happened to a trainer's seat."""
    if not one.reached:
        return NOTHING
    sends = one.answers and chance.random() < FORMS_SENT
    opens = sends or chance.random() < ONLY_LOOKS
    return _told(told_at) | (_opened(chance, told_at, Channel.PART, sends) if opens else {})


def of_student(chance: random.Random, told_at: dt.datetime, one: Habits, work: Fieldwork, direct: bool) -> Row:
    """Return what happened to a student's seat, mailed directly or passed on by a trainer with these habits."""
    if direct and chance.random() < SHARED:
        return _of_direct(chance, told_at)
    if not one.reached:
        return NOTHING
    seat = _told(told_at) | {"route": Route.FORWARDED.value}
    if not one.passes_on:
        return seat
    seat["passed_on_at"] = passed_on_at = told_at + 3 * DAY * chance.random()
    if chance.random() > PASSED_ON_OPENED:
        return seat
    return seat | _opened(chance, passed_on_at, chance.choice(WAYS).channel, chance.random() < work.openers_send)


def _of_direct(chance: random.Random, told_at: dt.datetime) -> Row:
    seat = _told(told_at) | {"route": Route.DIRECT.value}
    if chance.random() > DIRECT_OPENED:
        return seat
    return seat | _opened(chance, told_at, Channel.DIRECT, chance.random() < DIRECT_SENT)


def _told(told_at: dt.datetime) -> Row:
    return NOTHING | {"invited_at": told_at, "mailed_at": told_at}


def _opened(chance: random.Random, since: dt.datetime, channel: Channel, sends: bool) -> Row:
    """Return what an opened seat has on top. All of it is over a few days before the placement ends."""
    opened_at = since + 4 * DAY * chance.random() ** 2
    begins = sends or chance.random() < BEGINS
    started_at = opened_at + DAY * chance.random() ** 4 if begins else None
    return {"channel": channel.value, "opened_at": opened_at, "started_at": started_at, "sent": sends}
