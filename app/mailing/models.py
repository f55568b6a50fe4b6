"""The outbox and the opt-outs. A message is a kind and ids; its text is made when it is sent, and not kept."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.database import UtcDateTime
from app.extensions import Model
from app.mailing.states import MailStatus

WAITING = sa.text("status = 'queued'")
LEASED = sa.text("status in ('claimed', 'sending')")
TROUBLED = sa.text("status in ('bounced', 'failed', 'uncertain')")


class Message(Model):
    """One mail to one recipient.

    `kind` names who renders it, `subject_id` what it is about, `run_id` the run of mails it belongs to; mailing knows
    no more of them. `to` is only kept for an address that stands nowhere else, and blanked once delivered. `reason`
    is a word for screens, `answer` what the server said, without addresses. Since `refused_since` (machine time) it was
    put off for the same reason each time. Lower `priority` goes first.
    """

    __tablename__ = "messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    subject_id: Mapped[int]
    run_id: Mapped[int | None]
    to: Mapped[str | None] = mapped_column(sa.String(255))
    status: Mapped[str] = mapped_column(sa.String(10), default=MailStatus.QUEUED)
    priority: Mapped[int] = mapped_column(sa.SmallInteger, default=5)
    queued_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    not_before: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    lease_until: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    claimed_by: Mapped[str | None] = mapped_column(sa.String(40))
    attempts: Mapped[int] = mapped_column(sa.SmallInteger, default=0)
    ended_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str | None] = mapped_column(sa.String(40))
    answer: Mapped[str | None] = mapped_column(sa.String(200))
    refused_since: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        sa.UniqueConstraint("run_id", "kind", "subject_id"),
        sa.CheckConstraint(sa.column("status").in_([status.value for status in MailStatus]), name="status"),
        sa.Index(
            "ix_messages_waiting",
            "priority",
            "not_before",
            "id",
            sqlite_where=WAITING,
            postgresql_where=WAITING,
        ),
        sa.Index("ix_messages_leased", "lease_until", sqlite_where=LEASED, postgresql_where=LEASED),
        sa.Index("ix_messages_subject", "kind", "subject_id"),
        sa.Index("ix_messages_run_status", "run_id", "status", "id"),
        sa.Index("ix_messages_troubled", "id", sqlite_where=TROUBLED, postgresql_where=TROUBLED),
    )

    @classmethod
    def in_trouble(cls) -> sa.TextClause:
        """Return the condition that somebody should look at a message: it failed, bounced, or is uncertain."""
        return TROUBLED


class OptOut(Model):
    """An address that wants no more mail, as a keyed hash: for good, or up to and including the day `until`."""

    __tablename__ = "opt_outs"

    address_hash: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    until: Mapped[dt.date | None]

    @classmethod
    def holds_on(cls, day: dt.date) -> sa.ColumnElement[bool]:
        """Return the condition that an opt-out holds on `day`."""
        return sa.or_(cls.until.is_(None), cls.until >= day)
