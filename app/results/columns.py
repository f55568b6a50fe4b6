"""The columns of an edition's files. Of answers: background, then one column per question. Pure.

Background columns beginning with `in_` name what the whole increment lies in, empty where it lies in several: figures
of a programme, sector or pathway count by these (by level only microdata do). What an answer by itself is of stands in
no file.
A question's column is its id after `q_`. Two values say that there is no answer: SKIPPED and NOT_ASKED.
"""

from collections.abc import Callable, Mapping
from typing import Any

from app.questionnaires.definition import Question, Questionnaire, is_visible

SKIPPED, NOT_ASKED = "skipped", "not_asked"
BREAKDOWNS = ("crebo", "dossier", "sector", "pathway", "level")
BACKGROUND = {
    "increment": "INTEGER",
    "brin": "VARCHAR",
    "block": "INTEGER",
    **{f"in_{name}": "VARCHAR" for name in BREAKDOWNS},
    "is_first": "BOOLEAN",
    "is_first_in_round": "BOOLEAN",
    "weight": "DOUBLE",
}
REACH = {
    "brin": "VARCHAR",
    "block": "INTEGER",
    **dict.fromkeys((*BREAKDOWNS, "role", "route"), "VARCHAR"),
    **dict.fromkeys(("population", "due", "opened", "sent"), "INTEGER"),
}

PLACE = ("brin", "block", *(f"in_{name}" for name in BREAKDOWNS if name != "level"))  # what counts can be asked of
_LONG = (
    f"(SELECT {', '.join(PLACE)}, is_first, is_first_in_round, weight, 'all' AS q_, COLUMNS('^q_') "  # noqa: S608
    "FROM read_parquet(?)) "
    "UNPIVOT INCLUDE NULLS (value FOR name IN (COLUMNS('^q_')))"
)
# What figures are made of: in a file of answers, whoever lies in one place and gave one answer to one question, or any
# answers at all, under the question with the empty name. Sums of weights are rounded, since their last digits depend on
# the order in which they were added.
COUNTS = (
    f"SELECT {', '.join(PLACE)}, name[3:] AS question, value, count(*)::INTEGER AS forms, "  # noqa: S608
    "(count(*) FILTER (is_first))::INTEGER AS persons, "
    "(count(*) FILTER (is_first_in_round))::INTEGER AS persons_in_round, "
    "round(sum(weight), 9) AS weight, round(sum(weight * weight), 9) AS squares "
    f"FROM ({_LONG}) GROUP BY ALL ORDER BY ALL"
)


def closed_questions(questionnaire: Questionnaire) -> list[Question]:
    """Return the questions of an edition: no open text."""
    return [question for question in questionnaire.questions() if question.kind != "text"]


def reader(questionnaire: Questionnaire) -> Callable[[Mapping[str, Any], str], list[str]]:
    """Return a function from the answers of one response and its pathway to the values of the question columns."""
    questions = closed_questions(questionnaire)

    def values(answers: Mapping[str, Any], pathway: str) -> list[str]:
        return [_value(question, answers, pathway) for question in questions]

    return values


def _value(question: Question, answers: Mapping[str, Any], pathway: str) -> str:
    answer = answers.get(question.id)
    if isinstance(answer, list):
        return "|".join(answer)
    if answer is not None:
        return str(answer)
    asked = not question.show_if or is_visible(question, answers, pathway)
    return SKIPPED if asked else NOT_ASKED
