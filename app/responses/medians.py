"""Medians from counts: pure."""

from collections.abc import Mapping


def median(counts: Mapping[int, int]) -> int | None:
    """Return the middle value of value → how often, the lower of two in the middle; None of nothing."""
    total = sum(counts.values())
    passed = 0
    for value in sorted(counts):
        passed += counts[value]
        if total and 2 * passed >= total:
            return value
    return None
