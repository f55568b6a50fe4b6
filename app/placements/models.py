"""Who could be asked: companies, trainers, placements, and the contacts that may reach them.

Contacts stand in tables of their own, so that erasing them is deleting rows.
"""

import datetime as dt
import enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.accounts.models import User
from app.database import Json, UtcDateTime, new_version
from app.extensions import Model
from app.reference.models import Programme, School


class Company(Model):
    """An accredited company (leerbedrijf), known by nine digits."""

    __tablename__ = "companies"

    number: Mapped[str] = mapped_column(sa.String(9), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    city: Mapped[str] = mapped_column(sa.String(200))
    region: Mapped[str] = mapped_column(sa.String(200))


class Trainer(Model):
    """A praktijkopleider: one casefolded address, whatever schools name it. `version` is that of the trainer's link."""

    __tablename__ = "trainers"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str | None] = mapped_column(sa.String(255))
    address_hash: Mapped[str] = mapped_column(sa.String(32), unique=True)
    language: Mapped[str] = mapped_column(sa.String(2), default="nl")
    version: Mapped[int] = mapped_column(default=new_version)
    bounced_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)

    contacts: Mapped[list["TrainerContact"]] = relationship(back_populates="trainer")


class TrainerContact(Model):
    """What one school says of a trainer."""

    __tablename__ = "trainer_contacts"

    trainer_id: Mapped[int] = mapped_column(sa.ForeignKey("trainers.id"), primary_key=True)
    brin: Mapped[str] = mapped_column(sa.ForeignKey("schools.brin"), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200))

    trainer: Mapped[Trainer] = relationship(back_populates="contacts")


class Placement(Model):
    """One student, one programme, one company, from–to. Natural key: BRIN + agreement number (pok-nummer).

    `key_hash` keeps the natural key recognisable after the number itself is erased; `row_digest` tells whether a
    loaded row says anything new. `given_trainer` is the hash of the trainer's address that a file last named, whatever
    the desk made of it since. `gone_at`: absent from a file that was declared complete for the school.
    """

    __tablename__ = "placements"

    id: Mapped[int] = mapped_column(primary_key=True)
    key_hash: Mapped[str] = mapped_column(sa.String(32), unique=True)
    row_digest: Mapped[str] = mapped_column(sa.String(32))
    brin: Mapped[str] = mapped_column(sa.ForeignKey("schools.brin"))
    agreement_number: Mapped[str | None] = mapped_column(sa.String(200), index=True)
    crebo: Mapped[str] = mapped_column(sa.ForeignKey("programmes.crebo"))
    pathway: Mapped[str] = mapped_column(sa.String(3))
    begins_on: Mapped[dt.date]
    planned_end_on: Mapped[dt.date]
    actual_end_on: Mapped[dt.date | None]
    ends_on: Mapped[dt.date] = mapped_column(sa.Computed("coalesce(actual_end_on, planned_end_on)", persisted=True))
    status: Mapped[str] = mapped_column(sa.String(40))
    company_number: Mapped[str] = mapped_column(sa.ForeignKey("companies.number"), index=True)
    trainer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("trainers.id"), index=True)
    given_trainer: Mapped[str | None] = mapped_column(sa.String(32))
    language: Mapped[str | None] = mapped_column(sa.String(2))
    loaded_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    gone_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)

    school: Mapped[School] = relationship()
    programme: Mapped[Programme] = relationship()
    company: Mapped[Company] = relationship()
    trainer: Mapped[Trainer | None] = relationship()
    student: Mapped["StudentContact | None"] = relationship(back_populates="placement")

    __table_args__ = (
        sa.Index("ix_placements_ends_on", "ends_on", "id"),
        sa.Index("ix_placements_brin", "brin", "ends_on", "id"),
        sa.Index("ix_placements_loaded_at", "loaded_at", "id"),
    )


class StudentContact(Model):
    """What a school under an agreement lets us know of a student; `given_…` as Placement's `given_trainer`.

    What the school itself delivered or took away (`delivered_at`) stays until a file of placements names something else
    than the one before; of a student who was taken away nothing else is left, and the row holds nothing.
    """

    __tablename__ = "student_contacts"

    placement_id: Mapped[int] = mapped_column(sa.ForeignKey("placements.id"), primary_key=True)
    first_name: Mapped[str] = mapped_column(sa.String(200))
    student_number: Mapped[str] = mapped_column(sa.String(200), index=True)
    address: Mapped[str | None] = mapped_column(sa.String(255))
    address_hash: Mapped[str | None] = mapped_column(sa.String(32), index=True)
    given_first_name: Mapped[str | None] = mapped_column(sa.String(32))
    given_student_number: Mapped[str | None] = mapped_column(sa.String(32))
    given_address: Mapped[str | None] = mapped_column(sa.String(32))
    delivered_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    bounced_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)

    placement: Mapped[Placement] = relationship(back_populates="student")

    @classmethod
    def holds(cls) -> sa.ColumnElement[bool]:
        """Return the condition that something is known of the student."""
        return sa.or_(cls.first_name != "", cls.student_number != "", cls.address.is_not(None))


class Forgotten(Model):
    """The keyed hash of an address or number of who was erased, or of a withdrawn receipt: nothing brings it back."""

    __tablename__ = "forgotten"

    hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class Objection(Model):
    """The keyed hash of an address, number or placement of who is not to be asked, `until` a day or for good.

    `word` is the same for all that was said at once. A placement that got it because it names the person has the field
    by which it does in `through`. It needs no placement and no round (objections.py).
    """

    __tablename__ = "objections"

    hash: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    word: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    through: Mapped[str | None] = mapped_column(sa.String(20))
    until: Mapped[dt.date | None]
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


UPLOAD_KEPT = dt.timedelta(days=1)
TRIES = 3  # that workers begin the same work, before it is given up


class UploadState(enum.StrEnum):
    """What an upload waits for, or how it ended."""

    NAMING = "naming"
    CHECKING = "checking"
    CHECKED = "checked"
    LOADING = "loading"
    LOADED = "loaded"
    UNDOING = "undoing"
    UNDONE = "undone"
    FAILED = "failed"
    EXPIRED = "expired"


class Upload(Model):
    """A file of placements on its way: to have its columns named, to be checked, confirmed, loaded, perhaps undone.

    `sheet` (compressed CSV) holds the columns that are read, and all of them only until someone said what they mean;
    `report` are its refused rows, a file; `unread` names what is not read, with first values. All three are erased a
    day after `made_at` or `confirmed_at`, or once loaded. `asked_at` (machine time) stands while there is work for a
    worker, who holds it under a lease; `done` of `total` pieces are finished.
    """

    __tablename__ = "uploads"

    id: Mapped[int] = mapped_column(primary_key=True)
    made_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    language: Mapped[str] = mapped_column(sa.String(2))
    format: Mapped[dict] = mapped_column(Json)
    columns: Mapped[dict] = mapped_column(Json)
    sheet: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    report: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    unread: Mapped[list | None] = mapped_column(Json)
    summary: Mapped[dict] = mapped_column(Json, default=dict)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    checked_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    loaded_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    undo_asked_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    undone_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    asked_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    lease_until: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    claimed_by: Mapped[str | None] = mapped_column(sa.String(16))
    attempts: Mapped[int] = mapped_column(sa.SmallInteger, default=0)

    user: Mapped[User] = relationship()

    @property
    def is_held(self) -> bool:
        """Tell whether a worker has it in hand."""
        return self.lease_until is not None and self.lease_until > clock.machine_now()

    @classmethod
    def is_free(cls) -> sa.ColumnElement[bool]:
        """Return the condition that no worker has it in hand."""
        return sa.or_(cls.lease_until.is_(None), cls.lease_until < clock.machine_now())

    @classmethod
    def is_to_confirm(cls) -> sa.ColumnElement[bool]:
        """Return the condition that it is checked, and waits for somebody to confirm it."""
        return sa.and_(cls.checked_at.is_not(None), cls.confirmed_at.is_(None), cls.sheet.is_not(None))

    @property
    def state(self) -> UploadState:
        """Derive the state from what happened, the last first."""
        if self.asked_at and self.attempts >= TRIES and not self.is_held:
            return UploadState.FAILED
        if self.undone_at:
            return UploadState.UNDONE
        if self.loaded_at:
            return UploadState.UNDOING if self.undo_asked_at else UploadState.LOADED
        return self._state_before_loading()

    def _state_before_loading(self) -> UploadState:
        if self.asked_at:
            return UploadState.LOADING if self.confirmed_at else UploadState.CHECKING
        if self.made_at < clock.now() - UPLOAD_KEPT:
            return UploadState.EXPIRED
        return UploadState.CHECKED if self.checked_at else UploadState.NAMING


class LoadedChunk(Model):
    """What stood before and after where a chunk of an upload was loaded: JSON, compressed, kept a day to undo it."""

    __tablename__ = "loaded_chunks"

    upload_id: Mapped[int] = mapped_column(sa.ForeignKey("uploads.id"), primary_key=True)
    start: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    before: Mapped[bytes] = mapped_column(sa.LargeBinary)


class RememberedColumn(Model):
    """What a heading means in files of one school `among` the same others, folded; without `field` it is not read."""

    __tablename__ = "remembered_columns"

    brin: Mapped[str] = mapped_column(sa.ForeignKey("schools.brin"), primary_key=True)
    among: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    heading: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    field: Mapped[str | None] = mapped_column(sa.String(20))
