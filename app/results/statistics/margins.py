"""How far chance alone may have moved a share or a mean: 95 % intervals.

Sources: Wilson (1927), JASA 22, for shares; Student's t, with Fisher and Cornish (1960), Technometrics 2, for means;
Kish (1965), Survey Sampling, for weighted answers. Nothing is corrected for how many of a school's students answered:
the question is how the school does this, not what these very students would say together.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

Z = NormalDist().inv_cdf(0.975)
# A grade is given in whole points, so it stands for half a point to either side: the variance of that is 1/12
# (Sheppard, 1898). Without it five equal grades would be certain.
ROUNDING = 1 / 12


@dataclass(frozen=True)
class Interval:
    """Two ends: fractions 0–1 for a share, points on the scale for a mean."""

    low: float
    high: float


def effective_n(sum_of_weights: float, sum_of_squared_weights: float) -> float:
    """Return how many unweighted answers are worth as much as these: (Σw)² ÷ Σw² (Kish, 1965); 0 without answers."""
    return sum_of_weights**2 / sum_of_squared_weights if sum_of_squared_weights else 0.0


def wilson(share: float, n: float) -> Interval:
    """Return Wilson's score interval of a share (0–1) among `n` answers, which may be an effective n.

    Raises ValueError where n is not above 0.
    """
    if n <= 0:
        raise ValueError(f"no interval from {n} answers")
    middle = (n * share + Z**2 / 2) / (n + Z**2)
    reach = Z * math.sqrt(n * share * (1 - share) + Z**2 / 4) / (n + Z**2)
    return Interval(max(0.0, middle - reach), min(1.0, middle + reach))


def mean_interval(mean: float, variance: float, n: float, low: float = 1, high: float = 10) -> Interval:
    """Return Student's interval of a mean of `n` whole grades, cut to the scale from `low` to `high`.

    `variance` is that of the grades, as `weighted_mean_and_variance` returns it. It is taken to be ROUNDING at least.
    Raises ValueError where n is under 2.
    """
    if n < 2:
        raise ValueError(f"no interval of a mean from {n} answers")
    reach = t_quantile(n - 1) * math.sqrt(max(variance, ROUNDING) / n)
    return Interval(max(low, mean - reach), min(high, mean + reach))


def t_quantile(df: float) -> float:
    """Return how many standard errors Student's t reaches to either side in 95 % of cases.

    Fisher and Cornish (1960), four terms beyond the normal quantile. Always too low: by 0.0009 at 4 degrees of
    freedom (five answers, the fewest that are shown), 0.004 at 3, 0.03 at 2, and 1.4 (a ninth) at 1.
    """
    terms = (
        (Z**3 + Z) / 4,
        (5 * Z**5 + 16 * Z**3 + 3 * Z) / 96,
        (3 * Z**7 + 19 * Z**5 + 17 * Z**3 - 15 * Z) / 384,
        (79 * Z**9 + 776 * Z**7 + 1482 * Z**5 - 1920 * Z**3 - 945 * Z) / 92160,
    )
    return Z + sum(term / df**power for power, term in enumerate(terms, start=1))


def weighted_mean_and_variance(counts: Mapping[int, float], n: float | None = None) -> tuple[float, float]:
    """Return mean and variance of values, each with how often it was given, or the weight of those who gave it.

    The variance estimates that of the population: Σw(v − mean)² ÷ Σw, times n ÷ (n − 1). `n` is the effective number
    of answers and need only be given when they are weighted. Raises ValueError where n is not above 1.
    """
    total = math.fsum(counts.values())
    n = total if n is None else n
    if n <= 1:
        raise ValueError(f"no variance from {n} answers")
    mean = math.fsum(value * count for value, count in counts.items()) / total
    spread = math.fsum(count * (value - mean) ** 2 for value, count in counts.items()) / total
    return mean, spread * n / (n - 1)
