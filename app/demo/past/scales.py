"""Kinds of answers as steps on a scale: where a satisfied, an average and a dissatisfied person end up. Pure.

What somebody thinks is a number that is normally distributed over people. The scale is cut in steps; the cuts keep
their distance to each other and move together until the placements of a year have the share or mean that is wanted.
"""

import math
from bisect import bisect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.questionnaires.definition import Question

FURTHEST, PRECISION = 8.0, 0.0005


@dataclass(frozen=True)
class Scale:
    """Answers from worst to best, the cuts between them, and which cuts count for the wanted share.

    `name` is that of the series, where it is not the question's. `aside` is an answer beside the scale and how often
    it is given; `loading` how much the answer says of the person.
    """

    values: tuple[Any, ...]
    cuts: tuple[float, ...] = (0.0,)
    counted: tuple[int, ...] = (0,)
    name: str | None = None
    aside: tuple[Any, float] = (None, 0.0)
    loading: float = 0.35**0.5

    def answer(self, felt: float, shift: float) -> Any:
        """Return the answer of a person who feels so, with the cuts moved by `shift`."""
        return self.values[bisect(self.cuts, felt - shift)]

    def shift(self, wanted: float, effects: Mapping[float, float]) -> float:
        """Return how far the cuts must move for the placements to have `wanted`.

        `effects` (how much better than average → fraction of the placements) may be skewed: with the whole mixture
        taken into account, no school or sector shifts the figure of all.
        """
        low, high = -FURTHEST, FURTHEST
        while high - low > PRECISION:
            middle = (low + high) / 2
            low, high = (middle, high) if self._expected(middle, effects) > wanted else (low, middle)
        return (low + high) / 2

    def wanted(self, target: float) -> float:
        """Return what the counted cuts together must come to: a fraction, or steps above the lowest grade."""
        return target - 1 if len(self.counted) > 1 else target / 100

    def _expected(self, shift: float, effects: Mapping[float, float]) -> float:
        over = [shift + self.cuts[index] for index in self.counted]
        # the share of the standard normal distribution above each cut
        above = ((part, cut - effect) for effect, part in effects.items() for cut in over)
        return sum(part * 0.5 * math.erfc(cut * math.sqrt(0.5)) for part, cut in above)


# With 55 % satisfied these cuts make 12 % dissatisfied, as students were with guidance by school in 2023.
SATISFACTION = Scale(("1", "2", "3", "4", "5"), (-1.75, -1.05, 0.0, 1.2), (2,), aside=("na", 0.03))
SPREAD_OF_GRADES = 1.2
KINDS = {
    "satisfaction": SATISFACTION,
    "yes_no": Scale(("no", "yes"), aside=("unknown", 0.04)),
    "grade": Scale(
        tuple(range(1, 11)), tuple((step + 0.5 - 8) / SPREAD_OF_GRADES for step in range(1, 10)), tuple(range(9))
    ),
    "amount": Scale(("too_little", "right", "too_much"), (0.0, 2.6), name="contact_enough"),
}
QUESTIONS = {
    "status": Scale(("stopped", "busy", "finished"), (0.0, 1.35), name="not_stopped", loading=0.2),
    "place_ease": Scale(
        ("very_hard", "hard", "neutral", "easy", "very_easy"),
        (-1.2, -0.6, 0.0, 0.9),
        (2,),
        aside=("not_searched", 0.12),
        loading=0.3,
    ),
    "talk_end": Scale(("no", "planned", "yes"), (-0.4, 0.0), (1,), aside=("unknown", 0.04)),
    "problem": Scale(("yes", "no"), name="problem_none", aside=("unknown", 0.02)),
}


def scale_of(question: Question) -> Scale | None:
    """Return the scale of a question's answers; None when they are not better or worse than each other."""
    return QUESTIONS.get(question.id) or KINDS.get(question.kind)


def mixture(effects: Iterable[tuple[float, int]]) -> dict[float, float]:
    """Return, of effects and how many placements have them, the fraction per effect, in hundredths."""
    counted: dict[float, int] = {}
    for effect, n in effects:
        rounded = round(effect, 2)
        counted[rounded] = counted.get(rounded, 0) + n
    whole = sum(counted.values())
    return {effect: n / whole for effect, n in counted.items()}
