"""What became of a batch's mail, for the screens: reasons in words, and the batches that need a look."""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.extensions import db
from app.invitations.models import Batch
from app.mailing import outbox
from app.mailing.models import Message
from app.mailing.states import MailStatus

TROUBLE = (MailStatus.FAILED, MailStatus.UNCERTAIN, MailStatus.BOUNCED)

REASONS = {
    "no_such_address": _l("the address does not exist"),
    "refused_by_server": _l("the receiving server refused the mail"),
    "no_answer_from_server": _l("the server did not confirm; it may have arrived"),
    "lease_ended": _l("sending was cut off; it may have arrived"),
    "server_later": _l("the server asked to come back; we try again"),
    "server_not_taken": _l("the connection broke; we try again"),
    "cannot_be_composed": _l("the mail could not be made; see the log"),
    "opted_out": _l("the person wants no more mail"),
    "answered": _l("answered in the meantime"),
    "withdrawn": _l("the placement was withdrawn"),
    "closed": _l("closed in the meantime"),
    "replaced": _l("another trainer took over"),
    "no_address": _l("the address is gone"),
    "bounced": _l("the address bounced in the meantime"),
    "status": _l("the status is no longer one we invite"),
    "no_agreement": _l("the school's agreement ended"),
    "cancelled": _l("the batch was cancelled"),
}


def reasons(batch: Batch) -> list[tuple[MailStatus, str, int]]:
    """Return state, reason in words and number, for the mails that did not simply arrive."""
    states = (*TROUBLE, MailStatus.DROPPED, MailStatus.QUEUED)
    return [
        (state, str(REASONS.get(reason, reason)), n)
        for state in states
        for reason, n in outbox.reasons(batch.id, state).items()
        if reason
    ]


def with_trouble() -> list[tuple[Batch, int]]:
    """Return the batches with mails that failed, bounced or are uncertain, and how many each has."""
    n = sa.func.count(Message.id)
    wanted = sa.select(Batch, n).join(Message, Message.run_id == Batch.id).where(Message.status.in_(TROUBLE))
    return [(batch, count) for batch, count in db.session.execute(wanted.group_by(Batch.id).order_by(Batch.id.desc()))]
