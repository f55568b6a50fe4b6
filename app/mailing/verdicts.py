"""What a mail server's answer says about a mail. Pure: no database, no connection.

Only *dead* marks a contact, and in doubt nothing is dead: relays and policies refuse recipients with any code, and
Postfix names a bad sender only when it is told the recipient.
"""

import enum
import re
from dataclasses import dataclass


class Stage(enum.StrEnum):
    """How far the dialogue about a mail was."""

    RCPT = "rcpt"
    DATA = "data"
    DOT = "dot"


class Verdict(enum.StrEnum):
    NONE = "none"  # nothing speaks against the mail
    DEAD = "dead"  # the address does not exist
    LATER = "later"
    OURS = "ours"  # our own fault: sender, relay, policy, syntax
    COMPLAINT = "complaint"  # the person wants none of it
    UNCERTAIN = "uncertain"  # nobody knows whether it arrived


@dataclass(frozen=True)
class Answer:
    """What came back at a stage: a code, 0 where nothing did, and the text, an enhanced code (RFC 3463) first."""

    stage: Stage
    code: int
    text: str = ""


def _words(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.IGNORECASE)


ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}(?!\S)")
DEAD_CODES = ("5.1.1", "5.1.6", "5.1.10")
SAY_NOTHING = ("", "5.0.0", "5.1.0")
ABOUT_RECIPIENT = ("5.1.2", "5.2.", "5.3.0", "5.3.2", "5.4.", "4.")
PERSON = r"(user|mailbox|recipient|account|addressee|inbox|person)"
UNKNOWN = _words(
    rf"unknown {PERSON}",
    rf"{PERSON}( name)? (is )?(unknown|not known|not found|invalid)",
    rf"(no such|not a (valid|known)|invalid|non-?existent) {PERSON}",
    rf"{PERSON}( \S+| address)? (does not|doesn't|do not|don't|not) exist",
    r"address does(n't| not) exist",
    r"(no|not have an?) (mailbox|account) (here )?(by|with) (this|that) name",
    r"no such address",
)
FULL = _words(
    r"\bfull\b", "quota", "storage", r"mailbox (is |temporarily |currently )*(unavailable|disabled|inactive|busy)"
)
US = _words(
    r"relay(?! recipient table)", "sender", "from address",
    "authenti", "helo", "ehlo", "reverse", "hostname", r"\bptr\b", "not permitted",
    "not allowed", "syntax", "fully-qualified",
)  # fmt: skip
POLICY = _words(
    "polic", "spam", "bl[ao]ck", "list(ed|s)?\\b", "reputation", r"\bspf\b", "dkim", "dmarc", "denied", "forbidden",
    "virus", "content", "prohibited", "rejected due", "unsolicited", "banned", "verification failed",
)  # fmt: skip
TEMPORARY = _words("gr[ae]y", r"\brate", "too many", "try again")
UNWANTED = _words("unsubscribed", "opted out", "feedback-type: *abuse")


def judge(answer: Answer) -> tuple[Verdict, bool]:
    """Return the verdict, and of *dead* whether it is certain; what is not may be asked once more another day."""
    if answer.code == 0:
        return (Verdict.UNCERTAIN if answer.stage is Stage.DOT else Verdict.LATER), False
    if answer.code < 400:
        return Verdict.NONE, False
    text = re.sub(r"\S+@\S+", "", answer.text)  # an address may hold any word
    us, full = bool(US.search(text)), bool(FULL.search(text))
    if answer.code < 500:
        return (Verdict.OURS if us and not TEMPORARY.search(text) else Verdict.LATER), False
    if UNWANTED.search(text):
        return Verdict.COMPLAINT, False
    enhanced = match[0] if (match := ENHANCED.match(text)) else ""
    if not (us or full or POLICY.search(text)):
        if enhanced in DEAD_CODES:
            return Verdict.DEAD, answer.stage is Stage.RCPT
        if enhanced in SAY_NOTHING and UNKNOWN.search(text):
            return Verdict.DEAD, False
    about_recipient = full or enhanced.startswith(ABOUT_RECIPIENT)
    return (Verdict.LATER if about_recipient and not us else Verdict.OURS), False


def readable(text: str, recipient: str = "", sender: str = "") -> str:
    """Return a server's words for a screen, at most 200 characters and without anyone's address but the sender's."""
    words = " ".join(text.split())
    for known in {recipient, recipient.partition("@")[0]} - {""}:
        words = re.sub(rf"(?<!\w){re.escape(known)}(?!\w)", "…", words, flags=re.IGNORECASE)
    words = re.sub(r"[^\s<>()\"':;,]+@[^\s<>()\"':;,]+", lambda found: found[0] if found[0] == sender else "…", words)
    return words[:200]
