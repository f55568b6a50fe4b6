"""The states of a message and its legal moves, written down once."""

import enum


class MailStatus(enum.StrEnum):
    QUEUED = "queued"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"
    UNCERTAIN = "uncertain"
    BOUNCED = "bounced"
    HELD = "held"


S = MailStatus
MOVES: frozenset[tuple[MailStatus, MailStatus]] = frozenset(
    {
        (S.QUEUED, S.CLAIMED),  # a worker took it
        (S.CLAIMED, S.SENDING),  # its connection is ready
        (S.SENDING, S.SENT),  # the server accepted it
        (S.CLAIMED, S.QUEUED),  # the lease ran out, or the connection did not come about
        (S.SENDING, S.QUEUED),  # later; our own fault; an address that is perhaps none, tomorrow
        (S.SENDING, S.FAILED),  # no such address; or refused by our own fault for a day
        (S.SENDING, S.UNCERTAIN),  # silence after the final dot, or the lease ran out
        (S.QUEUED, S.HELD),  # pause
        (S.CLAIMED, S.HELD),
        (S.HELD, S.QUEUED),  # resume
        (S.QUEUED, S.DROPPED),  # answered, opted out, cancelled, closed
        (S.CLAIMED, S.DROPPED),
        (S.HELD, S.DROPPED),
        (S.UNCERTAIN, S.QUEUED),  # a person has it sent again, under the same Message-ID
        (S.UNCERTAIN, S.SENT),  # a person saw that it arrived
        (S.UNCERTAIN, S.BOUNCED),
        (S.FAILED, S.QUEUED),  # the address was corrected
        (S.SENT, S.BOUNCED),  # a bounce came back
    }
)


def sources(after: MailStatus) -> list[MailStatus]:
    """Return the statuses from which a message may become `after`."""
    return [before for before, to in sorted(MOVES) if to == after]
