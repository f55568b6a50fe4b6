"""Blocks in words: a block of a school is named by the programmes it holds."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from app.extensions import db
from app.invitations.models import BlockCell
from app.reference.models import Programme


@dataclass(frozen=True)
class Block:
    """Programmes of a school that count together: their names, pathways, and the sector if they lie in one."""

    number: int
    names: tuple[str, ...]
    pathways: tuple[str, ...]
    sector: str | None

    @property
    def title(self) -> str:
        """Return the first names and how many more, with the pathways."""
        more = f" + {len(self.names) - 2}" if len(self.names) > 2 else ""
        return f"{', '.join(self.names[:2])}{more} ({', '.join(self.pathways)})"


def of_school(round_id: int, brin: str, crebos: Collection[str] | None = None) -> list[Block]:
    """Return the blocks of a school in a round, by title; none where it has too few placements.

    With `crebos` only the blocks that hold one of these programmes.
    """
    wanted = (
        sa.select(BlockCell.block, Programme.name, BlockCell.pathway, Programme.sector_code)
        .join(Programme, Programme.crebo == BlockCell.crebo)
        .where(BlockCell.round_id == round_id, BlockCell.brin == brin)
        .order_by(Programme.name)
    )
    if crebos is not None:
        held = sa.select(BlockCell.block).where(BlockCell.round_id == round_id, BlockCell.brin == brin)
        wanted = wanted.where(BlockCell.block.in_(held.where(BlockCell.crebo.in_(crebos))))
    cells: dict[int, list[tuple[str, str, str]]] = {}
    for number, *cell in db.session.execute(wanted):
        cells.setdefault(number, []).append((cell[0], cell[1], cell[2]))
    return sorted((_block(number, held) for number, held in cells.items()), key=lambda one: one.title)


def _block(number: int, cells: list[tuple[str, str, str]]) -> Block:
    names, pathways, sectors = (tuple(dict.fromkeys(column)) for column in zip(*cells, strict=True))
    return Block(number, names, tuple(sorted(pathways)), sectors[0] if len(sectors) == 1 else None)
