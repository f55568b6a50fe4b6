"""Periodic work already taken: any number of workers, each period once."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.database import UtcDateTime
from app.extensions import Model


class PeriodicRun(Model):
    """One run of a periodic task; the key decides which worker does it."""

    __tablename__ = "periodic_runs"

    name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    period: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    started_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
