"""The middle of counts."""

import statistics

import pytest

from app.responses.usage import median


@pytest.mark.parametrize(
    ("counts", "middle"),
    [({}, None), ({7: 0}, None), ({7: 1}, 7), ({3: 1, 9: 1}, 3), ({3: 1, 9: 2}, 9), ({9: 5, 1: 2, 60: 2}, 9)],
)
def test_the_middle_of_what_was_counted(counts, middle):
    assert median(counts) == middle


def test_it_is_the_lower_median_of_all_values_written_out():
    counts = {minutes: (minutes * 7) % 11 for minutes in range(61)}
    values = [minutes for minutes, n in counts.items() for _one in range(n)]
    assert median(counts) == statistics.median_low(values)
