"""The frozen shape of a questionnaire, and which of its questions a person gets to see.

How a file becomes a questionnaire is in loader.py, how an answer is checked and shown in kinds.py.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

KindName = Literal["satisfaction", "yes_no", "held", "grade", "choice", "multi", "amount", "text"]
ModuleName = Literal["safety"]
PathwayName = Literal["BOL", "BBL", "OVO"]

# Results over several pathways have no pathway, and get the word that covers them all.
PLACEMENT_WORDS = {
    "nl": {"BOL": "stage", "OVO": "stage", "BBL": "leerbaan", None: "bpv"},
    "en": {"BOL": "placement", "OVO": "placement", "BBL": "apprenticeship", None: "work placement"},
}


def _readable(text: str) -> str:
    if found := re.search(r"\{[^{}]*\}?|\}", re.sub(r"\{[sS]tage\}", "", text)):
        raise ValueError(f"'{found.group()}' is not filled in; in braces use only {{stage}} or {{Stage}}")
    kinds = {unicodedata.category(sign) for sign in text if sign != "\n"}
    if kinds & {"Cc", "Cs"} or not any(kind[0] in "LNPS" for kind in kinds):
        raise ValueError("nobody can read this; leave out signs for machines, and write words")
    return text


Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", max_length=40)]
OptionIdentifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(_[a-z0-9]+)*$", max_length=40)]
QuestionnaireIdentifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1),
    AfterValidator(_readable),
]


class Frozen(BaseModel):
    """A value that cannot change and has no fields beyond its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(Frozen):
    """One text in both languages; `{stage}` stands for the word for the placement."""

    nl: Text
    en: Text

    def in_(self, language: str, pathway: str | None) -> str:
        """Return the text in `nl` or `en`, with the word that fits the pathway (None: for all of them)."""
        noun = PLACEMENT_WORDS[language][pathway]
        text = {"nl": self.nl, "en": self.en}[language]
        return text.replace("{stage}", noun).replace("{Stage}", noun.capitalize())


class Option(Frozen):
    """One of the answers to choose from.

    `code` is its number in the microdata, which stays over the years; an `exclusive` one goes with no other answer.
    """

    id: OptionIdentifier
    label: Words
    code: int | None = Field(default=None, strict=True, ge=1, le=96)
    exclusive: bool = Field(default=False, strict=True)


class Condition(Frozen):
    """What must be so before a question is shown: an answer to one earlier question, a pathway, or both."""

    question: str | None = None
    is_any_of: tuple[str | Annotated[int, Field(strict=True)], ...] = Field(default=(), alias="is")
    pathway: tuple[PathwayName, ...] = ()

    def holds(self, answers: Mapping[str, Any], pathway: str | None) -> bool:
        """Say whether these answers (question id → value) on this pathway meet the condition."""
        if self.pathway and pathway not in self.pathway:
            return False
        return self.question is None or self._is_answered_so(answers.get(self.question))

    def _is_answered_so(self, value: Any) -> bool:
        picked = value if isinstance(value, list | tuple) else [value]
        return any(one in self.is_any_of for one in picked)


class Question(Frozen):
    """One question; all conditions in `show_if` must hold. `title` is what results call it.

    The first condition is its own, the others are those of the question it follows: a follow-up of a hidden question is
    hidden too. What follows a `sensitive` question is sensitive as well: results show more persons together.
    """

    id: Identifier
    kind: KindName
    title: Words
    sensitive: bool = Field(default=False, strict=True)
    text: Words
    help: Words | None = None
    options: tuple[Option, ...] = ()
    show_if: tuple[Condition, ...] = ()


class Page(Frozen):
    """One theme; a page with a `module` is asked only where that module is on."""

    id: Identifier
    title: Words
    intro: Words | None = None
    outro: Words | None = None
    module: ModuleName | None = None
    questions: tuple[Question, ...]


class Questionnaire(Frozen):
    """Everything one role is asked in one year; `digest` changes with any word, id or order.

    `headline` is the question whose figure stands for the whole, `first_trend` the one whose trend is shown first;
    where a questionnaire names none, results do without.
    """

    id: QuestionnaireIdentifier
    role: Literal["student", "trainer"]
    year: int = Field(strict=True, ge=2000, le=2100)
    title: Words
    minutes: int = Field(strict=True, ge=1, le=30)
    headline: Identifier | None = None
    first_trend: Identifier | None = None
    pages: tuple[Page, ...]
    digest: str

    def page(self, page_id: str) -> Page:
        """Return the page with this id, or raise KeyError."""
        return {page.id: page for page in self.pages}[page_id]

    def question(self, question_id: str) -> Question:
        """Return the question with this id, or raise KeyError."""
        return self._by_id[question_id]

    @cached_property
    def _by_id(self) -> dict[str, Question]:
        return {question.id: question for question in self.questions()}

    def questions(self) -> list[Question]:
        """List all questions in order, those of modules included."""
        return [question for page in self.pages for question in page.questions]

    def asked_with(self, modules: Collection[str] = ()) -> "Questionnaire":
        """Return what is asked where only these modules are on: the same without the pages of the others."""
        pages = tuple(page for page in self.pages if page.module is None or page.module in modules)
        return Questionnaire.model_construct(**{name: getattr(self, name) for name in FIELDS} | {"pages": pages})

    def protecting(self, sensitive: Collection[str]) -> "Questionnaire":
        """Return the same with these questions and what follows them protected: an id is sensitive in all years."""
        pages = tuple(page.model_copy(update={"questions": _protect(page, set(sensitive))}) for page in self.pages)
        return Questionnaire.model_construct(**{name: getattr(self, name) for name in FIELDS} | {"pages": pages})


def _protect(page: Page, sensitive: set[str]) -> tuple[Question, ...]:
    follows = {one.id: {one.id, *(condition.question for condition in one.show_if)} for one in page.questions}
    return tuple(one.model_copy(update={"sensitive": bool(follows[one.id] & sensitive)}) for one in page.questions)


FIELDS = tuple(Questionnaire.model_fields)


def is_visible(question: Question, answers: Mapping[str, Any], pathway: str | None) -> bool:
    """Say whether a person with these answers on this pathway is asked the question."""
    return all(condition.holds(answers, pathway) for condition in question.show_if)


def visible_questions(page: Page, answers: Mapping[str, Any], pathway: str | None) -> list[Question]:
    """List the questions of the page that are asked."""
    return [question for question in page.questions if is_visible(question, answers, pathway)]


def drop_hidden(
    questionnaire: Questionnaire,
    answers: Mapping[str, Any],
    pathway: str | None,
) -> dict[str, Any]:
    """Return the answers to questions that are asked, in their order: what is stored at sending."""
    asked = [question.id for page in questionnaire.pages for question in visible_questions(page, answers, pathway)]
    return {question_id: answers[question_id] for question_id in asked if question_id in answers}
