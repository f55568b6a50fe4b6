"""Which schools share their students' addresses, and from when until when."""

import datetime as dt
import enum
import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.database import Json, UtcDateTime
from app.extensions import Model
from app.reference.models import School

CONTACT_DAYS = 30


class Category(enum.StrEnum):
    """What a school may share of a student."""

    ADDRESS = "address"
    FIRST_NAME = "first_name"
    STUDENT_NUMBER = "student_number"


EVERYTHING = json.dumps(list(Category))


class Agreement(Model):
    """A data-processing agreement (verwerkersovereenkomst) with a school.

    Valid on each day from `valid_from` up to and including `valid_until`, until the day it was ended; `signed_at` is
    when it was entered here, `signed_on` the day under the signature. What the school may share of students are
    `categories`; it goes `contact_days` after the last seat it serves closed. The contacts are mail addresses at the
    school: for privacy, and to be told of a leak.
    """

    __tablename__ = "agreements"

    id: Mapped[int] = mapped_column(primary_key=True)
    brin: Mapped[str] = mapped_column(sa.ForeignKey("schools.brin"), index=True)
    valid_from: Mapped[dt.date]
    valid_until: Mapped[dt.date | None]
    version: Mapped[str] = mapped_column(sa.String(40), default="", server_default="")
    signed_on: Mapped[dt.date | None]
    categories: Mapped[list] = mapped_column(Json, default=lambda: list(Category), server_default=EVERYTHING)
    contact_days: Mapped[int] = mapped_column(default=CONTACT_DAYS, server_default=str(CONTACT_DAYS))
    privacy_contact: Mapped[str | None] = mapped_column(sa.String(255))
    leak_contact: Mapped[str | None] = mapped_column(sa.String(255))
    signed_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    ended_on: Mapped[dt.date | None]

    school: Mapped[School] = relationship()

    __table_args__ = (sa.CheckConstraint("valid_until >= valid_from", name="until_after_from"),)

    @classmethod
    def valid_on(cls, day: Any) -> sa.ColumnElement[bool]:
        """Return the condition that an agreement is in force on `day`, a date or a column of dates."""
        return sa.and_(
            cls.valid_from <= day,
            sa.or_(cls.valid_until.is_(None), cls.valid_until >= day),
            sa.or_(cls.ended_on.is_(None), cls.ended_on > day),
        )

    @classmethod
    def shares(cls, category: Category) -> sa.ColumnElement[bool]:
        """Return the condition that an agreement lets the school share this of its students."""
        return sa.cast(cls.categories, sa.Text).contains(f'"{category}"', autoescape=True)

    def state(self, day: dt.date) -> str:
        """Return "ended", "coming", "expired" or "valid"."""
        if self.ended_on and self.ended_on <= day:
            return "ended"
        if self.valid_from > day:
            return "coming"
        return "expired" if self.valid_until and self.valid_until < day else "valid"

    def is_running(self, day: dt.date) -> bool:
        """Tell whether it is in force on `day`, or still to come."""
        return self.state(day) in ("valid", "coming")


class Stage(enum.StrEnum):
    """How far the talks with a school about an agreement have come; a school without a talk is to be approached."""

    TO_APPROACH = "to_approach"
    INTERESTED = "interested"
    IN_TALKS = "in_talks"
    SIGNED = "signed"
    DECLINED = "declined"
    ENDED = "ended"


class Talk(Model):
    """The talks with one school: how far they are, and on which day somebody takes them up again."""

    __tablename__ = "talks"

    brin: Mapped[str] = mapped_column(sa.ForeignKey("schools.brin"), primary_key=True)
    stage: Mapped[str] = mapped_column(sa.String(12))
    next_on: Mapped[dt.date | None]
    changed_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)

    school: Mapped[School] = relationship()


class TalkNote(Model):
    """What was said in a talk; without a user and a text it says that a school came forward in the public form."""

    __tablename__ = "talk_notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    brin: Mapped[str] = mapped_column(sa.ForeignKey("schools.brin"), index=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    stage: Mapped[str] = mapped_column(sa.String(12))
    text: Mapped[str] = mapped_column(sa.String(2000))

    user: Mapped[User | None] = relationship()


class Interest(Model):
    """A school that says through the public form that it is interested, and who to answer."""

    __tablename__ = "interests"

    id: Mapped[int] = mapped_column(primary_key=True)
    brin: Mapped[str] = mapped_column(sa.ForeignKey("schools.brin"), index=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    address: Mapped[str] = mapped_column(sa.String(255))
    text: Mapped[str] = mapped_column(sa.String(2000))
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    handled_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)

    school: Mapped[School] = relationship()
