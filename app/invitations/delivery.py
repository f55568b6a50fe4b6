"""What became of mail: reasons in words, a person's word where no server gave one, and marks that were a mistake."""

from collections.abc import Iterator

import sqlalchemy as sa

from app.accounts import audit
from app.database import changed_rows
from app.extensions import db
from app.invitations import mail_lists
from app.invitations.mail_lists import MailFilters
from app.invitations.models import Batch
from app.invitations.words import REASONS
from app.mailing import kinds, outbox
from app.mailing.models import Message
from app.mailing.states import MailStatus
from app.placements.models import StudentContact, Trainer

AT_ONCE = 200


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
    if not _settle(message_id, status):
        return False
    audit.record("mail_settled", message=message_id, status=status)
    return True


def settle_all(filters: MailFilters, status: MailStatus) -> Iterator[int]:
    """Take a person's word for all uncertain mails that pass the filters, some at a time; yields how many.

    The caller commits after each.
    """
    filters.state.data = MailStatus.UNCERTAIN.value
    columns = mail_lists.mails(filters).with_only_columns(Message.id, maintain_column_froms=True)
    ids = list(db.session.scalars(columns.order_by(Message.id)))
    for start in range(0, len(ids), AT_ONCE):
        n = sum(_settle(message_id, status) for message_id in ids[start : start + AT_ONCE])
        audit.record("mails_settled", n=n, status=status)
        yield n


def lift(filters: MailFilters) -> int:
    """Take the marks off the contacts whose mails pass the filters; returns how many. They are proposed again."""
    filters.state.data = mail_lists.MARKED
    n = 0
    for contact, key in ((Trainer, Trainer.id), (StudentContact, StudentContact.placement_id)):
        ids = mail_lists.mails(filters).with_only_columns(key, maintain_column_froms=True).where(key.is_not(None))
        n += changed_rows(sa.update(contact).where(key.in_(ids)).values(bounced_at=None))
    audit.record("marks_lifted", n=n)
    return n


def _settle(message_id: int, status: MailStatus) -> bool:
    settled = outbox.settle(message_id, status)
    if settled and status == MailStatus.SENT:
        message = db.session.get_one(Message, message_id)
        kinds.kind_of(message).on_sent(message)
    return settled
