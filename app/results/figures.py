"""From counted answers to one question's figure: the share or mean, its margin, and how much of it is shown. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from app.questionnaires.definition import Question
from app.questionnaires.kinds import KINDS
from app.results.columns import NOT_ASKED, SKIPPED
from app.results.counting import NONE, Tally
from app.results.statistics.margins import effective_n, mean_interval, weighted_mean_and_variance, wilson
from app.results.thresholds import Precision, precision

# Per kind: the measure, the answers it is a share of, and those that count for it. Of the others all answers are shown.
MEASURES = {
    "satisfaction": ("satisfied", ("1", "2", "3", "4", "5"), ("4", "5")),
    "yes_no": ("yes", ("yes", "no"), ("yes",)),
    "held": ("yes", ("yes", "no"), ("yes",)),  # what may still come is neither
    "amount": ("right", ("too_little", "right", "too_much"), ("right",)),
    "grade": ("mean", tuple(str(grade) for grade in range(1, 11)), ()),
}
DISTRIBUTION = "distribution"


@dataclass(frozen=True)
class Figure:
    """What is said on one question, as far as it may be shown.

    `persons` gave an answer that the measure counts. `counts` are forms per answer, in the order of the questionnaire
    and with SKIPPED and NOT_ASKED; `shares` are fractions (0–1) of those who gave such an answer. `value`, `low` and
    `high` are the measure with its 95 % margin: a fraction, or a mean grade. `effective_n` and `variance` are what a
    difference with another figure is judged by.
    """

    question: str
    kind: str
    measure: str
    precision: Precision
    persons: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    shares: Mapping[str, float] = field(default_factory=dict)
    value: float | None = None
    low: float | None = None
    high: float | None = None
    effective_n: float = 0.0
    variance: float = 0.0

    @property
    def is_shown(self) -> bool:
        return self.precision != Precision.HIDDEN

    @property
    def is_full(self) -> bool:
        return self.precision == Precision.FULL

    def share(self, *values: str) -> float:
        """Return the share of some answers together."""
        return sum(self.shares.get(value, 0.0) for value in values)

    @property
    def thirds(self) -> tuple[float, float, float]:
        """Return the shares that are satisfied, neither and dissatisfied."""
        return self.share("4", "5"), self.share("3"), self.share("1", "2")


@dataclass(frozen=True)
class Base:
    """What a figure is made over: whether answers are weighted, and on how many items."""

    weighted: bool
    items: int = 1

    def persons(self, tally: Tally) -> int:
        """Return how many persons answered: of a school, or of the round where schools count together."""
        return tally.persons_in_round if self.weighted else tally.persons

    def size(self, tally: Tally) -> float:
        """Return what answers count for: their weight, or how many there are."""
        return tally.weight if self.weighted else tally.forms


def of_question(question: Question, tallies: Mapping[str, Tally], base: Base, *, sensitive: bool = False) -> Figure:
    """Return the figure of a question whose answers were counted per value; `sensitive` with others that are."""
    measure, counted, _good = MEASURES.get(question.kind, (DISTRIBUTION, None, ()))
    options = [str(value) for value in KINDS[question.kind].values(question)]
    answers = _split(tallies) if question.kind == "multi" else dict(tallies)
    counted = counted or tuple(options)
    whole = _whole(question.kind, tallies, counted)
    persons = base.persons(whole) // base.items
    shown = precision(persons, sensitive=sensitive or question.sensitive)
    figure = Figure(question.id, question.kind, measure, shown, persons)
    if not figure.is_shown:
        return replace(figure, persons=0)
    if not figure.is_full:
        return _indicative(figure, answers, whole, base)
    return _full(figure, answers, whole, [*options, SKIPPED, NOT_ASKED], base)


def _whole(kind: str, tallies: Mapping[str, Tally], counted: tuple[str, ...]) -> Tally:
    """Return all answers that the measure is a share of; of those with several options each counts once."""
    if kind == "multi":
        return sum((one for value, one in tallies.items() if value not in (SKIPPED, NOT_ASKED)), NONE)
    return sum((tallies.get(value, NONE) for value in counted), NONE)


def _split(tallies: Mapping[str, Tally]) -> dict[str, Tally]:
    """Return the tallies per option of answers that hold several."""
    split: dict[str, Tally] = {}
    for value, tally in tallies.items():
        for option in value.split("|"):
            split[option] = split.get(option, NONE) + tally
    return split


def _full(figure: Figure, answers: Mapping[str, Tally], whole: Tally, order: list[str], base: Base) -> Figure:
    weighed, total = {value: base.size(one) for value, one in answers.items()}, base.size(whole)
    counts = {value: answers[value].forms for value in order if value in answers}
    shares = {value: weighed.get(value, 0) / total for value in order if value not in (SKIPPED, NOT_ASKED)}
    n = _effective(whole, base)
    told: dict[str, Any] = {"counts": counts, "shares": shares, "effective_n": n}
    if figure.measure != DISTRIBUTION:
        told |= zip(("value", "low", "high", "variance"), _measured(figure, weighed, total, n), strict=True)
    return replace(figure, **told)


def _indicative(figure: Figure, answers: Mapping[str, Tally], whole: Tally, base: Base) -> Figure:
    """Return a figure of few persons: a share in whole tens, or a whole grade, and nothing else."""
    if figure.measure == DISTRIBUTION:
        return replace(figure, precision=Precision.HIDDEN, persons=0)
    weighed = {value: base.size(one) for value, one in answers.items()}
    value, *_rest = _measured(figure, weighed, base.size(whole), base.persons(whole))
    rounded = round(value) if figure.measure == "mean" else round(value, 1)
    return replace(figure, value=rounded)


def _effective(whole: Tally, base: Base) -> float:
    """Return how many independent persons the answers are worth: Kish's n, by persons instead of forms."""
    if not base.weighted:
        return base.persons(whole) / base.items
    n = effective_n(whole.weight, whole.squares) * base.persons(whole) / whole.forms / base.items
    return max(n, 2)  # a mean needs two; so few only where one of ten weighs as much as all others


def _measured(
    figure: Figure, weighed: Mapping[str, float], total: float, n: float
) -> tuple[float, float, float, float]:
    """Return the measure, its margin and the variance of one answer."""
    _measure, counted, good = MEASURES[figure.kind]
    if figure.measure == "mean":
        mean, variance = weighted_mean_and_variance({int(value): weighed.get(value, 0) for value in counted}, n)
        interval = mean_interval(mean, variance, n)
        return mean, interval.low, interval.high, variance
    share = sum(weighed.get(value, 0) for value in good) / total
    interval = wilson(share, n)
    return share, interval.low, interval.high, share * (1 - share)
