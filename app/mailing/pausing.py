"""What keeps mail from going: the server's last refusal, for all workers together, forgotten once a mail passes.

IN_A_ROW refusals that are our own fault, or ends that nobody knows of, pause the sending. Then one mail tries per
pause, and each pause is longer than the one before: few mails are spent on finding out.
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.database import UtcDateTime, insert_into
from app.extensions import Model, db
from app.mailing.transport import ServerUnavailable

IN_A_ROW = 5
FIRST_PAUSE, GROWTH = dt.timedelta(minutes=1), 5
LONGEST_PAUSE = dt.timedelta(hours=1)
LONGEST_WHEN_UNCERTAIN = dt.timedelta(days=1)  # each of these tries costs a mail


class SendingPaused(ServerUnavailable):
    """Mail waits until it is time to try one; the message is what the server said."""


class Trouble(Model):
    """One row while something keeps mail from going. Sending is paused once there is a `next_try` (machine time)."""

    __tablename__ = "mail_trouble"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    words: Mapped[str] = mapped_column(sa.String(200))
    in_a_row: Mapped[int] = mapped_column(default=0)
    uncertain: Mapped[bool] = mapped_column(default=False)
    tries: Mapped[int] = mapped_column(default=0)
    next_try: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)

    def plan_next_try(self) -> None:
        longest = LONGEST_WHEN_UNCERTAIN if self.uncertain else LONGEST_PAUSE
        self.next_try = clock.machine_now() + min(FIRST_PAUSE * GROWTH ** min(self.tries, 9), longest)


def trouble() -> Trouble | None:
    """Return what keeps mail from going now, if anything does."""
    return db.session.get(Trouble, 1, populate_existing=True)


def note(words: str) -> Trouble:
    """Remember why no mail goes, in the server's words; returns the row, locked."""
    row = {"id": 1, "words": words[:200], "in_a_row": 0, "uncertain": False, "tries": 0}
    latest = insert_into(Trouble).values(row)
    db.session.execute(latest.on_conflict_do_update(index_elements=["id"], set_={"words": row["words"]}))
    return db.session.get_one(Trouble, 1, populate_existing=True, with_for_update=True)


def count(words: str, *, uncertain: bool) -> None:
    """Count a mail that was refused by our own fault or came to an uncertain end; enough in a row pause the sending."""
    row = note(words)
    row.in_a_row, row.uncertain = row.in_a_row + 1, uncertain
    if row.in_a_row >= IN_A_ROW and row.next_try is None:
        row.plan_next_try()
    db.session.flush()


def passed() -> None:
    """Forget the trouble: a mail was accepted."""
    db.session.execute(sa.delete(Trouble))


def take_turn() -> int:
    """Return which try one mail of the caller's is while sending is paused, else 0. Raises SendingPaused in between."""
    row = trouble()
    if row and row.next_try and row.next_try <= clock.machine_now():  # of two workers one gets the turn
        row = db.session.get(Trouble, 1, populate_existing=True, with_for_update=True)
    if row is None or row.next_try is None:
        return 0
    if row.next_try > clock.machine_now():
        raise SendingPaused(row.words)
    row.tries += 1
    row.plan_next_try()
    db.session.flush()
    return row.tries


def return_turn() -> None:
    """Take a turn back in which nothing came before the server, so that it costs no longer pause."""
    try_now()
    db.session.execute(sa.update(Trouble).where(Trouble.next_try.is_not(None)).values(tries=Trouble.tries - 1))


def raise_if_paused() -> None:
    """Raise SendingPaused while it is."""
    row = trouble()
    if row and row.next_try:
        raise SendingPaused(row.words)


def try_now() -> None:
    """Let the next mail try at once."""
    db.session.execute(sa.update(Trouble).where(Trouble.next_try.is_not(None)).values(next_try=clock.machine_now()))
