"""One sender: claims a few messages, hands each to the mail server over its kept connection, records the outcome."""

import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

import structlog

from app.database import Unavailable
from app.extensions import db
from app.mailing import composing, kinds, outbox, pace
from app.mailing.letter import Letter, NotWanted
from app.mailing.models import Message
from app.mailing.states import MailStatus
from app.mailing.transport import Handover, KeptConnection, ServerUnavailable, sender_address

log = structlog.get_logger()
AT_ONCE = 20
FRESH_SECONDS = 10  # how old the knowledge that a mail is still wanted may be when it goes
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
        n = len(claimed)
        try:
            if claimed:
                self.connection.open()  # before a message is composed: no server, no work
                self._deliver_all(claimed)
        finally:
            if claimed:
                db.session.rollback()
                outbox.give_back([message.id for message in claimed], self.name)
                db.session.commit()
        return n - len(claimed)

    def close(self) -> None:
        self.connection.close()

    def _deliver_all(self, claimed: deque[Message]) -> None:
        """Deliver and take away one message after the other, as long as what they say is fresh.

        A message that becomes `sending` and the outcome of the one before it share a transaction, which never spans
        a word with the server. While the server thinks about a mail, the next is composed.
        """
        letters = composing.letters_for(claimed)
        db.session.commit()
        stale = time.monotonic() + FRESH_SECONDS
        mails = (_composed(message, letters[message.id]) for message in tuple(claimed))
        ahead: deque[Outgoing | Exception] = deque()
        while claimed and time.monotonic() < stale and not self.stopping.is_set():
            self.connection.open()
            pace.wait()
            if not ahead:
                ahead.append(next(mails))
            outgoing = self._started(claimed[0], ahead.popleft())
            message = claimed.popleft()  # from here on it is no longer merely claimed
            if outgoing:
                self._deliver(message, outgoing, lambda: ahead.extend(islice(mails, 1)))
        db.session.commit()

    def _started(self, message: Message, mail: Outgoing | Exception) -> Outgoing | None:
        """Let a message become `sending` and return its mail, or write down why it does not go."""
        if isinstance(mail, NotWanted):
            self._count(outbox.finish(message.id, self.name, MailStatus.DROPPED, mail.reason), "dropped")
            outgoing = None
        elif isinstance(mail, Unavailable):  # no fault of the mail's
            raise mail
        elif isinstance(mail, Exception):
            log.error("mail cannot be composed", message=message.id, kind=message.kind, exc_info=mail)
            self._count(outbox.put_off(message, self.name, "cannot_be_composed"), "deferred")
            outgoing = None
        else:
            outgoing = mail if outbox.start_sending(message.id, self.name) else None
        db.session.commit()
        return outgoing

    def _deliver(self, message: Message, outgoing: Outgoing, meanwhile: Callable[[], None]) -> None:
        try:
            outcome = self.connection.hand_over(sender_address(), outgoing.recipient, outgoing.content, meanwhile)
        except ServerUnavailable:
            outbox.give_back([message.id], self.name)
            db.session.commit()
            raise
        try:
            self._record(message, outcome)
        except Exception:  # what the server was given must never go back to the queue
            db.session.rollback()
            log.exception("outcome cannot be recorded", message=message.id, kind=message.kind, outcome=outcome.value)
            self._count(outbox.finish(message.id, self.name, MailStatus.UNCERTAIN, "not_recorded"), "uncertain")
        if outcome is not Handover.ACCEPTED:  # the connection may have to be opened anew, which takes its time
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


def _composed(message: Message, letter: Letter | Exception) -> Outgoing | Exception:
    """Return a mail ready for the line, or what keeps it: that must stop neither the others nor the worker."""
    if isinstance(letter, Exception):
        return letter
    try:
        mail = composing.compose(message, letter)
        return Outgoing(mail.envelope_recipient(), mail.as_bytes())
    except Exception as error:
        return error
