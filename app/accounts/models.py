"""Who logs in, and the log of what they looked at or changed."""

import datetime as dt
import enum
from typing import Any, ClassVar

import sqlalchemy as sa
from flask_security import UserMixin
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Json, UtcDateTime
from app.extensions import Model


class Role(enum.StrEnum):
    """What an account may do; each view names the roles it is for."""

    ADMIN = "admin"


class User(Model, UserMixin):
    """An account; Flask-Security signs it in and checks its password."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(255), unique=True)
    password: Mapped[str] = mapped_column(sa.String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(sa.String(64), unique=True)
    role: Mapped[str] = mapped_column(sa.String(20))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)

    # Flask-Security asks for roles of its own; ours is a column, and a mark on each view.
    roles: ClassVar[list[Any]] = []  # type: ignore[misc]


class AuditEntry(Model):
    """One act worth keeping: who did what to which thing. Never holds an address or a link."""

    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime, index=True)
    actor: Mapped[str] = mapped_column(sa.String(255))
    action: Mapped[str] = mapped_column(sa.String(60))
    details: Mapped[dict] = mapped_column(Json)
