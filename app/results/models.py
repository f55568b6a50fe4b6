"""What results keep: increments of answers, editions, publications, and figures of earlier years."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Json, UtcDateTime
from app.extensions import Model
from app.invitations.models import Role, Round

IS_NATIONAL = sa.text("brin is null")  # where a unique constraint sees no two alike


class Increment(Model):
    """Answers of one role that entered the figures together: `persons` are at least five, `forms` their answers.

    Of a block of a school; or, without a school, of what was left over in all blocks when the round closed. With fewer
    answers left than `forms` (one was withdrawn) it counts no more.
    """

    __tablename__ = "increments"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("rounds.id"), index=True)
    role: Mapped[str] = mapped_column(sa.String(7))
    brin: Mapped[str | None] = mapped_column(sa.ForeignKey("schools.brin"))
    block: Mapped[int | None]
    persons: Mapped[int]
    forms: Mapped[int]


class Edition(Model):
    """The figures of a round as they stood at a moment: it only loses what was withdrawn, see withdrawing.py.

    `manifest` says what is in it: {"rows": {role or reach: n}, "questionnaires": {role: id}, "digest": SHA-256 over its
    files as they were made, "without": increments that were not whole then}. Once it lost some, these stand in "lost",
    and in "left" the digest over its files as they are now.
    """

    __tablename__ = "editions"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("rounds.id"), index=True)
    made_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    manifest: Mapped[dict] = mapped_column(Json)

    round: Mapped[Round] = relationship()
    files: Mapped[list["EditionFile"]] = relationship(cascade="all, delete-orphan")

    @property
    def answers(self) -> int:
        """Return how many answers of both roles are in it."""
        return self.manifest["rows"]["student"] + self.manifest["rows"]["trainer"]


class EditionFile(Model):
    """One Parquet file of an edition: answers of a role (`student`, `trainer`), their counts, or `reach`: seats."""

    __tablename__ = "edition_files"

    edition_id: Mapped[int] = mapped_column(sa.ForeignKey("editions.id"), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    digest: Mapped[str] = mapped_column(sa.String(64))
    content: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)


def counts_name(role: Role) -> str:
    """Return which file of an edition has the counts of a role's answers, which figures are made of."""
    return f"{role}_counts"


class Publication(Model):
    """A round's results as they were published, with their digest: they stay as they are, and so does their edition,
    but for answers that are withdrawn.
    """

    __tablename__ = "publications"

    round_id: Mapped[int] = mapped_column(sa.ForeignKey("rounds.id"), primary_key=True)
    edition_id: Mapped[int] = mapped_column(sa.ForeignKey("editions.id"))
    published_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    figures: Mapped[dict] = mapped_column(Json)
    digest: Mapped[str] = mapped_column(sa.String(64), default="")

    round: Mapped[Round] = relationship()
    edition: Mapped[Edition] = relationship()


class HistoryFigure(Model):
    """A figure that somebody published or delivered about an earlier year: `value` as it was given, in `unit`.

    Without `brin` it is a national one.
    """

    __tablename__ = "history_figures"

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    role: Mapped[str] = mapped_column(sa.String(60))
    metric: Mapped[str] = mapped_column(sa.String(120))
    breakdown: Mapped[str] = mapped_column(sa.String(60), default="")
    brin: Mapped[str | None] = mapped_column(sa.ForeignKey("schools.brin"), index=True)
    value: Mapped[str] = mapped_column(sa.String(20))
    unit: Mapped[str] = mapped_column(sa.String(10))
    n: Mapped[int | None]
    qualifier: Mapped[str] = mapped_column(sa.String(200), default="")
    source: Mapped[str] = mapped_column(sa.String(500), default="")

    @property
    def key(self) -> tuple[int, str, str, str, str | None]:
        """Return what a figure is known by."""
        return self.year, self.role, self.metric, self.breakdown, self.brin

    __table_args__ = (
        sa.UniqueConstraint("year", "role", "metric", "breakdown", "brin"),
        sa.Index(
            "ix_history_figures_national",
            "year",
            "role",
            "metric",
            "breakdown",
            unique=True,
            sqlite_where=IS_NATIONAL,
            postgresql_where=IS_NATIONAL,
        ),
        sa.Index("ix_history_figures_metric", "metric", "role", "year"),
    )
