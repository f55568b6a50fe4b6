"""Rounds: opening, closing, finding, and holding a round to the questionnaires it began with."""

import datetime as dt
from collections.abc import Sequence

import click
import sqlalchemy as sa

from app import clock
from app.accounts import audit
from app.database import by_number
from app.extensions import db
from app.invitations import seats
from app.invitations.models import Role, Round
from app.questionnaires import loader
from app.questionnaires.definition import Questionnaire
from app.refusing import Refused

NAME_LENGTH = 100
DEFAULT_QUESTIONNAIRES = {"student": "student-2026", "trainer": "trainer-2026"}


class RoundRefused(Refused):
    """A round cannot be opened like this."""


class DefinitionChanged(click.ClickException):
    """A questionnaire is missing, or differs from what a round began with; commands say it as it is."""


def open_round(
    name: str,
    ends_from: dt.date,
    ends_until: dt.date,
    *,
    closes_on: dt.date | None = None,
    due_days: int = 14,
    seat_days: int = 28,
    mails_per_trainer: int | None = None,
    reminder_days: Sequence[int] = (7, 14),
    student_questionnaire: str = DEFAULT_QUESTIONNAIRES["student"],
    trainer_questionnaire: str = DEFAULT_QUESTIONNAIRES["trainer"],
    modules: Sequence[str] = (),
) -> Round:
    """Open a round and give every placement in its interval two seats.

    Raises RoundRefused: no_name, name_taken, until_before_from, closes_before_end, overlapping,
    unknown_questionnaire, wrong_role, no_module.
    """
    name = name.strip()
    RoundRefused.when(not 0 < len(name) <= NAME_LENGTH, "no_name")
    closes_on = closes_on or ends_until + dt.timedelta(days=seat_days)
    RoundRefused.when(ends_until < ends_from, "until_before_from")
    RoundRefused.when(closes_on < ends_from, "closes_before_end")
    _check_questionnaire(student_questionnaire, "student")
    _check_questionnaire(trainer_questionnaire, "trainer")
    there = {page.module for page in loader.load_all()[student_questionnaire].pages}
    for missing in set(modules) - there:
        raise RoundRefused("no_module", module=missing, questionnaire=student_questionnaire)
    _lock()
    _check_others(name, ends_from, ends_until)
    opened = Round(
        name=name,
        ends_from=ends_from,
        ends_until=ends_until,
        closes_on=closes_on,
        due_days=due_days,
        seat_days=seat_days,
        mails_per_trainer=mails_per_trainer,
        reminder_days=sorted(set(reminder_days)),
        student_questionnaire=student_questionnaire,
        trainer_questionnaire=trainer_questionnaire,
        modules=list(modules),
        opened_at=clock.now(),
    )
    db.session.add(opened)
    db.session.flush()
    seats.fill(opened)
    audit.record("round_opened", round=opened.id)
    return opened


def close_round(closing: Round) -> None:
    """Close a round now: nobody begins any more, and waiting mail is dropped when its turn comes."""
    closing.closed_at = closing.closed_at or clock.now()
    audit.record("round_closed", round=closing.id)


def find(name_or_id: str) -> Round | None:
    """Return the round with this name, else with this id."""
    found = db.session.scalar(sa.select(Round).where(Round.name == name_or_id.strip()))
    return found or by_number(Round, name_or_id)


def everything() -> list[Round]:
    return list(db.session.scalars(sa.select(Round).order_by(Round.ends_from.desc())))


def running() -> list[Round]:
    """Return the rounds that still take answers today."""
    today = clock.today()
    return [one for one in everything() if not one.is_closed(today)]


def last_running_day() -> dt.date | None:
    """Return the last day on which a running round takes answers."""
    return max((one.closes_on for one in running()), default=None)


def questionnaire(of: Round, role: str) -> Questionnaire:
    """Return what a role is asked in a round. Raises DefinitionChanged where its file is gone, or not what it was."""
    if change := _change(of, role):
        raise DefinitionChanged(change)
    return loader.load_all()[of.questionnaire(role)].asked_with(of.modules or ())


def bind(of: Round) -> None:
    """Hold a round to its questionnaires from now on: somebody is invited, gets links or begins. A lost link that is
    mailed binds when it is opened. Raises DefinitionChanged.
    """
    of.student_digest, of.trainer_digest = (questionnaire(of, role).digest for role in Role)


def bind_by_id(round_id: int) -> None:
    """Bind a round that is not bound yet."""
    unbound = sa.select(Round).where(Round.id == round_id, Round.student_digest.is_(None))
    if found := db.session.scalar(unbound):
        bind(found)


def check_definitions() -> None:
    """Raise DefinitionChanged, naming every round whose questionnaire is gone, or not what it was."""
    changes = [change for one in everything() for role in Role if (change := _change(one, role))]
    if changes:
        raise DefinitionChanged("\n".join(changes))


def _change(of: Round, role: str) -> str | None:
    """Say, in words, that a round's questionnaire is gone, or no longer what it is bound to."""
    id_, digest = of.questionnaire(role), of.student_digest if role == Role.STUDENT else of.trainer_digest
    found = loader.load_all().get(id_)
    if found is None:
        return f"round {of.name!r} needs {id_}.toml, which is not there; restore that file"
    if digest and found.digest != digest:
        return f"round {of.name!r} began with another {id_}.toml; restore that file and give the changed one a new id"
    return None


def _check_questionnaire(id_: str, role: str) -> None:
    found = loader.load_all().get(id_)
    if found is None:
        raise RoundRefused("unknown_questionnaire", questionnaire=id_)
    if found.role != role:
        raise RoundRefused("wrong_role", questionnaire=id_)


def _check_others(name: str, ends_from: dt.date, ends_until: dt.date) -> None:
    if db.session.scalar(sa.select(Round.id).where(Round.name == name)):
        raise RoundRefused("name_taken", round=name)
    overlap = sa.select(Round.name).where(Round.ends_from <= ends_until, Round.ends_until >= ends_from)
    other = db.session.scalar(overlap)
    if other:
        raise RoundRefused("overlapping", round=other)


def _lock() -> None:
    """Let two rounds never open at once with overlapping intervals; SQLite's write lock does it already."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(sa.text("LOCK TABLE rounds IN SHARE ROW EXCLUSIVE MODE"))
