"""A kind of mail of the tests' own, that goes to the message's own address and remembers what it is told."""

import itertools
from collections.abc import Sequence

import sqlalchemy as sa
from flask import Flask

from app.extensions import db
from app.mailing import kinds, outbox
from app.mailing.kinds import Kind, Letters, each
from app.mailing.letter import Letter, NotWanted, Text
from app.mailing.models import Message
from app.mailing.states import MailStatus

NUMBERS = itertools.count(1)


class Notes:
    """Registers the kind `note`; `unwanted` and `broken` are addresses that get none."""

    def __init__(self, app: Flask) -> None:
        self.sent: list[str] = []
        self.bounced: list[str] = []
        self.unwanted: set[str] = set()
        self.broken: set[str] = set()
        self.subject = "Een bericht"
        kinds.register(app, Kind("note", self.render_many, True, self._on_sent, self._on_bounce))

    def render_many(self, messages: Sequence[Message]) -> Letters:
        return each(self._render, messages)

    def _render(self, message: Message) -> Letter:
        assert message.to
        if message.to in self.unwanted:
            raise NotWanted("answered")
        if message.to in self.broken:
            raise RuntimeError("this note cannot be written")
        return Letter(message.to, "nl", self.subject, (Text("Hallo."),))

    def _on_sent(self, message: Message) -> None:
        self.sent.append(message.to or "")

    def _on_bounce(self, message: Message) -> None:
        self.bounced.append(message.to or "")


def queue(*addresses: str, run_id: int | None = None, priority: int = outbox.URGENT) -> list[int]:
    """Queue a note to each address; returns the ids."""
    ids = [
        outbox.enqueue("note", next(NUMBERS), to=address, run_id=run_id, priority=priority).id for address in addresses
    ]
    db.session.commit()
    return ids


def queue_one(address: str = "ada@example.org", **options) -> int:
    return queue(address, **options)[0]


def stored(message_id: int) -> sa.Row:
    """Return a message as it stands in the database now."""
    db.session.rollback()
    row = db.session.execute(sa.select(Message.__table__).where(Message.id == message_id)).one()
    db.session.rollback()
    return row


def status_of(message_id: int) -> MailStatus:
    return MailStatus(stored(message_id).status)


def put(message_id: int, **values) -> None:
    """Set columns of a message as a test needs them."""
    db.session.execute(sa.update(Message.__table__).where(Message.__table__.c.id == message_id).values(values))
    db.session.commit()
