"""What stands out: differences with the rest that are more than chance, the largest first. Often there are none.

Of many items some differ by chance alone, so each counts only after the procedure of Benjamini and Hochberg at 5 %.
None is named whose other side lies within its own margin: what is said and what is drawn never contradict each other.
"""

import math
from dataclasses import dataclass

from app.questionnaires.definition import Question
from app.results import report
from app.results.figures import Figure
from app.results.report import Report
from app.results.statistics import comparing
from app.results.statistics.comparing import more_than_chance, two_means, two_shares

LEAST_VARIANCE = 0.01  # where all answer alike a difference would otherwise be infinitely large


@dataclass(frozen=True)
class Difference:
    """A question on which `ours` differs from `theirs`."""

    question: Question
    ours: Figure
    theirs: Figure

    @property
    def gap(self) -> float:
        """Return ours minus theirs: a fraction, or points of a grade."""
        return (self.ours.value or 0) - (self.theirs.value or 0)

    @property
    def is_beyond_margin(self) -> bool:
        return not (self.ours.low or 0) <= (self.theirs.value or 0) <= (self.ours.high or 0)

    @property
    def size(self) -> float:
        """Return the gap in standard deviations of one answer, so that shares and grades can be put in one order."""
        return abs(self.gap) / math.sqrt(max(self.theirs.variance, LEAST_VARIANCE))


def named(ours: Report, theirs: Report | None) -> list[Difference]:
    """Return the differences between two reports that are more than chance."""
    compared = comparable(ours, theirs) if theirs else []
    believed = more_than_chance([_p(one) for one in compared])
    found = [one for one, is_real in zip(compared, believed, strict=True) if is_real and one.is_beyond_margin]
    return sorted(found, key=lambda one: -one.size)


def least_that_shows(ours: Report, theirs: Report) -> tuple[str, float] | None:
    """Return the question whose trend is shown first, or else another, and how far its share had to lie from theirs
    to be named in four of five cases; None where none could.
    """
    compared = comparable(ours, theirs)
    shares = [one for one in compared if one.ours.measure != "mean"]
    if not shares:
        return None
    one = min(shares, key=lambda one: one.question.id != ours.questionnaire.first_trend)
    sizes = (one.ours.effective_n, one.theirs.effective_n)
    least = comparing.least_that_shows(one.theirs.value or 0, *sizes, len(compared))
    return (one.question.id, least) if least else None


def comparable(ours: Report, theirs: Report) -> list[Difference]:
    question = ours.questionnaire.question
    pairs = report.pairs(ours, theirs)
    return [Difference(question(mine.question), mine, other) for mine, other in pairs if mine.is_full and other.is_full]


def _p(one: Difference) -> float:
    """Return how likely a difference at least this large is by chance."""
    ours, theirs = one.ours, one.theirs
    if ours.measure == "mean":
        mine = (ours.value or 0, ours.variance, ours.effective_n)
        return two_means(*mine, theirs.value or 0, theirs.variance, theirs.effective_n)
    return two_shares(ours.value or 0, ours.effective_n, theirs.value or 0, theirs.effective_n)
