"""Drafts: whose they are, what is in them, and saving a page without ever losing another."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app import clock
from app.database import changed_rows, insert_into
from app.extensions import db
from app.invitations import seats
from app.invitations.models import Invitation
from app.responses.draft_keys import DraftKey, new_key
from app.responses.models import Draft, DraftPage
from app.responses.seat_access import LinkEnded, Opened

WRONG_CODES = 5
Answers = dict[str, Any]


class DraftElsewhere(Exception):
    """The draft has begun in another browser; this one needs its code, or begins again."""


def of_seat(seat: Invitation) -> Draft | None:
    """Return the draft of this version of a seat, with its pages."""
    wanted = sa.select(Draft).where(Draft.invitation_id == seat.id, Draft.version == seat.version)
    return db.session.scalar(wanted.options(selectinload(Draft.pages)))


def belongs(draft: Draft, opened: Opened, key: DraftKey | None) -> bool:
    """Tell whether this browser may go on with a draft: a private channel, or its key."""
    return opened.channel.is_private or (key is not None and key.nonce == draft.nonce)


def answers_in(draft: Draft | None) -> Answers:
    """Return all answers of a draft: question id → value(s)."""
    return {id_: value for page in (draft.pages if draft else ()) for id_, value in page.answers.items()}


def start(opened: Opened) -> None:
    """Record that Start was pressed; the first channel is kept."""
    pressed = sa.update(Invitation).where(Invitation.id == opened.seat.id, Invitation.opened_at.is_(None))
    values = {"opened_at": clock.now(), "channel": opened.channel.value}
    if changed_rows(pressed.values(values)):
        seats.record_events([opened.seat.id], "opened", opened.channel.value)
    elif opened.seat.channel is None:
        opened.seat.channel = opened.channel.value


def save_page(opened: Opened, key: DraftKey | None, page: str, answers: Answers) -> None:
    """Save one page; the first page saved starts the draft. Raises DraftElsewhere, LinkEnded."""
    _hold(opened.seat)
    draft_id = _draft_to_write(opened, key)
    row = insert_into(DraftPage).values(draft_id=draft_id, page=page, answers=answers)
    row = row.on_conflict_do_update(index_elements=["draft_id", "page"], set_={"answers": row.excluded.answers})
    db.session.execute(row)
    first = sa.update(Invitation).where(Invitation.id == opened.seat.id, Invitation.started_at.is_(None))
    if changed_rows(first.values(started_at=clock.now())):
        seats.record_events([opened.seat.id], "started")
    db.session.expire_all()


def try_code(draft: Draft, key: DraftKey, code: str) -> bool:
    """Tell whether `code` is that of the draft; after five wrong ones none is right any more.

    A try is taken before the code is looked at, so that many at once are no more than five.
    """
    tries = sa.update(Draft).where(Draft.id == draft.id)
    taken = tries.where(Draft.wrong_codes < WRONG_CODES).values(wrong_codes=Draft.wrong_codes + 1)
    if changed_rows(taken) == 0 or code.strip() != key.code:
        return False
    db.session.execute(tries.values(wrong_codes=Draft.wrong_codes - 1))
    return True


def erase(invitation_ids: list[int]) -> int:
    """Delete the drafts of these seats; returns how many."""
    return changed_rows(sa.delete(Draft).where(Draft.invitation_id.in_(invitation_ids)))


def _hold(seat: Invitation) -> None:
    """Let whoever else saves or sends this seat go first, so that no draft is written behind a Send."""
    state = sa.select(Invitation.sent, Invitation.version).where(Invitation.id == seat.id)
    sent, version = db.session.execute(state.with_for_update(key_share=True)).one()
    if sent or version != seat.version:
        raise LinkEnded("sent" if sent else "replaced")


def _draft_to_write(opened: Opened, key: DraftKey | None) -> int:
    """Find or make the draft this browser may write in."""
    seat = opened.seat
    if key is None and not opened.channel.is_private:
        raise DraftElsewhere
    fresh = key or new_key(seat)
    row = insert_into(Draft).values(invitation_id=seat.id, version=seat.version, nonce=fresh.nonce, wrong_codes=0)
    db.session.execute(row.on_conflict_do_nothing())
    wanted = sa.select(Draft).where(Draft.invitation_id == seat.id)
    draft = db.session.scalars(wanted.execution_options(populate_existing=True)).one()
    if opened.channel.is_private or draft.nonce == fresh.nonce:
        return draft.id
    if draft.nonce != fresh.replaces:
        raise DraftElsewhere
    db.session.execute(sa.delete(DraftPage).where(DraftPage.draft_id == draft.id))
    draft.nonce, draft.wrong_codes = fresh.nonce, 0
    db.session.flush()
    return draft.id
