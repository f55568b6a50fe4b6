"""Who could be asked: companies, trainers, placements, and the contacts that may reach them.

Contacts stand in tables of their own, so that erasing them is deleting rows.
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Json, UtcDateTime
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
    version: Mapped[int] = mapped_column(default=1)
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
    loaded row says anything new. `gone_at`: absent from a file that was declared complete for the school.
    """

    __tablename__ = "placements"

    id: Mapped[int] = mapped_column(primary_key=True)
    key_hash: Mapped[str] = mapped_column(sa.String(32), unique=True)
    row_digest: Mapped[str] = mapped_column(sa.String(32))
    brin: Mapped[str] = mapped_column(sa.ForeignKey("schools.brin"), index=True)
    agreement_number: Mapped[str | None] = mapped_column(sa.String(200))
    crebo: Mapped[str] = mapped_column(sa.ForeignKey("programmes.crebo"))
    pathway: Mapped[str] = mapped_column(sa.String(3))
    begins_on: Mapped[dt.date]
    planned_end_on: Mapped[dt.date]
    actual_end_on: Mapped[dt.date | None]
    ends_on: Mapped[dt.date] = mapped_column(sa.Computed("coalesce(actual_end_on, planned_end_on)", persisted=True))
    status: Mapped[str] = mapped_column(sa.String(40))
    company_number: Mapped[str] = mapped_column(sa.ForeignKey("companies.number"))
    trainer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("trainers.id"), index=True)
    language: Mapped[str | None] = mapped_column(sa.String(2))
    loaded_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    gone_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)

    school: Mapped[School] = relationship()
    programme: Mapped[Programme] = relationship()
    company: Mapped[Company] = relationship()
    trainer: Mapped[Trainer | None] = relationship()
    student: Mapped["StudentContact | None"] = relationship(back_populates="placement")

    __table_args__ = (sa.Index("ix_placements_ends_on", "ends_on"),)


class StudentContact(Model):
    """What a school under an agreement lets us know of a student."""

    __tablename__ = "student_contacts"

    placement_id: Mapped[int] = mapped_column(sa.ForeignKey("placements.id"), primary_key=True)
    first_name: Mapped[str] = mapped_column(sa.String(200))
    student_number: Mapped[str] = mapped_column(sa.String(200))
    address: Mapped[str | None] = mapped_column(sa.String(255))
    address_hash: Mapped[str | None] = mapped_column(sa.String(32), index=True)
    bounced_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)

    placement: Mapped[Placement] = relationship(back_populates="student")


class Upload(Model):
    """The checked rows of a sheet between its dry run and its confirmation; never the sheet itself.

    `rows` is zlib-compressed JSON. Erased a day after it was made, or when it is confirmed.
    """

    __tablename__ = "uploads"

    id: Mapped[int] = mapped_column(primary_key=True)
    made_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    rows: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    summary: Mapped[dict] = mapped_column(Json)
    confirmed_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
