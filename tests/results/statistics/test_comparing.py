"""p values agree with scipy and statsmodels, and keep to the rate they promise."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportions_ztest

from app.results.statistics.comparing import least_that_shows, more_than_chance, two_means, two_shares
from app.results.statistics.margins import wilson

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


def power(share_a: float, share_b: float, n_a: int, n_b: int, compared: int) -> float:
    """Return how often a share is found to differ where it is one of so many compared, and none else differs."""
    draws = stats.binom(n_a, share_a)
    found = [two_shares(yes / n_a, n_a, share_b, n_b) <= 0.05 / compared for yes in range(n_a + 1)]
    return sum(draws.pmf(yes) for yes, is_found in enumerate(found) if is_found)


@pytest.mark.parametrize("n_a", [20, 40, 100, 400])
@pytest.mark.parametrize("share", [0.4, 0.6, 0.8])
def test_what_is_said_to_show_is_found_in_four_of_five_cases(n_a, share):
    least = least_that_shows(share, n_a, 5000, 25)
    ways = [one for one in (share - least, share + least) if 0 <= one <= 1]
    assert min(power(one, share, n_a, 5000, 25) for one in ways) == pytest.approx(0.8, abs=0.06)


def test_a_smaller_difference_is_missed_more_often_and_takes_more_than_half_a_margin():
    least = least_that_shows(0.6, 40, 5000, 25)
    margin = wilson(0.6, 40)
    assert least > margin.high - margin.low
    assert power(0.6 - least / 2, 0.6, 40, 5000, 25) < 0.3


def test_with_few_answers_no_difference_is_so_large_that_it_shows():
    assert least_that_shows(0.5, 10, 5000, 25) is None


@settings(deadline=None)
@given(yes=st.integers(0, 200), n=st.integers(1, 200), share=st.floats(0, 1), n_b=st.integers(5, 10**5))
def test_shares_that_differ_have_the_other_one_outside_their_margin(yes, n, share, n_b):
    margin = wilson(min(yes, n) / n, n)
    if two_shares(min(yes, n) / n, n, share, n_b) <= 0.05:
        assert not margin.low <= share <= margin.high
