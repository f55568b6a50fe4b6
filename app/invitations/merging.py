"""Putting small groups together until they are large enough to protect who is in them. Pure.

The same rule draws blocks of placements and increments of answers, see blocks.py and app/results/increments.py.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import TypeVar

Cell = TypeVar("Cell", bound=Hashable)
Level = Callable[[Cell], Hashable]


def merged(sizes: Mapping[Cell, int], levels: Sequence[Level[Cell]], least: int) -> tuple[list[set[Cell]], list[Cell]]:
    """Return groups of cells that hold at least `least` together, and the cells that are left over.

    `sizes` is cell → how many it holds. A level names what cells have in common, the finest first: at each one the
    cells that are in no group yet and agree on it become a group if they are enough together. So what is large
    enough by itself stays by itself.
    """
    groups: list[set[Cell]] = []
    left = list(sizes)
    for level in levels:
        enough = [one for one in _alike(left, level) if sum(sizes[cell] for cell in one) >= least]
        groups += enough
        left = [cell for cell in left if not any(cell in one for one in enough)]
    return groups, left


def _alike(cells: list[Cell], level: Level[Cell]) -> list[set[Cell]]:
    alike: dict[Hashable, set[Cell]] = {}
    for cell in cells:
        alike.setdefault(level(cell), set()).add(cell)
    return list(alike.values())
