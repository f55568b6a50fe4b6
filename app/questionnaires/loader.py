"""From a TOML file to a questionnaire; a file with mistakes is refused with all of them at once."""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from app.questionnaires.checks import mistakes_in
from app.questionnaires.definition import Condition, Question, Questionnaire
from app.questionnaires.meaning import mistakes_between, mistakes_of, sensitive_in

DEFINITIONS = Path(__file__).parent / "definitions"


class DefinitionError(ValueError):
    """A definition file has mistakes; `mistakes` lists them, one sentence each."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


@cache
def load_all(folder: Path = DEFINITIONS) -> Mapping[str, Questionnaire]:
    """Return every questionnaire in the folder by id, read once per process. Raise DefinitionError."""
    questionnaires, mistakes = [], []
    for path in sorted(folder.glob("*.toml")):
        try:
            questionnaires.append(load(path))
        except DefinitionError as error:
            mistakes += error.mistakes
    if mistakes := mistakes or mistakes_between(questionnaires):
        raise DefinitionError(mistakes)
    sensitive = sensitive_in(questionnaires)
    return MappingProxyType({one.id: one.protecting(sensitive) for one in questionnaires})


def load(path: Path) -> Questionnaire:
    """Read one definition file. Raise DefinitionError with every mistake in it."""
    content = _parse(path)
    if mistakes := mistakes_in(content, path.name):
        raise DefinitionError(mistakes)
    questionnaire = _build(content)
    if mistakes := mistakes_of(questionnaire):
        raise DefinitionError(mistakes)
    return questionnaire


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DefinitionError([f"{path.name}: this is not TOML in UTF-8 ({error}); correct it there"]) from error


def _build(content: dict[str, Any]) -> Questionnaire:
    earlier: dict[str, Question] = {}
    pages = [
        {**page, "questions": [_question(table, earlier) for table in page["questions"]]} for page in content["pages"]
    ]
    return Questionnaire.model_validate({**content, "pages": pages, "digest": _digest(content)})


def _question(table: dict[str, Any], earlier: dict[str, Question]) -> Question:
    conditions = _conditions(table["show_if"], earlier) if "show_if" in table else ()
    followed = earlier.get(table.get("show_if", {}).get("question"))
    sensitive = table.get("sensitive", False) or bool(followed and followed.sensitive)
    question = Question.model_validate({**table, "show_if": conditions, "sensitive": sensitive})
    earlier[question.id] = question
    return question


def _conditions(table: dict[str, Any], earlier: dict[str, Question]) -> tuple[Condition, ...]:
    own = Condition.model_validate(table)
    return (own, *earlier[own.question].show_if) if own.question else (own,)


def _digest(content: dict[str, Any]) -> str:
    """Hash what was parsed and not the file, so comments and layout may change."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
