"""What asks for an administrator's attention, most urgent first; counted cheaply, for every look at the home page."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from app import clock
from app.agreements import register
from app.extensions import db
from app.invitations.models import Batch
from app.mailing import outbox, pausing
from app.mailing.models import Message
from app.placements.models import Upload

AGREEMENT_DAYS = 60


@dataclass(frozen=True)
class Item:
    """One thing to look at: what it is, how many, where (an endpoint with its arguments), and what a server said."""

    kind: str
    n: int
    endpoint: str
    arguments: dict[str, Any] = field(default_factory=dict)
    words: str = ""


_SOURCES: list[Callable[[], list[Item]]] = []


def also(source: Callable[[], list[Item]]) -> None:
    """Let a feature that invitations know nothing of say what needs a look."""
    if source not in _SOURCES:
        _SOURCES.append(source)


def items() -> list[Item]:
    """Return what needs a look; nothing is left out for being small."""
    counts = sa.select(Message.status, sa.func.count()).where(Message.in_trouble()).group_by(Message.status)
    troubled = db.session.execute(counts.order_by(Message.status)).all()
    unfinished = sa.select(Batch).where(Batch.sent_at.is_(None), Batch.cancelled_at.is_(None)).order_by(Batch.id)
    unconfirmed = sa.select(Upload.id).where(Upload.is_to_confirm()).order_by(Upload.id)
    found = [
        *([mail] if (mail := sending()) else []),
        *(Item(status, n, "invitations.list_mails", {"state": status}) for status, n in troubled),
        *(_proposal(batch) for batch in db.session.scalars(unfinished)),
        *(Item("upload", 1, "placements.show_upload", {"upload_id": id_}) for id_ in db.session.scalars(unconfirmed)),
        Item("agreement_ends", len(register.ending(AGREEMENT_DAYS)), "agreements.list_agreements"),
        *(item for source in _SOURCES for item in source()),
    ]
    return [item for item in found if item.n]


def sending() -> Item | None:
    """Return why no mail goes now; None when it goes, or none waits. A pause is told even so."""
    trouble = pausing.trouble()
    waiting = outbox.standing_still(in_trouble=trouble is not None)
    kind = ("mail_paused" if trouble.next_try else "mail_refused") if trouble else "mail_stands_still"
    if not waiting and kind != "mail_paused":
        return None
    if waiting and trouble and trouble.next_try and trouble.next_try < clock.machine_now() - outbox.STILL:
        kind, trouble = "mail_stands_still", None  # nobody takes the turn to try
    words = trouble.words if trouble else ""
    return Item(kind, waiting or 1, "invitations.list_mails", {"state": "queued"}, words)


def _proposal(batch: Batch) -> Item:
    mails = batch.trainers + batch.students_direct
    return Item("proposal", mails, "invitations.show_batch", {"batch_id": batch.id})
