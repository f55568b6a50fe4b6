"""Which schools share their students' addresses, and from when until when."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import UtcDateTime
from app.extensions import Model
from app.reference.models import School


class Agreement(Model):
    """A data-processing agreement (verwerkersovereenkomst) with a school.

    Valid on each day from `valid_from` up to and including `valid_until`, until the day it was ended.
    """

    __tablename__ = "agreements"

    id: Mapped[int] = mapped_column(primary_key=True)
    brin: Mapped[str] = mapped_column(sa.ForeignKey("schools.brin"), index=True)
    valid_from: Mapped[dt.date]
    valid_until: Mapped[dt.date | None]
    signed_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    ended_on: Mapped[dt.date | None]

    school: Mapped[School] = relationship()

    __table_args__ = (sa.CheckConstraint("valid_until >= valid_from", name="until_after_from"),)

    @classmethod
    def valid_on(cls, day: dt.date) -> sa.ColumnElement[bool]:
        """Return the condition that an agreement is in force on `day`."""
        return sa.and_(
            cls.valid_from <= day,
            sa.or_(cls.valid_until.is_(None), cls.valid_until >= day),
            sa.or_(cls.ended_on.is_(None), cls.ended_on > day),
        )

    def state(self, day: dt.date) -> str:
        """Return "ended", "coming", "expired" or "valid"."""
        if self.ended_on and self.ended_on <= day:
            return "ended"
        if self.valid_from > day:
            return "coming"
        return "expired" if self.valid_until and self.valid_until < day else "valid"
