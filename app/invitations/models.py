"""Who is asked: rounds, seats (invitations), batches, what was announced, and what happened since."""

import datetime as dt
import enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.database import Json, UtcDateTime, new_version
from app.extensions import Model
from app.placements.models import Placement

LATE = dt.timedelta(hours=1)


class Role(enum.StrEnum):
    """Whose seat it is."""

    STUDENT = "student"
    TRAINER = "trainer"


class Route(enum.StrEnum):
    """How the student gets the link: mailed, or passed on by the trainer."""

    DIRECT = "direct"
    FORWARDED = "forwarded"


class Round(Model):
    """A measurement (meting): which placements, which questionnaires, and the rules for inviting.

    Covers placements whose end lies from `ends_from` up to and including `ends_until`. The digests are those of the
    questionnaires when rounds.bind was called first, and hold from then on; `modules` are those of their pages that are
    asked beside the rest. `reminder_days` are those after a seat's mail on which somebody is reminded, `reminded_on`
    the last day that was done. `counted` is a large round's reach as the worker counted it last, `counted_at` when one
    last took that up (counting.py).
    """

    __tablename__ = "rounds"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(100), unique=True)
    ends_from: Mapped[dt.date]
    ends_until: Mapped[dt.date]
    closes_on: Mapped[dt.date]
    due_days: Mapped[int]
    seat_days: Mapped[int]
    mails_per_trainer: Mapped[int | None]
    reminder_days: Mapped[list] = mapped_column(Json, default=lambda: [7, 14], server_default="[7, 14]")
    student_questionnaire: Mapped[str] = mapped_column(sa.String(60))
    trainer_questionnaire: Mapped[str] = mapped_column(sa.String(60))
    modules: Mapped[list] = mapped_column(Json, default=list, server_default="[]")
    student_digest: Mapped[str | None] = mapped_column(sa.String(64))
    trainer_digest: Mapped[str | None] = mapped_column(sa.String(64))
    opened_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    counted: Mapped[dict | None] = mapped_column(Json)
    counted_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    reminded_on: Mapped[dt.date | None]
    frozen_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (sa.CheckConstraint("ends_until >= ends_from", name="until_after_from"),)

    def questionnaire(self, role: str) -> str:
        """Return the id of the questionnaire that `role` answers."""
        return self.student_questionnaire if role == Role.STUDENT else self.trainer_questionnaire

    def is_closed(self, day: dt.date) -> bool:
        """Tell whether the round takes no more answers on `day`."""
        return self.closed_at is not None or day > self.closes_on

    def is_over(self) -> bool:
        """Tell whether nobody answers any more, not even who was late: what counts all answers waits for this."""
        return clock.now() >= closing(None, self.seat_days, self.closes_on, self.closed_at) + LATE


class Population(Model):
    """How many placements a round covered, as they were at its closing: what figures are weighted to afterwards."""

    __tablename__ = "populations"

    round_id: Mapped[int] = mapped_column(sa.ForeignKey("rounds.id"), primary_key=True)
    brin: Mapped[str] = mapped_column(sa.ForeignKey("schools.brin"), primary_key=True)
    crebo: Mapped[str] = mapped_column(sa.ForeignKey("programmes.crebo"), primary_key=True)
    pathway: Mapped[str] = mapped_column(sa.String(3), primary_key=True)
    n: Mapped[int]


class BlockCell(Model):
    """In which block of its school a programme × pathway counts in a round's figures; see blocks.py."""

    __tablename__ = "block_cells"

    round_id: Mapped[int] = mapped_column(sa.ForeignKey("rounds.id"), primary_key=True)
    brin: Mapped[str] = mapped_column(sa.ForeignKey("schools.brin"), primary_key=True)
    crebo: Mapped[str] = mapped_column(sa.ForeignKey("programmes.crebo"), primary_key=True)
    pathway: Mapped[str] = mapped_column(sa.String(3), primary_key=True)
    block: Mapped[int]


class Invitation(Model):
    """A seat: one role at one placement in a round. What happened to it are timestamps; its status is derived.

    `sent` is a mere flag: a time of sending would lead from the seat to the answers. `mailed_at` is the first mail of
    this version and route, from which the seat's days count; `route` is kept from the first accepted mail on.
    `ends_on` is the placement's, written again whenever that is: lists of a whole round go by it. `desk_withdrew_at` is
    the desk's decision alone, of a trainer's seat about the trainer who had it then (`desk_withdrew_from`); what the
    file and persons say of a seat stands elsewhere (facts.py). `was_due`,
    `was_reachable` and the cell it is counted in are written down when the round is over, so that nothing said later
    changes its counts.
    """

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    placement_id: Mapped[int] = mapped_column(sa.ForeignKey("placements.id"))
    role: Mapped[str] = mapped_column(sa.String(7))
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("rounds.id"))
    ends_on: Mapped[dt.date]
    version: Mapped[int] = mapped_column(default=new_version)
    route: Mapped[str | None] = mapped_column(sa.String(9))
    channel: Mapped[str | None] = mapped_column(sa.String(10))
    invited_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    mailed_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    passed_on_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    opened_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    started_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    desk_withdrew_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    desk_withdrew_from: Mapped[int | None] = mapped_column(sa.ForeignKey("trainers.id"))
    was_due: Mapped[bool | None]
    was_reachable: Mapped[bool | None]
    counted_crebo: Mapped[str | None] = mapped_column(sa.String(5))
    counted_pathway: Mapped[str | None] = mapped_column(sa.String(3))
    sent: Mapped[bool] = mapped_column(default=False, server_default=sa.false())

    placement: Mapped[Placement] = relationship()
    round: Mapped[Round] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("placement_id", "role"),
        sa.Index("ix_invitations_round_id_role", "round_id", "role", "ends_on", "id"),
        sa.CheckConstraint(sa.column("role").in_(["student", "trainer"]), name="role"),
        sa.CheckConstraint(sa.column("route").in_(["direct", "forwarded"]), name="route"),
    )

    def closes_on(self, mailed_on: dt.date) -> dt.date:
        """Return the last day this seat takes answers, when its first mail goes, or went, on `mailed_on`."""
        return last_day(self.mailed_at, mailed_on, self.round.seat_days, self.round.closes_on)

    def is_closed(self, day: dt.date) -> bool:
        """Tell whether this seat takes no more answers on `day`."""
        return self.round.is_closed(day) or day > self.closes_on(day)


def last_day(mailed_at: dt.datetime | None, mailed_on: dt.date, seat_days: int, closes_on: dt.date) -> dt.date:
    """Return the last day of a seat mailed at `mailed_at`, else to be mailed on `mailed_on`, in a round's days."""
    first = mailed_at.astimezone(clock.AMSTERDAM).date() if mailed_at else mailed_on
    return min(closes_on, first + dt.timedelta(days=seat_days))


def closing(
    mailed_at: dt.datetime | None, seat_days: int, closes_on: dt.date, closed_at: dt.datetime | None
) -> dt.datetime:
    """Return the moment at which a seat closes, of one that was not mailed that of its round.

    Whoever pressed Start before may save and send until LATE after it.
    """
    midnight = clock.start_of(last_day(mailed_at, closes_on, seat_days, closes_on) + dt.timedelta(days=1))
    return min(midnight, closed_at or midnight)


class Batch(Model):
    """One run of invitations: proposed, looked at, then sent. `left_out` counts seats per reason."""

    __tablename__ = "batches"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("rounds.id"), index=True)
    proposed_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    proposed_for: Mapped[dt.date]
    trainers: Mapped[int] = mapped_column(default=0)
    students_direct: Mapped[int] = mapped_column(default=0)
    seats: Mapped[int] = mapped_column(default=0)
    left_out: Mapped[dict] = mapped_column(Json)
    sent_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    paused_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    cancelled_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)

    round: Mapped[Round] = relationship()


class BatchSeat(Model):
    """A seat in a batch and who gets its mail: the trainer (`trainer_id`) or, without one here, the student."""

    __tablename__ = "batch_seats"

    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("batches.id"), primary_key=True)
    invitation_id: Mapped[int] = mapped_column(sa.ForeignKey("invitations.id"), primary_key=True)
    version: Mapped[int]
    trainer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("trainers.id"))

    __table_args__ = (sa.Index("ix_batch_seats_batch_id_trainer_id", "batch_id", "trainer_id"),)


class Announcement(Model):
    """Which message announces a version of a seat. The key lets overlapping batches announce each seat once.

    `reader` is the keyed hash of the student's address that an accepted mail went to: another one is told anew.
    """

    __tablename__ = "announcements"

    invitation_id: Mapped[int] = mapped_column(sa.ForeignKey("invitations.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    message_id: Mapped[int] = mapped_column(sa.ForeignKey("messages.id"), index=True)
    reader: Mapped[str | None] = mapped_column(sa.String(32))


class Event(Model):
    """Something that happened to a seat, for its history and for counting where links die. Never its sending."""

    __tablename__ = "events"

    id: Mapped[int] = mapped_column(primary_key=True)
    invitation_id: Mapped[int] = mapped_column(sa.ForeignKey("invitations.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    channel: Mapped[str | None] = mapped_column(sa.String(10))
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
