"""What was answered. A draft belongs to its seat; a response holds no number of one.

Nor of a placement, and of the time the month only: its receipt, kept as a hash, finds it again. Background often fits
one seat alone all the same, see docs/privacy.md.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Json
from app.extensions import Model

HAS_ADDRESS = sa.text("address is not null")


class Draft(Model):
    """The answers of a seat before they are sent. `nonce` names the draft in the browser's signed draft key.

    `reader` is that of the direct link it began with, none where it began another way (links.py). `address` is one that
    whoever answers left, to be mailed their own link; it goes with the draft.
    """

    __tablename__ = "drafts"

    id: Mapped[int] = mapped_column(primary_key=True)
    invitation_id: Mapped[int] = mapped_column(sa.ForeignKey("invitations.id"), unique=True)
    version: Mapped[int]
    nonce: Mapped[str] = mapped_column(sa.String(22))
    reader: Mapped[str | None] = mapped_column(sa.String(12))
    wrong_codes: Mapped[int] = mapped_column(sa.SmallInteger, default=0)
    address: Mapped[str | None] = mapped_column(sa.String(255))

    __table_args__ = (sa.Index("ix_drafts_address", "address", sqlite_where=HAS_ADDRESS, postgresql_where=HAS_ADDRESS),)

    pages: Mapped[list["DraftPage"]] = relationship(cascade="all, delete-orphan", passive_deletes=True)


class DraftPage(Model):
    """One page of a draft, saved by UPSERT: two open tabs never lose each other's pages.

    It is done once *next* was pressed on it, whatever was saved of it while typing.
    """

    __tablename__ = "draft_pages"

    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("drafts.id", ondelete="CASCADE"), primary_key=True)
    page: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    answers: Mapped[dict] = mapped_column(Json)
    done: Mapped[bool] = mapped_column(default=False)

    __table_args__ = {"sqlite_with_rowid": False}  # one tree to write instead of two


class Response(Model):
    """One person's sent answers: background and a document of question id → value(s).

    What people wrote themselves stands apart in `texts`, since it goes sooner; none where there is nothing. Of it
    `released` holds what schools may read, question id → text, once somebody decided on it; "" was held back.

    `is_first` tells persons from forms: of several forms of one trainer about students of a school only the first has
    it, of those of the whole round only the first has `is_first_in_round`. `increment_id` is the increment with which
    it entered the figures, see app/results/increments.py.

    The key is random and, on SQLite, also the order on disk, so that the order of sending is not kept.
    """

    __tablename__ = "responses"

    key: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    receipt_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("rounds.id"), index=True)
    month: Mapped[str] = mapped_column(sa.String(7))
    role: Mapped[str] = mapped_column(sa.String(7))
    channel: Mapped[str] = mapped_column(sa.String(10))
    questionnaire: Mapped[str] = mapped_column(sa.String(60))
    brin: Mapped[str] = mapped_column(sa.ForeignKey("schools.brin"))
    crebo: Mapped[str] = mapped_column(sa.ForeignKey("programmes.crebo"))
    pathway: Mapped[str] = mapped_column(sa.String(3))
    answers: Mapped[dict] = mapped_column(Json)
    texts: Mapped[dict | None] = mapped_column(Json)
    released: Mapped[dict | None] = mapped_column(Json)
    is_first: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    is_first_in_round: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    increment_id: Mapped[int | None] = mapped_column(index=True)

    __table_args__ = {"sqlite_with_rowid": False}

    @property
    def everything(self) -> dict:
        """Return what was answered and what was written, by question id."""
        return self.answers | (self.texts or {})


class FirstForm(Model):
    """That a trainer sent a form in a round: one about a student of a school, and with an empty `brin` one at all.

    It holds the place of the person in the figures until that first form is withdrawn, which `mark` tells: made of its
    receipt (receipts.first_mark), it leads without the receipt neither to the answers nor to their seat.
    """

    __tablename__ = "first_forms"

    trainer_id: Mapped[int] = mapped_column(sa.ForeignKey("trainers.id"), primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("rounds.id"), primary_key=True)
    brin: Mapped[str] = mapped_column(sa.String(4), primary_key=True)
    mark: Mapped[str] = mapped_column(sa.String(64))

    __table_args__ = {"sqlite_with_rowid": False}  # which would tell the order of sending


class CompletionCounter(Model):
    """How many sent how many whole minutes after their first saved page: medians without a seat and without a time.

    LONGEST stands for that and more. A row changes in the transaction that marks a seat as sent, so its number there
    would say how long that seat took; the nightly shuffling rewrites these rows too. It is never told apart by school.
    """

    __tablename__ = "completion_counters"

    LONGEST = 60

    round_id: Mapped[int] = mapped_column(sa.ForeignKey("rounds.id"), primary_key=True)
    role: Mapped[str] = mapped_column(sa.String(7), primary_key=True)
    channel: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    minutes: Mapped[int] = mapped_column(primary_key=True)
    n: Mapped[int]
