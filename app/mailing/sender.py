"""One sender: claims a few messages, hands each to the mail server over its kept connection, records the outcome."""

import threading
from collections import Counter, deque
from dataclasses import dataclass

import structlog

from app.extensions import db
from app.mailing import composing, kinds, outbox, pace
from app.mailing.letter import NotWanted
from app.mailing.models import Message
from app.mailing.states import MailStatus
from app.mailing.transport import Handover, KeptConnection, ServerUnavailable, sender_address

log = structlog.get_logger()
AT_ONCE = 10
ENDS = {
    Handover.ACCEPTED: (MailStatus.SENT, None),
    Handover.NO_SUCH_ADDRESS: (MailStatus.FAILED, "no_such_address"),
    Handover.REFUSED: (MailStatus.FAILED, "refused_by_server"),
    Handover.SILENT: (MailStatus.UNCERTAIN, "no_answer_from_server"),
}


@dataclass(frozen=True)
class Outgoing:
    """A mail ready for the line: the envelope's recipient and the bytes."""

    recipient: str
    content: bytes


class Tally:
    """What became of the messages, counted over all threads of one worker."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts = Counter(sent=0, failed=0, dropped=0, uncertain=0, deferred=0)

    def add(self, outcome: str, n: int = 1) -> None:
        with self._lock:
            self._counts[outcome] += n

    def as_dict(self) -> dict[str, int]:
        return dict(self._counts)


class Sender:
    """The work of one thread. `work` is a step that tests can call; the loop around it lives in worker/."""

    def __init__(self, name: str, tally: Tally, stopping: threading.Event | None = None):
        self.name = name
        self.tally = tally
        self.stopping = stopping or threading.Event()
        self.connection = KeptConnection()

    def work(self) -> int:
        """Claim a few messages and deliver them; returns how many were handled.

        Raises ServerUnavailable. Every message not handed over is then back in the queue, as when `stopping` is set.
        """
        self.tally.add("uncertain", outbox.sweep())
        claimed = deque(outbox.claim(AT_ONCE, self.name))
        db.session.commit()
        handled = 0
        try:
            while claimed and not self.stopping.is_set():
                self.connection.open()  # before a message is composed: no server, no work
                pace.wait()
                outgoing = self._ready(claimed[0])
                message = claimed.popleft()  # from here on it is no longer merely claimed
                if outgoing:
                    self._deliver(message, outgoing)
                handled += 1
        finally:
            if claimed:
                db.session.rollback()
                outbox.give_back([message.id for message in claimed], self.name)
                db.session.commit()
        return handled

    def close(self) -> None:
        self.connection.close()

    def _ready(self, message: Message) -> Outgoing | None:
        """Compose and go to `sending` in one transaction, ended before the server is spoken to."""
        try:
            mail = composing.compose(message, composing.letter_for(message))
            outgoing = Outgoing(mail.envelope_recipient(), mail.as_bytes())
        except NotWanted as unwanted:
            self._count(outbox.finish(message.id, self.name, MailStatus.DROPPED, unwanted.reason), "dropped")
            outgoing = None
        except Exception:  # a mail that cannot be made must stop neither the others nor the worker
            db.session.rollback()
            log.exception("mail cannot be composed", message=message.id, kind=message.kind)
            self._count(outbox.put_off(message, self.name, "cannot_be_composed"), "deferred")
            outgoing = None
        else:
            outgoing = outgoing if outbox.start_sending(message.id, self.name) else None
        db.session.commit()
        return outgoing

    def _deliver(self, message: Message, outgoing: Outgoing) -> None:
        try:
            outcome = self.connection.hand_over(sender_address(), outgoing.recipient, outgoing.content)
        except ServerUnavailable:
            outbox.give_back([message.id], self.name)
            db.session.commit()
            raise
        try:
            self._record(message, outcome)
            db.session.commit()
        except Exception:  # what the server was given must never go back to the queue
            db.session.rollback()
            log.exception("outcome cannot be recorded", message=message.id, kind=message.kind, outcome=outcome.value)
            self._count(outbox.finish(message.id, self.name, MailStatus.UNCERTAIN, "not_recorded"), "uncertain")
            db.session.commit()

    def _record(self, message: Message, outcome: Handover) -> None:
        """Write down what became of a message, and let its kind draw its consequences."""
        if outcome is Handover.ACCEPTED:
            kinds.kind_of(message).on_sent(message)
        elif outcome is Handover.NO_SUCH_ADDRESS:
            kinds.kind_of(message).on_bounce(message)
        if outcome in ENDS:
            status, reason = ENDS[outcome]
            self._count(outbox.finish(message.id, self.name, status, reason), status.value)
        else:
            self._count(outbox.put_off(message, self.name, f"server_{outcome.value}"), "deferred")

    def _count(self, happened: bool, outcome: str) -> None:
        if happened:
            self.tally.add(outcome)
