"""What is wrong in the parsed content of a definition file, in words its author can act on."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError
from wtforms import Form

from app.questionnaires.definition import Condition, Page, Question, Questionnaire
from app.questionnaires.kinds import KINDS

Table = dict[str, Any]

IN_WORDS = {
    "missing": "{key} is missing; add it",
    "extra_forbidden": "key '{key}' is not known; remove it or correct its spelling",
    "literal_error": "{key} '{input}' is not known; use one of {expected}",
    "string_pattern_mismatch": "{key} '{input}' is no snake_case id; use a-z, digits and single underscores",
    "string_too_long": "{key} '{input}' is too long; use at most {max_length} characters",
    "string_too_short": "{key} is empty; write the words",
    "value_error": "{key}: {error}",
}
OTHERWISE = "{key} '{input}' does not fit ({msg}); correct it"

# A field of such a name would hide a part of the form, for instance its errors.
FORM_NAMES = dir(Form())


def mistakes_in(content: Table, file: str) -> list[str]:
    """List every mistake in the content of this file, each with file, page and question."""
    found = [f"{file}: {mistake}" for mistake in _in_head(content, file)]
    for page, place in _pages(content, file):
        found += [f"{place}: {mistake}" for mistake in _in_page(page)]
    for question, place in _questions(content, file):
        found += [f"{place}: {mistake}" for mistake in _in_question(question)]
    return found + list(_repeated(content, file)) + list(_misdirected(content, file))


def tables(parent: Table, key: str) -> list[Table]:
    """Return the tables in the array under this key; whatever is no table is left out."""
    return [table for table in _list(parent, key) if isinstance(table, dict)]


def _list(parent: Table, key: str) -> list[Any]:
    found = parent.get(key)
    return found if isinstance(found, list) else []


def _pages(content: Table, file: str) -> Iterator[tuple[Table, str]]:
    for number, page in enumerate(tables(content, "pages"), start=1):
        yield page, f"{file}, page {page.get('id', number)}"


def _questions(content: Table, file: str) -> Iterator[tuple[Table, str]]:
    for page, place in _pages(content, file):
        for number, question in enumerate(tables(page, "questions"), start=1):
            yield question, f"{place}, question {question.get('id', number)}"


def _in_head(content: Table, file: str) -> Iterator[str]:
    yield from _misfits(Questionnaire, {**content, "pages": [], "digest": ""})
    if "digest" in content:
        yield "key 'digest' is worked out from the rest; remove it"
    if file != f"{content.get('id')}.toml":
        yield f"id '{content.get('id')}' and the file name differ; make the id the file name without .toml"
    if not _is_array_of_tables(content, "pages"):
        yield "pages are missing; add at least one [[pages]] table"


def _in_page(page: Table) -> Iterator[str]:
    yield from _misfits(Page, {**page, "questions": []})
    if not _is_array_of_tables(page, "questions"):
        yield "questions are missing; add at least one [[pages.questions]] table"


def _in_question(question: Table) -> Iterator[str]:
    yield from _misfits(Question, {**question, "show_if": []})
    if "show_if" in question:
        yield from (f"in show_if {mistake}" for mistake in _in_condition(question["show_if"]))
    if question.get("id") in FORM_NAMES:
        yield f"id '{question['id']}' is a name that forms need themselves; choose another"
    yield from _in_options(question)


def _in_options(question: Table) -> Iterator[str]:
    if question.get("kind") not in list(KINDS):
        return
    needed = KINDS[question["kind"]].needs_options
    if needed and len(tables(question, "options")) < 2:
        yield f"kind '{question['kind']}' needs options; add at least two"
    if not needed and "options" in question:
        yield f"kind '{question['kind']}' has its own answers; remove the options or use kind 'choice'"


def _in_condition(condition: Any) -> Iterator[str]:
    yield from _misfits(Condition, condition)
    if not isinstance(condition, dict):
        return
    if ("question" in condition) != bool(condition.get("is")):
        yield "'question' and 'is' belong together; give both or neither"
    if not condition.get("question") and not condition.get("pathway"):
        yield "nothing is asked; give a question with is, or a pathway"


def _misfits(model: type[BaseModel], table: Any) -> list[str]:
    try:
        model.model_validate(table)
    except ValidationError as error:
        return [_in_words(detail, table) for detail in error.errors()]
    return []


def _in_words(detail: Any, table: Any) -> str:
    words = IN_WORDS.get(detail["type"], OTHERWISE)
    known = {"input": detail["input"], "msg": detail["msg"], **detail.get("ctx", {})}
    return words.format(key=_key(detail["loc"], table), **known)


def _key(path: tuple[str | int, ...], table: Any) -> str:
    """Write a path such as ("options", 0, "label", "en") with the option's id instead of its number."""
    if len(path) > 1 and path[0] == "options" and isinstance(table["options"][path[1]], dict):
        path = ("option", table["options"][path[1]].get("id", path[1]), *path[2:])
    return ".".join(str(part) for part in path) or "the table"


def _is_array_of_tables(parent: Table, key: str) -> bool:
    return bool(tables(parent, key)) and len(tables(parent, key)) == len(parent[key])


def _repeated(content: Table, file: str) -> Iterator[str]:
    yield from _twice(list(_pages(content, file)))
    yield from _twice(list(_questions(content, file)))
    for question, place in _questions(content, file):
        options = tables(question, "options")
        yield from _twice([(option, f"{place}, option {option.get('id')}") for option in options])


def _twice(placed: list[tuple[Table, str]]) -> Iterator[str]:
    seen = []
    for table, place in placed:
        if "id" in table and table["id"] in seen:
            yield f"{place}: id '{table['id']}' is used twice; rename one of them"
        seen.append(table.get("id"))


def _misdirected(content: Table, file: str) -> Iterator[str]:
    """Find conditions that do not point back to an answer of an earlier question."""
    placed = list(_questions(content, file))
    ids = [question.get("id") for question, _ in placed]
    for position, (question, place) in enumerate(placed):
        condition = question.get("show_if")
        if isinstance(condition, dict) and "question" in condition:
            target = condition["question"]
            if target not in ids[:position]:
                yield f"{place}: {_why_not_earlier(target, question.get('id'), ids)}"
            else:
                yield from (f"{place}: {m}" for m in _unknown_values(placed[ids.index(target)][0], condition))


def _why_not_earlier(target: Any, own: Any, ids: list[Any]) -> str:
    if target == own:
        return "show_if points to the question itself; point to an earlier one"
    if target in ids:
        return f"show_if points forward to '{target}'; move that question before this one"
    return f"show_if points to '{target}', which is not in this questionnaire; correct the id"


def _unknown_values(target: Table, condition: Table) -> Iterator[str]:
    try:
        asked = Question.model_validate({**target, "show_if": []})
    except ValidationError:
        return  # the target's own mistakes are reported at its own place
    values = KINDS[asked.kind].values(asked)
    for value in _list(condition, "is"):
        if value not in values:
            hint = f"use {', '.join(map(str, values))}" if values else "a text cannot decide what is shown"
            yield f"show_if waits for '{value}', which is no answer to '{asked.id}'; {hint}"
