"""What persons asked of us about their data, without their address; and the epoch that tells an old database."""

import datetime as dt
import enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.database import UtcDateTime
from app.extensions import Model


class Wish(enum.StrEnum):
    """What a person may ask (GDPR articles 15, 16, 17 and 21)."""

    ACCESS = "access"
    CORRECT = "correct"
    ERASE = "erase"
    OBJECT = "object"


class Epoch(Model):
    """The one row that says which database this is (a random number) and how far: `number` grows while we run."""

    __tablename__ = "epochs"

    id: Mapped[int] = mapped_column(primary_key=True)
    database: Mapped[int]
    number: Mapped[int] = mapped_column(sa.BigInteger)


class PersonRequest(Model):
    """One request, known by the keyed hash of the address or number it was about; answered by `due_on`."""

    __tablename__ = "person_requests"

    id: Mapped[int] = mapped_column(primary_key=True)
    wish: Mapped[str] = mapped_column(sa.String(8))
    person_hash: Mapped[str] = mapped_column(sa.String(32), index=True)
    received_on: Mapped[dt.date]
    due_on: Mapped[dt.date]
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    done_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User | None] = relationship()
