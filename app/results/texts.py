"""What people wrote: held until somebody read and released it, then shown to the school, apart from other answers."""

import hashlib
import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from app.accounts import audit
from app.extensions import db
from app.invitations.models import Role
from app.questionnaires import loader
from app.questionnaires.meaning import sensitive_in
from app.responses.models import Response
from app.results.masking import all_masked
from app.results.models import Increment
from app.results.scopes import Scope
from app.results.thresholds import FULL, SENSITIVE

PAGE = 20


@dataclass(frozen=True)
class Written:
    """What one person wrote, masked: question → text; and what was decided on it, with "" for held back."""

    key: str
    role: str
    texts: Mapping[str, str]
    decided: Mapping[str, str]


@dataclass(frozen=True)
class Shown:
    """A page of answers with text, which page of how many it is (from 1), and how many answers there are."""

    written: list[Written]
    page: int
    pages: int
    n: int


def waiting(round_id: int, page: int) -> Shown:
    """Return a page of the answers with a text nobody decided on; the last one where there are not so many."""
    asked = {one.id for form in loader.load_all().values() for one in form.questions() if one.kind == "text"}
    texts, decided = ({id_: column[id_].as_string() for id_ in asked} for column in (Response.texts, Response.released))
    open_ = (sa.and_(texts[id_].is_not(None), decided[id_].is_(None)) for id_ in asked)
    return _shown(round_id, sa.or_(Response.released.is_(None), *open_), page)


def decided(round_id: int, page: int) -> Shown:
    """Return the same of answers on whose text somebody decided, to decide otherwise."""
    return _shown(round_id, Response.released.is_not(None), page)


def _shown(round_id: int, state: sa.ColumnElement[bool], page: int) -> Shown:
    """Return those of whole increments of a school: answers that count in no figures of one are shown to none."""
    of_school = sa.select(Increment.id).where(Increment.brin.is_not(None))
    counts = (Response.increment_id.in_(of_school), Response.increment_id.in_(_whole()))
    found = sa.and_(Response.round_id == round_id, Response.texts.is_not(None), state, *counts)
    n = db.session.scalar(sa.select(sa.func.count()).select_from(Response).where(found)) or 0
    pages = max(math.ceil(n / PAGE), 1)
    page = min(max(page, 1), pages)
    rows = db.session.scalars(
        sa.select(Response).where(found).order_by(Response.key).limit(PAGE).offset(PAGE * (page - 1))
    )
    written = [Written(one.key, one.role, all_masked(one.texts or {}), one.released or {}) for one in rows]
    return Shown(written, page, pages, n)


def decide(key: str, released: Mapping[str, str]) -> int:
    """Release texts of an answer as given here, or hold them back (""); returns how many, 0 where there are none such.

    Nothing is kept of a text that was held back but that it was, and a decision on another text of the answer stays.
    The nightly shuffling gives answers other keys: then the page that named this one is old, its texts wait again.
    """
    response = db.session.get(Response, key, with_for_update=True)
    if response is None or not released or not set(released) <= set(response.texts or {}):
        return 0
    response.released = (response.released or {}) | all_masked(released)
    audit.record(
        "texts_decided",
        brin=response.brin,
        round=response.round_id,
        released=sum(bool(text) for text in released.values()),
        held_back=sum(not text for text in released.values()),
    )
    return len(released)


def released(round_id: int, role: Role, scope: Scope) -> dict[str, list[str]]:
    """Return question → texts of a school, or of a block of it, in an order that says nothing.

    Only of blocks in which FULL persons answered: else a small one's would be what the school has beyond the others. Of
    a sensitive question SENSITIVE of them have to have written.
    """
    increments = (Increment.round_id == round_id, Increment.role == role, Increment.brin == scope.code)
    wanted = sa.select(Response.released, Increment.block).join(Increment, Increment.id == Response.increment_id)
    wanted = wanted.where(*increments, Response.released.is_not(None), Response.increment_id.in_(_whole()))
    enough = sa.select(Increment.block).where(*increments, Increment.id.in_(_whole())).group_by(Increment.block)
    wanted = wanted.where(Increment.block.in_(enough.having(sa.func.sum(Increment.persons) >= FULL)))
    if scope.block:
        wanted = wanted.where(Increment.block == scope.block)
    per_block: dict[tuple[str, int], list[str]] = defaultdict(list)
    for one, block in db.session.execute(wanted):
        for id_, text in one.items():
            if text:
                per_block[id_, block].append(text)
    sensitive = sensitive_in(loader.load_all().values())
    texts: dict[str, list[str]] = defaultdict(list)
    for (id_, _block), said in per_block.items():
        if id_ not in sensitive or len(said) >= SENSITIVE:
            texts[id_] += said
    return {id_: sorted(said, key=lambda text: hashlib.sha256(text.encode()).digest()) for id_, said in texts.items()}


def _whole() -> sa.Select:
    """Return the increments of which no answer was withdrawn."""
    held = sa.select(Increment.id).join(Response, Response.increment_id == Increment.id)
    return held.group_by(Increment.id, Increment.forms).having(sa.func.count() == Increment.forms)
