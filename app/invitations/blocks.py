"""Blocks: a school's programmes put together so that each holds at least LEAST placements. No figure is of less.

They are drawn at a round's first mail and kept. A cell (programme × pathway) that comes later joins the block it is
nearest to; a block is never split. A school with fewer placements than LEAST has no blocks, so no figures of its own.
"""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

import sqlalchemy as sa

from app import clock
from app.database import insert_into
from app.extensions import db
from app.invitations import facts
from app.invitations.merging import Level, merged
from app.invitations.models import BlockCell, Invitation, Role, Round
from app.placements.models import Placement
from app.reference.models import Programme

LEAST = 20


class Cell(NamedTuple):
    """What a school's placements are told apart by, and what it belongs to."""

    crebo: str
    pathway: str
    dossier: str
    sector: str


# What cells have in common, the nearest first.
LEVELS: tuple[Level[Cell], ...] = (
    lambda cell: cell,
    lambda cell: (cell.pathway, cell.dossier),
    lambda cell: (cell.pathway, cell.sector),
    lambda cell: cell.pathway,
    lambda cell: None,
)

BELONGS = (Programme.dossier, Programme.sector_code)
Drawn = dict[Cell, int]  # cell → number of its block within the school


def draw(sizes: Mapping[Cell, int], drawn: Drawn | None = None) -> Drawn:
    """Return every cell's block: as `drawn` before, else of cells that are enough together, else the nearest block.

    Empty when all of the school's placements together are fewer than LEAST.
    """
    known = dict(drawn or {})
    if not known:
        groups, _left = merged(dict(sorted(sizes.items())), LEVELS, LEAST)
        known = {cell: number for number, group in enumerate(groups, 1) for cell in group}
    if not known:
        return {}
    blocks = dict(known)  # cells that join do not draw others after them
    return blocks | {cell: _nearest(cell, known, sizes) for cell in sizes if cell not in known}


def _nearest(cell: Cell, known: Drawn, sizes: Mapping[Cell, int]) -> int:
    """Return the block that holds the cell most like this one; of several the smallest, which gains most by it."""
    held: Counter[int] = Counter()
    for other, block in known.items():
        held[block] += sizes.get(other, 0)
    level = next(level for level in LEVELS if any(level(cell) == level(other) for other in known))
    return min({known[other] for other in known if level(other) == level(cell)}, key=lambda block: (held[block], block))


def draw_all(measured: Round) -> None:
    """Draw the blocks of a round's schools, or let cells that came since join them, until the round is over."""
    drawn = of_round(measured.id)
    if drawn and measured.frozen_at:
        return
    for brin, sizes in _sizes(measured.id).items():
        before = drawn.get(brin, {})
        _keep(measured.id, brin, {cell: n for cell, n in draw(sizes, before).items() if cell not in before})


def of_round(round_id: int) -> dict[str, Drawn]:
    """Return per school the block of each cell."""
    columns = (BlockCell.brin, BlockCell.block, BlockCell.crebo, BlockCell.pathway, *BELONGS)
    wanted = sa.select(*columns).join(Programme, Programme.crebo == BlockCell.crebo)
    found: dict[str, Drawn] = {}
    for brin, block, *cell in db.session.execute(wanted.where(BlockCell.round_id == round_id)):
        found.setdefault(brin, {})[Cell(*cell)] = block
    return found


def _sizes(round_id: int) -> dict[str, dict[Cell, int]]:
    """Count the placements of a round that could be asked, per school and cell."""
    by = (Placement.brin, Placement.crebo, Placement.pathway, *BELONGS)
    counted = (
        facts.joined(*by, sa.func.count())
        .join(Programme, Programme.crebo == Placement.crebo)
        .where(Invitation.round_id == round_id, Invitation.role == Role.STUDENT, facts.counts(clock.today()))
        .group_by(*by)
    )
    sizes: dict[str, dict[Cell, int]] = {}
    for brin, *cell, n in db.session.execute(counted):
        sizes.setdefault(brin, {})[Cell(*cell)] = n
    return sizes


def _keep(round_id: int, brin: str, drawn: Drawn) -> None:
    rows = [
        {"round_id": round_id, "brin": brin, "crebo": cell.crebo, "pathway": cell.pathway, "block": block}
        for cell, block in drawn.items()
    ]
    if rows:
        db.session.execute(insert_into(BlockCell).on_conflict_do_nothing(), rows)
