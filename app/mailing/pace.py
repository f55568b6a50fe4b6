"""One rate for all workers together, held in the database: each mail takes the next free moment."""

import time

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Mapped, mapped_column

from app.database import insert_into
from app.extensions import Model, db


class Pace(Model):
    """The moment (Unix seconds) from which the next mail may go; one row."""

    __tablename__ = "mail_pace"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    next_at: Mapped[float]


def wait() -> None:
    """Sleep until this mail's moment, when MAIL_RATE (mails per second) is set."""
    rate = current_app.config["MAIL_RATE"]
    if rate:
        moment = take_moment(1 / rate)
        db.session.commit()
        time.sleep(max(0, moment - time.time()))


def take_moment(gap: float) -> float:
    """Take the next free moment, `gap` seconds after the one before, or now."""
    now = time.time()
    later = sa.case((Pace.next_at > now, Pace.next_at), else_=now) + gap
    row = insert_into(Pace).values(id=1, next_at=now + gap)
    row = row.on_conflict_do_update(index_elements=["id"], set_={"next_at": later}).returning(Pace.next_at)
    return db.session.execute(row).scalar_one() - gap
