"""Increments: answers enter the figures in groups of at least LEAST persons, and every figure counts whole groups only.

So whatever is subtracted from whatever, over pages, downloads and editions, what remains is the answers of at least
LEAST persons. An increment is of one programme and pathway where enough answers wait, else of the next wider group
within the block: so that figures of a programme or a sector, which count the increments that lie wholly inside, miss
few answers. What is left when the round closes is put together over all schools, and counts nationally only.

Where more wait they are dealt over several increments at random, so that none holds more than nine persons: whoever
withdraws takes the whole increment out of the figures, and no more than that.
"""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping
from random import Random
from typing import NamedTuple

import sqlalchemy as sa

from app.extensions import db
from app.invitations import blocks
from app.invitations.blocks import BELONGS, LEVELS, Cell, Drawn
from app.invitations.merging import merged
from app.invitations.models import Role, Round
from app.reference.models import Programme
from app.responses.models import Response
from app.results.models import Increment
from app.results.thresholds import LEAST

ENTER = (
    sa.update(Response)
    .where(Response.key == sa.bindparam("entering"), Response.increment_id.is_(None))
    .values(increment_id=sa.bindparam("increment"))
)

Place = tuple[str | None, int | None]  # school and block, or nowhere: all schools together
EVERYWHERE: Place = (None, None)


class Waiting(NamedTuple):
    """An answer that waits, and whether it counts as a person: of a school's figures, and of the country's."""

    key: str
    is_first: bool
    is_first_in_round: bool


class Moved(Exception):
    """Answers were withdrawn or given new keys while an increment was formed of them; the next try finds them."""


def form(measured: Round, chance: Random | None = None) -> int:
    """Let the answers that are enough together enter the figures; returns how many did. Raises Moved."""
    drawn = blocks.of_round(measured.id)
    return sum(_form(measured, role, drawn, chance or secrets.SystemRandom()) for role in Role)


def missing(round_id: int) -> dict[int, int]:
    """Return, of each increment of a round that is no longer whole, how many of its answers are gone."""
    left = sa.func.count(Response.key)
    wanted = (
        sa.select(Increment.id, Increment.forms - left)
        .outerjoin(Response, Response.increment_id == Increment.id)
        .where(Increment.round_id == round_id)
        .group_by(Increment.id, Increment.forms)
        .having(left < Increment.forms)
    )
    return {row[0]: row[1] for row in db.session.execute(wanted)}


def _form(measured: Round, role: Role, drawn: dict[str, Drawn], chance: Random) -> int:
    waiting = _waiting(measured.id, role, drawn)
    formed = [(place, group) for place, cells in waiting.items() if place != EVERYWHERE for group in _groups(cells)]
    if measured.is_over():
        taken = {one.key for _place, group in formed for one in group}
        formed += [(EVERYWHERE, group) for group in _groups(_left_over(waiting.values(), taken))]
    dealt = [(place, part) for place, group in formed for part in _dealt(group, chance)]
    _keep(measured, role, dealt)
    return sum(len(part) for _place, part in dealt)


def _waiting(round_id: int, role: Role, drawn: dict[str, Drawn]) -> dict[Place, dict[Cell, list[Waiting]]]:
    """Return what waits per block and cell; what has no block stands under EVERYWHERE."""
    first = (Response.is_first, Response.is_first_in_round)
    columns = (Response.key, *first, Response.brin, Response.crebo, Response.pathway, *BELONGS)
    wanted = (
        sa.select(*columns)
        .join(Programme, Programme.crebo == Response.crebo)
        .where(Response.round_id == round_id, Response.role == role, Response.increment_id.is_(None))
        .order_by(Response.key)
    )
    waiting: dict[Place, dict[Cell, list[Waiting]]] = defaultdict(lambda: defaultdict(list))
    for key, is_first, is_first_in_round, brin, *of in db.session.execute(wanted):
        cell = Cell(*of)
        block = drawn.get(brin, {}).get(cell)
        waiting[EVERYWHERE if block is None else (brin, block)][cell].append(Waiting(key, is_first, is_first_in_round))
    return waiting


def _groups(cells: Mapping[Cell, list[Waiting]]) -> list[list[Waiting]]:
    """Return the groups of at least LEAST persons, the nearest cells together."""
    groups, _left = merged({cell: _persons(cells[cell]) for cell in sorted(cells)}, LEVELS, LEAST)
    return [[one for cell in sorted(group) for one in cells[cell]] for group in groups]


def _left_over(places: Iterable[dict[Cell, list[Waiting]]], taken: set[str]) -> dict[Cell, list[Waiting]]:
    """Return what is in no group, of all schools, per cell: there a person is who is the first of the round."""
    left: dict[Cell, list[Waiting]] = defaultdict(list)
    for cells in places:
        for cell, held in cells.items():
            if held[0].key not in taken:  # a cell is taken whole or not at all
                left[cell] += [one._replace(is_first=one.is_first_in_round) for one in held]
    return left


def _dealt(group: list[Waiting], chance: Random) -> list[list[Waiting]]:
    """Deal a group at random over as many parts as can have LEAST persons each; so none has twice as many.

    A trainer's further forms, which are no persons, are dealt as evenly.
    """
    mixed = chance.sample(group, len(group))
    persons, others = ([one for one in mixed if one.is_first == is_person] for is_person in (True, False))
    parts = len(persons) // LEAST
    return [persons[at::parts] + others[at::parts] for at in range(parts)]


def _persons(held: Iterable[Waiting]) -> int:
    return sum(one.is_first for one in held)


def _keep(measured: Round, role: Role, formed: list[tuple[Place, list[Waiting]]]) -> None:
    """Write the increments of groups, and in each of their answers which it entered with."""
    made = [
        Increment(round_id=measured.id, role=role, brin=brin, block=block, persons=_persons(group), forms=len(group))
        for (brin, block), group in formed
    ]
    db.session.add_all(made)
    db.session.flush()
    entering = [
        {"entering": one.key, "increment": increment.id}
        for increment, (_place, group) in zip(made, formed, strict=True)
        for one in group
    ]
    if entering and db.session.connection().execute(ENTER, entering).rowcount != len(entering):
        raise Moved
