"""The talks with schools about an agreement: their stage, the notes, and what the audit log says of them."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from app import clock
from app.accounts import audit
from app.accounts.models import AuditEntry, User
from app.agreements.models import Agreement, Stage, Talk, TalkNote
from app.database import insert_into
from app.extensions import db

DECIDED = (Stage.TO_APPROACH, Stage.INTERESTED, Stage.IN_TALKS, Stage.DECLINED)  # by people; the rest are facts
ACTS_SHOWN = 50


def of_school(brin: str) -> Talk | None:
    return db.session.get(Talk, brin, populate_existing=True)


def everything() -> dict[str, Talk]:
    return {talk.brin: talk for talk in db.session.scalars(sa.select(Talk))}


def stage_of(talk: Talk | None, agreement: Agreement | None) -> Stage:
    """Return how far a school is: its foremost agreement decides, then what was said last."""
    if agreement and agreement.is_running(clock.today()):
        return Stage.SIGNED
    if talk is None:
        return Stage.ENDED if agreement else Stage.TO_APPROACH
    return Stage.ENDED if talk.stage == Stage.SIGNED else Stage(talk.stage)


def choices(now: Stage) -> tuple[Stage, ...]:
    """Return the stages a note may say, the present one first: nobody can say away that an agreement is in force."""
    return (now,) if now is Stage.SIGNED else (now, *(one for one in DECIDED if one is not now))


def move(brin: str, to: Stage, next_on: dt.date | None = None) -> None:
    """Put a talk in a stage, whatever it was in."""
    _upsert(brin, {"stage": to, "next_on": next_on, "changed_at": clock.now()})


def come_forward(brin: str) -> None:
    """Note that a school says it is interested; a talk that has begun already stays where it is."""
    values = {"stage": Stage.INTERESTED, "changed_at": clock.now()}
    _upsert(brin, values, where=Talk.stage == Stage.TO_APPROACH)
    _write(brin, None, Stage.INTERESTED, "")


def note(brin: str, user_id: int, stage: Stage, text: str, next_on: dt.date | None) -> None:
    """Write down what was said, how far the talk is now, and when somebody takes it up again."""
    _write(brin, user_id, stage, text)
    move(brin, stage, next_on)
    audit.record("talk_noted", brin=brin, stage=stage)


def notes(brin: str) -> list[TalkNote]:
    """Return the notes about a school, the latest first."""
    wanted = sa.select(TalkNote).where(TalkNote.brin == brin).options(sa.orm.joinedload(TalkNote.user))
    return list(db.session.scalars(wanted.order_by(TalkNote.at.desc(), TalkNote.id.desc())))


def acts(brin: str) -> list[tuple[AuditEntry, str | None]]:
    """Return what was done about a school's agreement, and by whom (None: the command line), the latest first."""
    ours = sa.or_(AuditEntry.action.startswith("agreement"), AuditEntry.action.startswith("talk"))
    wanted = audit.entries(brin).add_columns(User.email).outerjoin(User, audit.is_by()).where(ours).limit(ACTS_SHOWN)
    return [(row[0], row[1]) for row in db.session.execute(wanted)]


def _write(brin: str, user_id: int | None, stage: Stage, text: str) -> None:
    db.session.add(TalkNote(brin=brin, user_id=user_id, at=clock.now(), stage=stage, text=text))
    db.session.flush()


def _upsert(brin: str, values: dict[str, Any], where: Any = None) -> None:
    row = insert_into(Talk).values(brin=brin, **values)
    db.session.execute(row.on_conflict_do_update(index_elements=["brin"], set_=values, where=where))
