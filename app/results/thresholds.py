"""From how many persons on a figure is shown, and how. Pure.

The limits are a choice of ours, see docs/results.md: fewer than five is left out everywhere in this field; ten is where
a share gets a margin narrower than it is wide.
"""

import enum

LEAST, FULL, SENSITIVE = 5, 10, 20
SCHOOLS = 3  # with FULL persons each, before what they say together is a benchmark


class Precision(enum.StrEnum):
    """How much of a figure is shown: nothing, about how much, or all of it with its margin."""

    HIDDEN = "hidden"
    INDICATIVE = "indicative"
    FULL = "full"


def precision(persons: float, *, sensitive: bool = False) -> Precision:
    """Return how a figure of so many persons is shown; what a sensitive question says needs SENSITIVE of them."""
    if persons < (SENSITIVE if sensitive else LEAST):
        return Precision.HIDDEN
    return Precision.FULL if persons >= FULL else Precision.INDICATIVE
