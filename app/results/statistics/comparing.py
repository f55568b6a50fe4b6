"""Whether two figures differ by more than chance: p values, and which of many to believe.

Always two-sided. `a` is a part, `b` what it is compared with, without that part, so that the two are independent.
"""

import math
from collections.abc import Sequence
from statistics import NormalDist

from app.results.statistics.margins import ROUNDING

RATE = 0.05  # of the differences that are believed, so many may be by chance
STEPS = 1000  # in which such a difference is looked for
POWER = 0.8  # four in five: how often a difference should be found to be called one that shows


def two_shares(share_a: float, n_a: float, share_b: float, n_b: float) -> float:
    """Return the p value of the z test of two shares (0–1): pooled variance, with Yates's (1934) correction.

    A school is small and what it is compared with is large. There the unpooled variance, with or without the added
    answers of Agresti and Caffo (2000), finds too much: the larger b, the more the variance rests on the few answers
    of a (with ten, up to 11 % by chance at a p value of 5 %). This test stays under 5 % from five answers on, mostly
    far under; at 1 % it finds at most 2.3 % by chance, and that only where nearly all answer alike.
    Raises ValueError where an n is not above 0.
    """
    if min(n_a, n_b) <= 0:
        raise ValueError(f"no comparison of {n_a} with {n_b} answers")
    pooled = (n_a * share_a + n_b * share_b) / (n_a + n_b)
    variance = pooled * (1 - pooled) * (1 / n_a + 1 / n_b)
    beyond = abs(share_a - share_b) - (1 / n_a + 1 / n_b) / 2
    if beyond <= 0:  # shares that are both 0 or both 1, without any variance, end here too
        return 1.0
    return _outside(beyond / math.sqrt(variance))


def two_means(mean_a: float, variance_a: float, n_a: float, mean_b: float, variance_b: float, n_b: float) -> float:
    """Return the p value of Welch's (1947) t test of two means of whole grades.

    The variances are those of the grades, taken to be ROUNDING at least; degrees of freedom as Welch and Satterthwaite
    have them. Raises ValueError where an n is under 2.
    """
    if min(n_a, n_b) < 2:
        raise ValueError(f"no comparison of means of {n_a} and {n_b} answers")
    of_a = max(variance_a, ROUNDING) / n_a
    of_b = max(variance_b, ROUNDING) / n_b
    df = (of_a + of_b) ** 2 / (of_a**2 / (n_a - 1) + of_b**2 / (n_b - 1))
    return _outside(_as_normal(abs(mean_a - mean_b) / math.sqrt(of_a + of_b), df))


def least_that_shows(share_b: float, n_a: float, n_b: float, compared: int) -> float | None:
    """Return how far a share must lie from `share_b` to be found in POWER of cases, were it the only one that differs.

    Of so many compared figures the first is believed at RATE ÷ `compared`. From there on the normal approximation for
    two_shares, upwards or downwards, whichever takes more; None where no share lies so far away.
    """
    critical, reserve = NormalDist().inv_cdf(1 - RATE / compared / 2), NormalDist().inv_cdf(POWER)

    def shows(share_a: float) -> bool:
        pooled = (n_a * share_a + n_b * share_b) / (n_a + n_b)
        by_chance = critical * math.sqrt(pooled * (1 - pooled) * (1 / n_a + 1 / n_b)) + (1 / n_a + 1 / n_b) / 2
        spread = math.sqrt(share_a * (1 - share_a) / n_a + share_b * (1 - share_b) / n_b)
        return abs(share_a - share_b) >= by_chance + reserve * spread

    shares = [step / STEPS for step in range(STEPS + 1)]
    below = [share_b - one for one in shares if one <= share_b and shows(one)]
    above = [one - share_b for one in shares if one >= share_b and shows(one)]
    return max((min(found) for found in (below, above) if found), default=None)


def more_than_chance(p_values: Sequence[float], rate: float = RATE) -> list[bool]:
    """Say of each p value whether to believe its difference, so that of those believed `rate` is by chance.

    The step-up procedure of Benjamini and Hochberg (1995): all up to the largest p value that is at most its rank's
    part of the rate. The more is compared, the more it takes.
    """
    ranked = enumerate(sorted(p_values), start=1)
    largest = max((p for rank, p in ranked if p <= rank / len(p_values) * rate), default=-1.0)
    return [p <= largest for p in p_values]


def _as_normal(t: float, df: float) -> float:
    """Return the normal deviate that is as likely as this t.

    Hill (1970), algorithm 395 in Communications of the ACM 13. Its largest error in a two-sided p value is 0.000003
    from 4 degrees of freedom on, 0.00003 at 3, 0.0005 at 2, and 0.03 at 1.
    """
    a = df - 0.5
    b = 48 * a**2
    z = math.sqrt(a * math.log1p(t**2 / df))
    return z + (z**3 + 3 * z) / b - (4 * z**7 + 33 * z**5 + 240 * z**3 + 855 * z) / (10 * b * (b + 0.8 * z**4 + 100))


def _outside(z: float) -> float:
    """Return the probability of a normal deviate at least this far from 0, to either side."""
    return math.erfc(z / math.sqrt(2))
