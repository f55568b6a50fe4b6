"""What is asked in a past year, and answers to it: a year's placements have the published shares and means together."""

import math
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.demo.past import effects, scales, series
from app.demo.past.placing import Sent
from app.demo.past.scales import Scale
from app.questionnaires.definition import Question, Questionnaire, is_visible
from app.questionnaires.kinds import KINDS

Where = tuple[str, str, str]  # school, sector, pathway
SKIPPED = 0.03
ANOTHER = 0.35  # chance of one more where several answers fit
# How often an answer is given that is neither better nor worse than others; 1 where nothing is said.
OFTEN = {
    **{"school": 5.0, "asked": 4.0, "network": 3.0, "website": 2.0, "worked_there": 2.0, "work": 3.0},
    **{"guidance_school": 2.0, "guidance_company": 2.0, "cooperation": 3.0, "personal": 3.0, "trainer": 5.0},
    **{"student": 4.0, "company": 2.0, "prefer_not": 0.5, "sbb": 0.3, "nobody": 0.6},
}


@dataclass(frozen=True)
class Asked:
    """A question as it is answered in one year: on a scale with moved cuts, or, without one, by how often."""

    question: Question
    scale: Scale | None
    shift: float

    def answer(self, chance: random.Random, person: float, effect: float) -> Any:
        """Return what somebody answers who is so satisfied with everything, about such a placement."""
        if self.scale is None:
            return self._picked(chance)
        aside, often = self.scale.aside
        if chance.random() < often:
            return aside
        loading = self.scale.loading
        felt = loading * person + math.sqrt(1 - loading * loading) * chance.gauss(0, 1)
        return self.scale.answer(felt + effect, self.shift)

    def _picked(self, chance: random.Random) -> Any:
        kind, options = KINDS[self.question.kind], [option.id for option in self.question.options]
        picked = chance.choices(options, [OFTEN.get(option, 1.0) for option in options], k=2)
        if self.question.kind != "multi":
            return picked[0]
        exclusive = {option.id for option in self.question.options if option.exclusive}
        alone = exclusive.intersection(picked) or chance.random() > ANOTHER
        return kind.clean(self.question, picked[:1] if alone else picked)


Sheet = Sequence[Asked]


def sheet(questionnaire: Questionnaire, year: int, population: Mapping[Where, int]) -> Sheet:
    """Return what is asked in a year, text left out, with the cuts where these placements need them."""
    questions = [question for question in questionnaire.questions() if question.kind != "text"]
    return [_asked(question, questionnaire.role, year, population) for question in questions]


def _asked(question: Question, role: str, year: int, population: Mapping[Where, int]) -> Asked:
    scale = scales.scale_of(question)
    if scale is None:
        return Asked(question, None, 0.0)
    wanted = scale.wanted(series.target(role, scale.name or question.id, year))
    mixture = scales.mixture((effects.effect(*where, question.id), n) for where, n in population.items())
    return Asked(question, scale, scale.shift(wanted, mixture))


def answers(chance: random.Random, asked: Iterable[Asked], sent: Sent, person: float) -> dict[str, Any]:
    """Return what somebody answers to the questions that are shown; some are skipped."""
    where = (sent.brin, sent.kind.sector, sent.kind.pathway)
    given: dict[str, Any] = {}
    for one in asked:
        id_ = one.question.id
        if chance.random() < SKIPPED or not is_visible(one.question, given, sent.kind.pathway):
            continue
        given[id_] = one.answer(chance, person, effects.effect(*where, id_))
    return given
