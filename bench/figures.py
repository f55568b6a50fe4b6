"""What a measurement says: one row of the report."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured thing, what it was measured against in the same run, and the target it should meet.

    `ours`, `against` and `target` are texts with their units; `met` is None where there is no target.
    """

    name: str
    ours: str
    against: str = ""
    target: str = ""
    met: bool | None = None
