"""Next year's questionnaires, made out of this year's by edits as authors make them, and as they should not."""

import copy
import json
import tomllib
from pathlib import Path
from random import Random
from typing import Any

from app.questionnaires.definition import Questionnaire, drop_hidden
from app.questionnaires.kinds import KINDS
from app.questionnaires.loader import DEFINITIONS

NEW_IDS = ("ai_used", "travel", "weekly_hours", "problem_kind_other", "weight", "summary", "prepared_by_school")
KINDS_OF_NEW = ("yes_no", "held", "satisfaction", "amount", "grade", "choice", "multi", "text")
Table = dict[str, Any]


def make(folder: Path, chance: Random, *, edits: int = 6) -> None:
    """Write both questionnaires of 2026 into a folder, and of 2027 with so many random edits."""
    for role in ("student", "trainer"):
        text = (DEFINITIONS / f"{role}-2026.toml").read_text(encoding="utf-8")
        (folder / f"{role}-2026.toml").write_text(text, encoding="utf-8")
        content = tomllib.loads(text) | {"id": f"{role}-2027", "year": 2027}
        for _edit in range(edits):
            chance.choice(EDITS)(content, chance)
        (folder / f"{role}-2027.toml").write_text(_toml(content), encoding="utf-8")


def answers(asked: Questionnaire, pathway: str, chance: Random) -> Table:
    """Return answers of one person, to nearly all questions they are asked."""
    given = {}
    for question in asked.questions():
        kind = KINDS[question.kind]
        values = kind.values(question)
        if question.kind == "text":
            given[question.id] = "Goed"
        elif question.kind == "multi":
            given[question.id] = kind.clean(question, [chance.choice(values)])
        elif chance.random() < 0.95:
            given[question.id] = chance.choice(values)
    return drop_hidden(asked, given, pathway)


def _questions(content: Table) -> list[tuple[Table, Table]]:
    return [(page, question) for page in content["pages"] for question in page["questions"]]


def _add(content: Table, chance: Random) -> None:
    kind = chance.choice(KINDS_OF_NEW)
    id_ = chance.choice(NEW_IDS)
    question = {"id": id_, "kind": kind, "title": _words(id_), "text": _words(f"{id_}?")}
    if kind in ("choice", "multi"):
        question["options"] = [{"id": f"o{n}", "label": _words(f"Optie {n}")} for n in range(3)]
    if kind == "choice":
        question["options"] = [option | {"code": n} for n, option in enumerate(question["options"], start=1)]
    page, other = chance.choice(_questions(content))
    if chance.random() < 0.3 and other["kind"] == "yes_no":
        question["show_if"] = {"question": other["id"], "is": ["yes"]}
    page["questions"].insert(page["questions"].index(other) + 1, question)


def _remove(content: Table, chance: Random) -> None:
    page, question = chance.choice(_questions(content))
    page["questions"].remove(question)
    if chance.random() < 0.8:  # with all that follows it
        for other, follower in _questions(content):
            if follower.get("show_if", {}).get("question") == question["id"]:
                other["questions"].remove(follower)
        for key in ("headline", "first_trend"):
            if content.get(key) == question["id"]:
                del content[key]
    content["pages"] = [page for page in content["pages"] if page["questions"]]


def _remove_what_leads(content: Table, chance: Random) -> None:
    gone = {
        content.pop(key, None) for key in chance.choice((("headline",), ("first_trend",), ("headline", "first_trend")))
    }
    for page, question in _questions(content):
        if question["id"] in gone:
            page["questions"].remove(question)
    content["pages"] = [page for page in content["pages"] if page["questions"]]


def _rename(content: Table, chance: Random) -> None:
    _page, question = chance.choice(_questions(content))
    old, question["id"] = question["id"], f"{question['id']}_again"[:40]
    for _other, follower in _questions(content):
        if follower.get("show_if", {}).get("question") == old:
            follower["show_if"]["question"] = question["id"]
    for key in ("headline", "first_trend"):
        if content.get(key) == old:
            content[key] = question["id"]


def _rename_page(content: Table, chance: Random) -> None:
    page = chance.choice(content["pages"])
    page["id"] = chance.choice(("looking_back", "later", f"{page['id']}_new"))


def _reorder(content: Table, chance: Random) -> None:
    chance.shuffle(chance.choice(content["pages"])["questions"] if chance.random() < 0.5 else content["pages"])


def _move(content: Table, chance: Random) -> None:
    page, question = chance.choice(_questions(content))
    page["questions"].remove(question)
    chance.choice(content["pages"])["questions"].append(question)
    content["pages"] = [page for page in content["pages"] if page["questions"]]


def _reword(content: Table, chance: Random) -> None:
    _page, question = chance.choice(_questions(content))
    question[chance.choice(("title", "text"))] = _words("Anders gevraagd over je {stage} & <meer>")


def _other_options(content: Table, chance: Random) -> None:
    with_options = [question for _page, question in _questions(content) if "options" in question]
    question = chance.choice(with_options or [{"kind": "multi", "options": []}])
    options = question["options"]
    if options and chance.random() < 0.5:
        options.remove(chance.choice(options))
    else:
        code = {"code": chance.choice((1, 50))} if question["kind"] == "choice" else {}
        options.append({"id": "another", "label": _words("Nog iets")} | code)


def _switch_module(content: Table, chance: Random) -> None:
    page = chance.choice(content["pages"])
    page.pop("module", None) or page.update(module="safety")


def _protect(content: Table, chance: Random) -> None:
    _page, question = chance.choice(_questions(content))
    question["sensitive"] = not question.get("sensitive", False)


def _other_kind(content: Table, chance: Random) -> None:
    _page, question = chance.choice([one for one in _questions(content) if "options" not in one[1]])
    question["kind"] = chance.choice(("yes_no", "satisfaction", "grade"))


EDITS = (
    *(_add, _add, _remove, _remove_what_leads, _rename, _rename_page, _reorder, _reorder, _move, _reword, _reword),
    *(_other_options, _switch_module, _protect, _other_kind),
)


def _words(text: str) -> dict[str, str]:
    return {"nl": text, "en": f"{text} (en)"}


def _toml(content: Table) -> str:
    """Return a table as TOML, a value on each line; its strings are written as JSON writes them."""
    return "".join(f"{key} = {_value(value)}\n" for key, value in copy.deepcopy(content).items())


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
