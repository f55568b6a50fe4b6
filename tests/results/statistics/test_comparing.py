"""p values agree with scipy and statsmodels, and keep to the rate they promise."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportions_ztest

from app.results.statistics.comparing import more_than_chance, two_means, two_shares

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=40)
SAMPLES = st.tuples(st.floats(1, 10), st.floats(0.1, 9), st.integers(5, 5000))  # mean, variance, n


@st.composite
def counted(draw):
    """Draw how many of how many said yes."""
    n = draw(st.integers(1, 2000))
    return draw(st.integers(0, n)), n


@settings(deadline=None)
@given(a=counted(), b=counted())
def test_two_shares_are_compared_as_scipy_compares_them(a, b):
    (yes_a, n_a), (yes_b, n_b) = a, b
    found = two_shares(yes_a / n_a, n_a, yes_b / n_b, n_b)
    if yes_a + yes_b in (0, n_a + n_b):  # scipy takes no table with an empty row
        assert found == 1
    else:
        expected = stats.chi2_contingency([[yes_a, n_a - yes_a], [yes_b, n_b - yes_b]], correction=True)
        assert found == pytest.approx(expected.pvalue, abs=1e-9)


@settings(deadline=None)
@given(yes=st.integers(29_000, 31_000))
def test_with_many_answers_shares_are_compared_as_statsmodels_does_without_correction(yes):
    expected = proportions_ztest([yes, 45_000], [60_000, 90_000])[1]
    assert two_shares(yes / 60_000, 60_000, 0.5, 90_000) == pytest.approx(expected, abs=0.006)


def false_alarms(share: float, n: int) -> float:
    """Return how often n people from where the share is the same are found to differ from it at 5 %."""
    draws = stats.binom(n, share)
    return sum(draws.pmf(yes) for yes in range(n + 1) if two_shares(yes / n, n, share, 3000) <= 0.05)


@pytest.mark.parametrize("n", [5, 7, 10, 20, 50, 100])
def test_shares_that_do_not_differ_are_rarely_called_different(n):
    assert max(false_alarms(percent / 100, n) for percent in range(1, 100, 3)) <= 0.05


def test_a_large_difference_is_seen_with_ten_answers():
    assert two_shares(1.0, 10, 0.4, 3000) < 0.001


@pytest.mark.parametrize("share", [0, 1, 0.3])
def test_equal_shares_do_not_differ(share):
    assert two_shares(share, 10, share, 1000) == 1


def test_shares_of_0_and_1_differ():
    assert two_shares(0, 10, 1, 10) < 0.001


def test_a_difference_is_surer_where_most_of_a_population_answered():
    endless, half, all_of_them = (two_shares(0.7, 40, 0.6, 3000, population) for population in (None, 80, 40))
    assert endless > half > all_of_them > 0


def test_the_finite_population_takes_its_part_of_the_variance_of_a():
    variance = 0.5 * 0.5 * ((80 - 40) / (80 - 1) / 40 + 1 / 40)
    z = (0.2 - 1 / 40) / math.sqrt(variance)
    assert two_shares(0.6, 40, 0.4, 40, 80) == pytest.approx(2 * stats.norm.sf(z))


@pytest.mark.parametrize(("n_a", "n_b"), [(0, 10), (10, 0)])
def test_shares_of_nobody_are_not_compared(n_a, n_b):
    with pytest.raises(ValueError, match="no comparison"):
        two_shares(0.5, n_a, 0.5, n_b)


def welch(a: tuple[float, float, int], b: tuple[float, float, int]) -> float:
    (mean_a, variance_a, n_a), (mean_b, variance_b, n_b) = a, b
    deviations = math.sqrt(variance_a), math.sqrt(variance_b)
    return stats.ttest_ind_from_stats(mean_a, deviations[0], n_a, mean_b, deviations[1], n_b, equal_var=False).pvalue


@settings(deadline=None)
@given(a=SAMPLES, b=SAMPLES)
def test_two_means_are_compared_as_scipy_compares_them(a, b):
    assert two_means(*a, *b) == pytest.approx(welch(a, b), abs=3e-6)


@pytest.mark.parametrize(("n", "error"), [(2, 0.03), (3, 0.0005), (4, 0.00003)])
@settings(deadline=None)
@given(difference=st.floats(0, 9))
def test_below_five_answers_means_are_compared_less_precisely(n, error, difference):
    a, b = (1 + difference, 1.0, n), (1.0, 1.0, 10**9)
    assert two_means(*a, *b) == pytest.approx(welch(a, b), abs=error)


@settings(deadline=None)
@given(a=SAMPLES, b=SAMPLES)
def test_which_of_two_means_comes_first_does_not_matter(a, b):
    assert two_means(*a, *b) == pytest.approx(two_means(*b, *a))


def test_five_equal_grades_are_taken_as_rounded():
    assert two_means(8, 0, 5, 7.2, 1.5, 3000) == two_means(8, 1 / 12, 5, 7.2, 1.5, 3000)
    assert two_means(7.2, 1.5, 30, 8, 0, 5) == two_means(7.2, 1.5, 30, 8, 1 / 12, 5)
    assert 0.001 < two_means(8, 0, 5, 7.2, 1.5, 3000) < 0.01


def test_means_differ_more_surely_where_most_of_a_population_answered():
    endless, half, all_of_them = (two_means(7.4, 2, 40, 7, 2, 3000, population) for population in (None, 80, 40))
    assert endless > half > all_of_them > 0


@pytest.mark.parametrize(("n_a", "n_b"), [(1, 10), (10, 1)])
def test_means_of_one_answer_are_not_compared(n_a, n_b):
    with pytest.raises(ValueError, match="no comparison"):
        two_means(7, 1, n_a, 8, 1, n_b)


@settings(deadline=None)
@given(p_values=P_VALUES, rate=st.sampled_from([0.01, 0.05, 0.2]))
def test_those_to_believe_are_those_of_statsmodels(p_values, rate):
    assert more_than_chance(p_values, rate) == multipletests(p_values, rate, method="fdr_bh")[0].tolist()


def test_the_more_is_compared_the_more_it_takes_to_be_believed():
    assert more_than_chance([0.02]) == [True]
    assert more_than_chance([0.02, 0.5, 0.6]) == [False, False, False]


def test_a_p_value_is_believed_along_with_a_larger_one_that_is():
    assert more_than_chance([0.04, 0.03]) == [True, True]


def test_where_nothing_is_compared_nothing_is_believed():
    assert more_than_chance([]) == []
