"""Who logs in, and the log of what they looked at or changed."""

import datetime as dt
import enum
from typing import Any, ClassVar

import sqlalchemy as sa
from flask_security import UserMixin
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Json, UtcDateTime
from app.extensions import Model


class Role(enum.StrEnum):
    """What an account may do; each view names the roles it is for."""

    ADMIN = "admin"
    ANALYST = "analyst"
    SCHOOL = "school"
    ADVISER = "adviser"
    SECTOR = "sector"


SEES_ALL_SCHOOLS = (Role.ADMIN, Role.ANALYST)


class User(Model, UserMixin):
    """An account; Flask-Security signs it in and checks its password.

    A school user and an adviser reach the schools in `schools`, a school user perhaps only some `programmes` of them; a
    sector reader has a `sector_code`.
    """

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(255), unique=True)
    password: Mapped[str] = mapped_column(sa.String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(sa.String(64), unique=True)
    role: Mapped[str] = mapped_column(sa.String(20))
    sector_code: Mapped[str | None] = mapped_column(sa.ForeignKey("sectors.code"))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)

    schools: Mapped[list["UserSchool"]] = relationship(cascade="all, delete-orphan", order_by="UserSchool.brin")
    programmes: Mapped[list["UserProgramme"]] = relationship(cascade="all, delete-orphan")

    def reaches(self, brin: str) -> bool:
        """Tell whether this account may see what is of this school."""
        return self.role in SEES_ALL_SCHOOLS or brin in self.brins

    @property
    def brins(self) -> frozenset[str]:
        """The schools given to this account; those who see all schools need none."""
        return frozenset(one.brin for one in self.schools)

    @property
    def reach(self) -> frozenset[str] | None:
        """The schools that lists are narrowed to, or None for all."""
        return None if self.role in SEES_ALL_SCHOOLS else self.brins

    @property
    def crebos(self) -> frozenset[str] | None:
        """The programmes a school user is limited to, or None for all of the school."""
        return frozenset(one.crebo for one in self.programmes) or None

    # Flask-Security asks for roles of its own; ours is a column, and a mark on each view.
    roles: ClassVar[list[Any]] = []  # type: ignore[misc]


class UserSchool(Model):
    """A school that an account reaches."""

    __tablename__ = "user_schools"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), primary_key=True)
    brin: Mapped[str] = mapped_column(sa.ForeignKey("schools.brin"), primary_key=True)


class UserProgramme(Model):
    """A programme to which a school user is limited."""

    __tablename__ = "user_programmes"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), primary_key=True)
    crebo: Mapped[str] = mapped_column(sa.ForeignKey("programmes.crebo"), primary_key=True)


class SignIn(Model):
    """One browser in which an account signed in, until it signs out or somebody ends it. The key is kept as a hash."""

    __tablename__ = "sign_ins"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    key_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    browser: Mapped[str] = mapped_column(sa.String(100))
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class AuditEntry(Model):
    """One act worth keeping: who did what to which thing, of which school. Never holds an address or a link.

    The database lets entries be added, and deleted only once they are AUDIT_YEARS old; see `append_only.py`.
    """

    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime, index=True)
    actor: Mapped[str] = mapped_column(sa.String(255))
    action: Mapped[str] = mapped_column(sa.String(60))
    brin: Mapped[str | None] = mapped_column(sa.ForeignKey("schools.brin"), index=True)
    details: Mapped[dict] = mapped_column(Json)
