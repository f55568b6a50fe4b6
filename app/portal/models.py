"""A file of students' addresses on its way: handed in, looked at, then taken over or forgotten within a day."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Json, UtcDateTime
from app.extensions import Model


class Delivery(Model):
    """What a school handed in about its students. `rows` (accepted) goes once taken over, or after a day.

    `unread` names what is not read, with first values, and goes with `rows`. `counts` says how many rows are new,
    changed, the same, and refused; `refused` is the file of the last, to mend.
    """

    __tablename__ = "deliveries"

    id: Mapped[int] = mapped_column(primary_key=True)
    brin: Mapped[str] = mapped_column(sa.ForeignKey("schools.brin"), index=True)
    made_by: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    made_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    rows: Mapped[list | None] = mapped_column(Json)
    counts: Mapped[dict] = mapped_column(Json)
    refused: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    refused_kind: Mapped[str] = mapped_column(sa.String(4))
    unread: Mapped[list | None] = mapped_column(Json)
    taken_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
