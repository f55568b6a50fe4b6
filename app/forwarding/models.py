"""What people say stands in a link's way: of a placement, by its trainer or by who got the student's link."""

import datetime as dt
import enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import UtcDateTime
from app.extensions import Model
from app.placements.models import Placement

STANDS = sa.text("undone_at is null and handled_at is null")


class Exit(enum.StrEnum):
    """A way out of passing a link on; the value is that of the button."""

    NOT_MINE = "not-mine"
    STOPPED = "stopped"
    UNREACHABLE = "unreachable"
    DATES = "dates"
    COLLEAGUE = "colleague"
    NOT_ME = "not-me"
    OPTED_OUT = "opted-out"


STOPPING = (Exit.NOT_MINE, Exit.STOPPED, Exit.UNREACHABLE)  # after these there is nothing to pass on, nor to remind of


class Report(Model):
    """One such word. It stands until it is undone or somebody at the desk dealt with it; one at a time per placement.

    `trainer_id` is the trainer who said it, none where the student did or where it follows from an opt-out. `day` is
    about when a student stopped, or the end that would be right; `message_id` the mail that told a colleague.
    """

    __tablename__ = "reports"

    id: Mapped[int] = mapped_column(primary_key=True)
    placement_id: Mapped[int] = mapped_column(sa.ForeignKey("placements.id"), index=True)
    trainer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("trainers.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(12))
    day: Mapped[dt.date | None]
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    message_id: Mapped[int | None] = mapped_column(sa.ForeignKey("messages.id", ondelete="SET NULL"), index=True)
    undone_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    handled_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)

    placement: Mapped[Placement] = relationship()

    __table_args__ = (
        sa.Index("ix_reports_stands", "placement_id", unique=True, sqlite_where=STANDS, postgresql_where=STANDS),
        sa.Index("ix_reports_open", "at", "id", sqlite_where=STANDS, postgresql_where=STANDS),
    )

    @classmethod
    def stands(cls) -> sa.TextClause:
        """Return the condition that a report was neither undone nor dealt with."""
        return STANDS
