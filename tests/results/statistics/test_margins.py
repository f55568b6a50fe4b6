"""Intervals agree with statsmodels and scipy, and cover as often as they say."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import DescrStatsW

from app.results.statistics.margins import (
    Interval,
    effective_n,
    mean_interval,
    t_quantile,
    weighted_mean_and_variance,
    wilson,
)

SHARES = st.floats(0, 1)
NUMBERS = st.floats(0.5, 1e6)
COUNTS = st.dictionaries(st.integers(1, 10), st.integers(1, 500), min_size=2)


def ends(interval: Interval) -> tuple[float, float]:
    return interval.low, interval.high


@settings(deadline=None)
@given(share=SHARES, n=NUMBERS)
def test_the_interval_of_a_share_is_that_of_statsmodels(share, n):
    expected = proportion_confint(share * n, n, method="wilson")
    assert ends(wilson(share, n)) == pytest.approx(expected, abs=1e-9)


@settings(deadline=None)
@given(share=SHARES, n=NUMBERS)
def test_the_interval_of_a_share_holds_the_share_and_stays_within_0_and_1(share, n):
    found = wilson(share, n)
    assert 0 <= found.low <= share + 1e-12
    assert share - 1e-12 <= found.high <= 1


def coverage(share: float, n: int) -> float:
    """Return how often the interval of n answers holds the share that each is drawn with."""
    draws = stats.binom(n, share)
    intervals = {hits: wilson(hits / n, n) for hits in range(n + 1)}
    return sum(draws.pmf(hits) for hits, found in intervals.items() if found.low <= share <= found.high)


@pytest.mark.parametrize("n", [10, 20, 50, 100])
def test_the_interval_of_a_share_holds_the_truth_in_95_of_100_draws(n):
    covered = [coverage(percent / 100, n) for percent in range(1, 100)]
    assert sum(covered) / len(covered) == pytest.approx(0.953, abs=0.01)


@pytest.mark.parametrize("n", [0, -1])
def test_no_answers_give_no_interval_of_a_share(n):
    with pytest.raises(ValueError, match="no interval"):
        wilson(0.5, n)


@settings(deadline=None)
@given(weights=st.lists(st.floats(0.2, 5), min_size=1))
def test_unequal_weights_make_answers_count_for_less(weights):
    found = effective_n(sum(weights), sum(weight**2 for weight in weights))
    assert found <= len(weights) * (1 + 1e-9)
    assert effective_n(3 * len(weights), 9 * len(weights)) == pytest.approx(len(weights))


def test_effective_n_follows_kish():
    assert effective_n(1 + 1 + 4, 1 + 1 + 16) == 2
    assert effective_n(0, 0) == 0


@pytest.mark.parametrize(("df", "error"), [(1, 1.41), (2, 0.033), (3, 0.0039), (4, 0.00087), (5, 0.00028), (8, 3e-5)])
def test_the_quantile_of_t_is_too_low_by_no_more_than_it_says(df, error):
    assert 0 <= stats.t.ppf(0.975, df) - t_quantile(df) <= error


@settings(deadline=None)
@given(df=st.floats(4, 1e6))
def test_the_quantile_of_t_is_near_that_of_scipy_for_any_degrees_of_freedom(df):
    assert t_quantile(df) == pytest.approx(stats.t.ppf(0.975, df), abs=0.0009)


@settings(deadline=None)
@given(mean=st.floats(4, 7), variance=st.floats(0.1, 9), n=st.floats(10, 1e5))
def test_the_interval_of_a_mean_is_that_of_scipy(mean, variance, n):
    expected = stats.t.interval(0.95, n - 1, mean, math.sqrt(variance / n))
    assert ends(mean_interval(mean, variance, n)) == pytest.approx(expected, abs=0.0001)


def test_the_interval_of_a_mean_is_cut_to_the_scale():
    assert mean_interval(9.5, 4, 5).high == 10
    assert mean_interval(1.5, 4, 5).low == 1
    assert mean_interval(3.5, 4, 5, low=0, high=4).high == 4


def test_equal_grades_are_not_certain_as_they_are_rounded():
    assert mean_interval(8, 0, 5) == mean_interval(8, 1 / 12, 5)
    assert ends(mean_interval(8, 0, 5)) == pytest.approx((7.64, 8.36), abs=0.005)


def test_one_answer_gives_no_interval_of_a_mean():
    with pytest.raises(ValueError, match="no interval"):
        mean_interval(8, 1, 1.9)


@settings(deadline=None)
@given(counts=COUNTS)
def test_mean_and_variance_of_counts_are_those_of_statsmodels(counts):
    expected = DescrStatsW(list(counts), weights=list(counts.values()), ddof=1)
    assert weighted_mean_and_variance(counts) == pytest.approx((expected.mean, expected.var))


@settings(deadline=None)
@given(counts=COUNTS, factor=st.floats(0.2, 5))
def test_with_n_given_the_size_of_weights_does_not_matter(counts, factor):
    weighted = {value: count * factor for value, count in counts.items()}
    n = sum(counts.values())
    assert weighted_mean_and_variance(weighted, n) == pytest.approx(weighted_mean_and_variance(counts))


@pytest.mark.parametrize("counts", [{}, {8: 1}])
def test_one_answer_has_no_variance(counts):
    with pytest.raises(ValueError, match="no variance"):
        weighted_mean_and_variance(counts)
