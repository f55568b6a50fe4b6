"""How often a difference is named that is not there, of schools whose students answer as all others do.

`.venv/bin/python -m bench.equal_schools` prints the share of such schools with any finding, and ends with 1 where it is
above MOST. Everybody draws from the same questions, answers and likelihoods; who is satisfied with one thing is more
often satisfied with another. Each school has so many students, of whom so many answered.
"""

import argparse
import datetime as dt
import math
import random
import sys
from collections import Counter

from app.invitations.models import Role
from app.questionnaires import loader
from app.questionnaires.definition import Question, Questionnaire
from app.results import differences, figures
from app.results.columns import closed_questions
from app.results.counting import Tally
from app.results.figures import Base
from app.results.report import Report
from app.results.scopes import Scope
from app.results.thresholds import Precision

MOST = 0.064
SIZES = ((20, 400), (30, 120), (45, 90), (60, 75))  # who answered, of how many students
ELSEWHERE = 3000  # answers of all other schools
LIKELY = {  # kind → answer → how often it is given, by somebody of middling satisfaction
    "satisfaction": {"1": 4, "2": 8, "3": 18, "4": 45, "5": 20, "na": 5},
    "yes_no": {"yes": 75, "no": 20, "unknown": 5},
    "amount": {"too_little": 20, "right": 70, "too_much": 10},
    "grade": {"4": 3, "5": 5, "6": 14, "7": 30, "8": 34, "9": 10, "10": 4},
}
PULL = 0.5  # how strongly a person's own satisfaction weighs in each answer, in standard deviations of a log-odds


def share_with_findings(schools: int, seed: int) -> float:
    """Return the share of so many equal schools of which any difference with the others is named."""
    chance = random.Random(seed)
    questionnaire = next(one for one in loader.load_all().values() if one.role == Role.STUDENT)
    found = 0
    for at in range(schools):
        if at % 50 == 0:  # the others are drawn anew now and then
            elsewhere = _report(questionnaire, _answers(questionnaire, chance, ELSEWHERE))
        answered, students = SIZES[at % len(SIZES)]
        everyone = _answers(questionnaire, chance, students)
        ours = _report(questionnaire, chance.sample(everyone, answered))
        found += bool(differences.named(ours, elsewhere))
    return found / schools


def _answers(questionnaire: Questionnaire, chance: random.Random, n: int) -> list[dict[str, str]]:
    asked = [one for one in closed_questions(questionnaire) if one.kind in LIKELY]
    return [_person(asked, chance) for _person_ in range(n)]


def _person(asked: list[Question], chance: random.Random) -> dict[str, str]:
    pull = chance.gauss(0, PULL)
    given = {}
    for question in asked:
        likely = LIKELY[question.kind]
        weights = [n * math.exp(pull * at) for at, n in enumerate(likely.values())]
        given[question.id] = chance.choices(list(likely), weights)[0]
    return given


def _report(questionnaire: Questionnaire, answers: list[dict[str, str]]) -> Report:
    base, made = Base(weighted=False), {}
    for id_ in answers[0]:
        counted = Counter(one[id_] for one in answers)
        tallies = {value: Tally(n, n, n, n, n) for value, n in counted.items()}
        made[id_] = figures.of_question(questionnaire.question(id_), tallies, base)
    now = dt.datetime.now(dt.UTC)
    n = len(answers)
    return Report(0, now, questionnaire, Role.STUDENT, Scope(), n, n, True, Precision.FULL, {}, made, ())


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="bench.equal_schools", description="How often is a difference named by chance?"
    )
    parser.add_argument("--schools", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    share = share_with_findings(given.schools, given.seed)
    print(f"{share:.1%} of {given.schools} schools that do not differ have any finding; at most {MOST:.1%} may")
    sys.exit(share > MOST)


if __name__ == "__main__":
    main()
