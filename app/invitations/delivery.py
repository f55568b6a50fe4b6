"""What became of mail: reasons in words, and a person's word where no server gave one."""

from app.accounts import audit
from app.extensions import db
from app.invitations.models import Batch
from app.invitations.words import REASONS
from app.mailing import kinds, outbox
from app.mailing.models import Message
from app.mailing.states import MailStatus


def reasons(batch: Batch) -> list[tuple[MailStatus, str, int]]:
    """Return state, reason in words and number, for the mails that did not simply arrive."""
    states = (MailStatus.FAILED, MailStatus.UNCERTAIN, MailStatus.BOUNCED, MailStatus.DROPPED, MailStatus.QUEUED)
    return [
        (state, str(REASONS.get(reason, reason)), n)
        for state in states
        for reason, n in outbox.reasons(batch.id, state).items()
        if reason
    ]


def settle(message_id: int, status: MailStatus) -> bool:
    """Take a person's word for what became of an uncertain mail: it was sent, or is queued again.

    False when it is no longer uncertain.
    """
    if not outbox.settle(message_id, status):
        return False
    if status == MailStatus.SENT:
        message = db.session.get_one(Message, message_id)
        kinds.kind_of(message).on_sent(message)
    audit.record("mail_settled", message=message_id, status=status)
    return True
