"""One sender: claims a few messages, hands each to the mail server over its kept connection, records the outcome."""

import datetime as dt
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

import structlog

from app.database import Unavailable
from app.extensions import db
from app.mailing import composing, kinds, outbox, pace, pausing
from app.mailing.letter import Letter, NotWanted
from app.mailing.models import Message
from app.mailing.pausing import SendingPaused
from app.mailing.states import MailStatus
from app.mailing.transport import KeptConnection, ServerUnavailable, sender_address
from app.mailing.verdicts import Verdict, judge, readable

log = structlog.get_logger()
AT_ONCE = 20
FRESH_SECONDS = 10  # how old the knowledge that a mail is still wanted may be when it goes
PERHAPS_DEAD = "perhaps_no_such_address"
DAY = dt.timedelta(days=1)
SHORTEST_PAUSE, LONGEST_PAUSE = dt.timedelta(minutes=1), dt.timedelta(hours=4)


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
        self.trying = 0  # sending is paused, and a mail that did not come before the server yet is to find out
        self.in_trouble = False  # something kept mail from going when this one started

    def work(self) -> int:
        """Claim a few messages and deliver them; returns how many were handled.

        Raises ServerUnavailable, also while sending is paused. Every message not handed over is then back in the queue,
        as when `stopping` is set.
        """
        self.tally.add("uncertain", outbox.sweep())
        db.session.commit()
        claimed: deque[Message] = deque()
        n = 0
        try:
            claimed = self._claim()
            n = len(claimed)
            if claimed:
                self.connection.open()  # before a message is composed: no server, no work
                self._deliver_all(claimed)
        except SendingPaused:
            self.connection.close()  # a server that was mended may go on as before on connections it had
            raise
        except ServerUnavailable as error:
            self._note(error)
            raise
        finally:
            db.session.rollback()
            outbox.give_back([message.id for message in claimed], self.name)
            if self.trying:
                pausing.return_turn()
            self.trying = 0
            db.session.commit()
        return n - len(claimed)

    def close(self) -> None:
        self.connection.close()

    def _claim(self) -> deque[Message]:
        """Claim what there is to do, while sending is paused the one mail that tries; raises SendingPaused."""
        turn = pausing.take_turn()
        claimed = deque(outbox.claim(1 if turn else AT_ONCE, self.name, turn=turn))
        if claimed or not turn:  # a turn with nothing to try is not spent
            self.trying = turn
            db.session.commit()
        return claimed

    def _note(self, error: ServerUnavailable) -> None:
        """Remember why no mail goes."""
        db.session.rollback()
        pausing.note(str(error))
        db.session.commit()

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
            started = outbox.start_sending(message.id, self.name, trying=self.trying > 0)
            outgoing = mail if started else None
            self.in_trouble = bool(started and started.in_trouble)
            if not started:
                db.session.commit()  # what became of the mail before this one
                pausing.raise_if_paused()
        db.session.commit()
        return outgoing

    def _deliver(self, message: Message, outgoing: Outgoing, meanwhile: Callable[[], None]) -> None:
        try:
            answer = self.connection.hand_over(sender_address(), outgoing.recipient, outgoing.content, meanwhile)
        except ServerUnavailable:
            outbox.give_back([message.id], self.name)
            db.session.commit()
            raise
        self.trying = 0
        verdict, certain = judge(answer)
        words = ""
        if answer.code and verdict is not Verdict.NONE:
            words = readable(f"{answer.code} {answer.text}", outgoing.recipient, sender_address())
        try:
            self._record(message, verdict, certain, words)
        except Exception:  # what the server was given must never go back to the queue
            db.session.rollback()
            log.exception("outcome cannot be recorded", message=message.id, kind=message.kind, verdict=verdict.value)
            self._count(outbox.finish(message.id, self.name, MailStatus.UNCERTAIN, "not_recorded"), "uncertain")
        if verdict is not Verdict.NONE or self.in_trouble:  # opening it anew would take its time
            db.session.commit()

    def _record(self, message: Message, verdict: Verdict, certain: bool, words: str) -> None:
        """Write down what became of a message, and let its kind draw its consequences."""
        end, reason, pause = _consequence(message, verdict, certain)
        if end is MailStatus.SENT:
            kinds.kind_of(message).on_sent(message)
        elif verdict is Verdict.DEAD and end:
            kinds.kind_of(message).on_bounce(message)
        if end:
            self._count(outbox.finish(message.id, self.name, end, reason, words or None), end.value)
        else:
            self._count(outbox.put_off(message, self.name, reason or "", words, pause), "deferred")
        if verdict in (Verdict.OURS, Verdict.UNCERTAIN):
            pausing.count(words, uncertain=verdict is Verdict.UNCERTAIN)
        elif self.in_trouble and verdict is Verdict.NONE:
            pausing.passed()

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


def _consequence(
    message: Message, verdict: Verdict, certain: bool
) -> tuple[MailStatus | None, str | None, dt.timedelta | None]:
    """Return how a message ends and why; or None, why it is queued again, and the pause where no attempt counts."""
    if verdict is Verdict.NONE:
        return MailStatus.SENT, None, None
    if verdict is Verdict.UNCERTAIN:
        return MailStatus.UNCERTAIN, "no_answer_from_server", None
    if verdict is Verdict.COMPLAINT:
        return MailStatus.FAILED, "refused_by_server", None
    if verdict is Verdict.DEAD:
        if certain or outbox.refused_for(message, PERHAPS_DEAD) >= DAY:
            return MailStatus.FAILED, "no_such_address", None
        return None, PERHAPS_DEAD, DAY
    if verdict is Verdict.OURS:
        refused = outbox.refused_for(message, outbox.REFUSED_US)
        end = MailStatus.FAILED if refused >= DAY else None
        return end, outbox.REFUSED_US, min(max(refused, SHORTEST_PAUSE), LONGEST_PAUSE)
    return None, "server_later", None
