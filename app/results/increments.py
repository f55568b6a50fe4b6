"""Increments: answers enter the figures in groups of at least LEAST persons, and every figure counts whole groups only.

So whatever is subtracted from whatever, over pages, downloads and editions, what remains is the answers of at least
LEAST persons. An increment is of one programme and pathway where enough answers wait, else of the next wider group
within the block: so that figures of a programme or a sector, which count the increments that lie wholly inside, miss
few answers. What is left when the round closes is put together over all schools, and counts nationally only.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

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


@dataclass
class Waiting:
    """Answers that wait, by key, and how many persons they are of: for a school's figures, and for the country's."""

    persons: int = 0
    persons_in_round: int = 0
    keys: list[str] = field(default_factory=list)

    def __add__(self, other: "Waiting") -> "Waiting":
        persons = (self.persons + other.persons, self.persons_in_round + other.persons_in_round)
        return Waiting(*persons, keys=self.keys + other.keys)


class Moved(Exception):
    """Answers were withdrawn or given new keys while an increment was formed of them; the next try finds them."""


def form(measured: Round) -> int:
    """Let the answers that are enough together enter the figures; returns how many did. Raises Moved."""
    drawn = blocks.of_round(measured.id)
    return sum(_form(measured, role, drawn) for role in Role)


def _form(measured: Round, role: Role, drawn: dict[str, Drawn]) -> int:
    waiting = _waiting(measured.id, role, drawn)
    formed = [(place, group) for place, cells in waiting.items() if place != EVERYWHERE for group in _groups(cells)]
    if measured.is_over():
        taken = {key for _place, group in formed for key in group.keys}
        formed += [(EVERYWHERE, group) for group in _groups(_left_over(waiting.values(), taken))]
    _keep(measured, role, formed)
    return sum(len(group.keys) for _place, group in formed)


def _waiting(round_id: int, role: Role, drawn: dict[str, Drawn]) -> dict[Place, dict[Cell, Waiting]]:
    """Return what waits per block and cell; what has no block stands under EVERYWHERE."""
    first = (Response.is_first, Response.is_first_in_round)
    columns = (Response.key, *first, Response.brin, Response.crebo, Response.pathway, *BELONGS)
    wanted = (
        sa.select(*columns)
        .join(Programme, Programme.crebo == Response.crebo)
        .where(Response.round_id == round_id, Response.role == role, Response.increment_id.is_(None))
        .order_by(Response.key)
    )
    waiting: dict[Place, dict[Cell, Waiting]] = defaultdict(lambda: defaultdict(Waiting))
    for key, is_first, is_first_in_round, brin, *of in db.session.execute(wanted):
        cell = Cell(*of)
        block = drawn.get(brin, {}).get(cell)
        held = waiting[EVERYWHERE if block is None else (brin, block)][cell]
        held.persons += is_first
        held.persons_in_round += is_first_in_round
        held.keys.append(key)
    return waiting


def _groups(cells: dict[Cell, Waiting]) -> list[Waiting]:
    """Return the groups of at least LEAST persons, the nearest cells together."""
    groups, _left = merged({cell: cells[cell].persons for cell in sorted(cells)}, LEVELS, LEAST)
    return [sum((cells[cell] for cell in sorted(group)), Waiting()) for group in groups]


def _left_over(places: Iterable[dict[Cell, Waiting]], taken: set[str]) -> dict[Cell, Waiting]:
    """Return what is in no group, of all schools, per cell."""
    left: dict[Cell, Waiting] = defaultdict(Waiting)
    for cells in places:
        for cell, held in cells.items():
            if not taken.intersection(held.keys):  # a cell is taken whole or not at all
                left[cell] += Waiting(held.persons_in_round, held.persons_in_round, held.keys)
    return left


def _keep(measured: Round, role: Role, formed: list[tuple[Place, Waiting]]) -> None:
    """Write the increments of groups, and in each of their answers which it entered with."""
    made = [
        Increment(round_id=measured.id, role=role, brin=brin, block=block, persons=group.persons, forms=len(group.keys))
        for (brin, block), group in formed
    ]
    db.session.add_all(made)
    db.session.flush()
    entering = [
        {"entering": key, "increment": one.id}
        for one, (_place, group) in zip(made, formed, strict=True)
        for key in group.keys
    ]
    if entering and db.session.connection().execute(ENTER, entering).rowcount != len(entering):
        raise Moved
