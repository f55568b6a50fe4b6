"""Drafts: whose they are, what is in them, and saving a page without ever losing another."""

import functools
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app import clock
from app.database import changed_rows, insert_into
from app.extensions import db
from app.invitations import rounds, seats
from app.invitations.links import Channel
from app.invitations.models import Invitation
from app.responses.asked import AskedSeat
from app.responses.draft_keys import DraftKey, new_nonce
from app.responses.models import Draft, DraftPage
from app.responses.seat_access import Opened

WRONG_CODES = 5
TABLES: Any = (Invitation.__table__, Draft.__table__, DraftPage.__table__)
SEATS, DRAFTS, PAGES = TABLES
OF_SEAT = (  # asked for with every page: made once, over tables
    sa.select(
        *(DRAFTS.c[name] for name in ("id", "nonce", "reader", "wrong_codes", "address")),
        *(PAGES.c[name] for name in ("page", "answers", "done")),
    )
    .outerjoin(PAGES, PAGES.c.draft_id == DRAFTS.c.id)
    .where(DRAFTS.c.invitation_id == sa.bindparam("seat"), DRAFTS.c.version == sa.bindparam("version"))
)
Answers = dict[str, Any]


class DraftElsewhere(Exception):
    """The draft has begun in another browser; this one needs its code, or begins again."""


@dataclass(frozen=True)
class Begun:
    """A draft with its pages: page id → answers, and the ids of those that are done."""

    id: int
    nonce: str
    reader: str | None
    wrong_codes: int
    address: str | None
    pages: dict[str, Answers]
    done: frozenset[str]


def of_seat(seat: AskedSeat) -> Begun | None:
    """Return the draft of this version of a seat."""
    rows = db.session.connection().execute(OF_SEAT, {"seat": seat.id, "version": seat.version}).all()
    if not rows:
        return None
    pages = {page: answers for *_draft, page, answers, _done in rows if page is not None}
    done = frozenset(page for *_draft, page, _answers, done in rows if done)
    id_, nonce, reader, wrong_codes, address, *_page = rows[0]
    return Begun(id_, nonce, reader, wrong_codes, address, pages, done)


def is_private(opened: Opened, draft: Begun | None) -> bool:
    """Tell whether the link alone goes on with a draft: it went to the one mailbox that the draft is known to be of.

    A direct link goes on with what its own reader began, a reminder with the draft that asked for it, and no other.
    """
    if draft is None or not opened.whose:
        return False
    return opened.whose == {Channel.DIRECT: draft.reader, Channel.REMINDER: draft.nonce}.get(opened.channel)


def belongs(draft: Begun, opened: Opened, key: DraftKey | None) -> bool:
    """Tell whether this browser may go on with a draft: by its link alone, or because it holds its key."""
    return is_private(opened, draft) or (key is not None and key.nonce == draft.nonce)


def answers_in(draft: Begun | None) -> Answers:
    """Return all answers of a draft: question id → value(s)."""
    return {id_: value for answers in (draft.pages if draft else {}).values() for id_, value in answers.items()}


def start(opened: Opened) -> None:
    """Record that Start was pressed; the first channel is kept."""
    rounds.bind_by_id(opened.seat.round_id)
    pressed = sa.update(Invitation).where(Invitation.id == opened.seat.id, Invitation.opened_at.is_(None))
    values = {"opened_at": clock.now(), "channel": opened.channel.value}
    if changed_rows(pressed.values(values)):
        seats.record_events([opened.seat.id], "opened", opened.channel.value)
    elif opened.seat.channel is None:
        none_yet = sa.update(Invitation).where(Invitation.id == opened.seat.id, Invitation.channel.is_(None))
        db.session.execute(none_yet.values(channel=opened.channel.value))


def save_page(
    opened: Opened, draft: Begun | None, key: DraftKey | None, page: str, answers: Answers, done: bool | None = None
) -> None:
    """Save one page of a seat that is held, with its draft; the first page saved starts one. Raises DraftElsewhere.

    Without `done` the page stays as done as it was.
    """
    seat = opened.seat
    values = {"draft_id": _draft_to_write(opened, draft, key), "page": page, "answers": answers, "done": bool(done)}
    db.session.connection().execute(_saving(db.engine.dialect.name, done is not None), values)
    if not seat.started_at:
        first = sa.update(SEATS).where(SEATS.c.id == seat.id)
        db.session.execute(first.values(started_at=clock.now()))
        seats.record_events([seat.id], "started")


def try_code(draft: Begun, key: DraftKey, code: str) -> bool:
    """Tell whether `code` is that of the draft; after five wrong ones none is right any more.

    A try is taken before the code is looked at, so that many at once are no more than five.
    """
    tries = sa.update(Draft).where(Draft.id == draft.id)
    taken = tries.where(Draft.wrong_codes < WRONG_CODES).values(wrong_codes=Draft.wrong_codes + 1)
    if changed_rows(taken) == 0 or code.strip() != key.code:
        return False
    db.session.execute(tries.values(wrong_codes=Draft.wrong_codes - 1))
    return True


def leave_address(draft: Begun, address: str) -> None:
    """Keep an address for reminders, as long as there is a draft to remind of."""
    db.session.execute(sa.update(DRAFTS).where(DRAFTS.c.id == draft.id).values(address=address))


def renew(draft: Begun) -> str:
    """Give a draft a new nonce, so that the keys so far no longer open it; returns the nonce."""
    nonce = new_nonce()
    db.session.execute(sa.update(DRAFTS).where(DRAFTS.c.id == draft.id).values(nonce=nonce, wrong_codes=0))
    return nonce


def erase(invitation_ids: list[int]) -> int:
    """Delete the drafts of these seats; returns how many."""
    return changed_rows(sa.delete(Draft).where(Draft.invitation_id.in_(invitation_ids)))


@functools.cache
def _saving(_database: str, also_done: bool) -> Any:
    """Return the UPSERT of a page, kept for the next: building it takes longer than running it."""
    row = insert_into(PAGES)
    said = {"answers": row.excluded.answers} | ({"done": row.excluded.done} if also_done else {})
    return row.on_conflict_do_update(index_elements=["draft_id", "page"], set_=said)


def _draft_to_write(opened: Opened, draft: Begun | None, key: DraftKey | None) -> int:
    """Return the draft this browser may write in, made or emptied where it begins. Raises DraftElsewhere."""
    if draft is not None and belongs(draft, opened, key):
        return draft.id
    if key is None or (draft is not None and draft.nonce != key.replaces):
        raise DraftElsewhere
    reader = opened.whose or None if opened.channel is Channel.DIRECT else None
    fresh = {"nonce": key.nonce, "reader": reader, "wrong_codes": 0, "address": None}
    if draft is None:
        row = insert_into(DRAFTS).values(invitation_id=opened.seat.id, version=opened.seat.version, **fresh)
        return db.session.execute(row.returning(DRAFTS.c.id)).scalar_one()
    db.session.execute(sa.delete(PAGES).where(PAGES.c.draft_id == draft.id))
    db.session.execute(sa.update(DRAFTS).where(DRAFTS.c.id == draft.id).values(**fresh))
    return draft.id
