"""One sender: claims a few messages, hands each to the mail server over its kept connection, records the outcome."""

import threading
from collections import Counter

import structlog
from flask_mail import BadHeaderError

from app.extensions import db
from app.mailing import composing, kinds, outbox, pace
from app.mailing.letter import NotWanted
from app.mailing.models import Message
from app.mailing.states import MailStatus
from app.mailing.transport import Handover, KeptConnection, OutgoingMail, ServerUnavailable, sender_address

log = structlog.get_logger()
AT_ONCE = 10
ENDS = {
    Handover.ACCEPTED: (MailStatus.SENT, None),
    Handover.NO_SUCH_ADDRESS: (MailStatus.FAILED, "no_such_address"),
    Handover.REFUSED: (MailStatus.FAILED, "refused_by_server"),
    Handover.SILENT: (MailStatus.UNCERTAIN, "no_answer_from_server"),
}


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

    def __init__(self, name: str, tally: Tally):
        self.name = name
        self.tally = tally
        self.connection = KeptConnection()

    def work(self) -> int:
        """Claim a few messages and deliver them; returns how many there were.

        Raises ServerUnavailable, with every message not handed over back in the queue.
        """
        self.tally.add("uncertain", outbox.sweep())
        messages = outbox.claim(AT_ONCE, self.name)
        db.session.commit()
        waiting = [message.id for message in messages]
        try:
            for message in messages:
                self._deliver(message)
                waiting.remove(message.id)
        finally:
            if waiting:
                db.session.rollback()
                outbox.give_back(waiting, self.name)
                db.session.commit()
        return len(messages)

    def close(self) -> None:
        self.connection.close()

    def _deliver(self, message: Message) -> None:
        self.connection.open()
        outgoing = self._ready(message)
        if outgoing is None:
            return
        pace.wait()
        content, recipient = outgoing.as_bytes(), str(outgoing.recipients[0])
        try:
            outcome = self.connection.hand_over(sender_address(), recipient, content)
        except ServerUnavailable:
            outbox.give_back([message.id], self.name)
            db.session.commit()
            raise
        self._record(message, outcome)
        db.session.commit()

    def _ready(self, message: Message) -> OutgoingMail | None:
        """Compose and go to `sending` in one transaction, ended before the server is spoken to."""
        try:
            outgoing = composing.compose(message, composing.letter_for(message))
            if outgoing.has_bad_headers():
                raise BadHeaderError
        except NotWanted as unwanted:
            self._count(outbox.finish(message.id, self.name, MailStatus.DROPPED, unwanted.reason), "dropped")
            outgoing = None
        except Exception:  # a mail that cannot be made must stop neither the others nor the worker
            log.exception("mail cannot be composed", message=message.id, kind=message.kind)
            db.session.rollback()
            self._count(outbox.put_off(message, self.name, "cannot_be_composed"), "deferred")
            outgoing = None
        else:
            outgoing = outgoing if outbox.start_sending(message.id, self.name) else None
        db.session.commit()
        return outgoing

    def _record(self, message: Message, outcome: Handover) -> None:
        if outcome in ENDS:
            status, reason = ENDS[outcome]
            self._count(outbox.finish(message.id, self.name, status, reason), status.value)
        else:
            self._count(outbox.put_off(message, self.name, f"server_{outcome.value}"), "deferred")
        if outcome is Handover.ACCEPTED:
            kinds.kind_of(message).on_sent(message)
        elif outcome is Handover.NO_SUCH_ADDRESS:
            kinds.kind_of(message).on_bounce(message)

    def _count(self, happened: bool, outcome: str) -> None:
        if happened:
            self.tally.add(outcome)
