"""The variables of the microdata: what each is made of, its codes, and their words in the language that is spoken now.

Answers are numbers, the same in CSV, Parquet and SPSS: the codes of options in the questionnaire, scales from 1, and
what is no opinion or no answer at the end. A question with several answers is a variable per option.

Where a group of answers lies in several pathways none is told, and then a question that some pathways are not asked may
not tell it either: it is left out for the whole group.
"""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import sqlalchemy as sa
from flask_babel import gettext as _

from app import languages
from app.extensions import db
from app.invitations import rounds
from app.invitations.models import Role
from app.questionnaires.definition import Question
from app.questionnaires.kinds import KINDS
from app.questionnaires.meaning import variable
from app.reference.models import Programme, School, Sector
from app.results import words
from app.results.columns import NOT_ASKED, SKIPPED, closed_questions
from app.results.models import Edition
from app.results.selection import PATHWAYS

NO_OPINION = ("na", "unknown")
NO_OPINION_CODE, LEFT_OUT_CODE, SKIPPED_CODE, NOT_ASKED_CODE = 9, 97, 98, 99
MISSING = {SKIPPED: SKIPPED_CODE, NOT_ASKED: NOT_ASKED_CODE}
LEVELS = {"satisfaction": "ORDINAL", "amount": "ORDINAL", "grade": "SCALE"}  # NOMINAL is every other


@dataclass(frozen=True)
class Variable:
    """`sql` makes it of an edition's columns; `spss` is its format there; `labels` are code → words.

    `set_` is the question that it is one option of.
    """

    name: str
    label: str
    sql: str
    spss: str
    level: str = "NOMINAL"
    labels: Mapping[str | int, str] = field(default_factory=dict)
    missing: tuple[int, ...] = ()
    set_: str = ""


def of_edition(edition: Edition, role: Role) -> list[Variable]:
    """Return the variables of a role's answers, background first."""
    asked = closed_questions(rounds.questionnaire(edition.round, role))
    return [*background(), *itertools.chain.from_iterable(_of_question(question) for question in asked)]


def background() -> list[Variable]:
    """Return what is told of whom; each holds for all of a group of at least five persons, else it is empty."""
    programmes, sectors = sa.select(Programme.crebo, Programme.name), sa.select(Sector.code, Sector.name)
    levels: dict[str | int, str] = {level: _("level %(n)s", n=level) for level in range(1, 5)}
    first = _("First answer of this person here; persons are counted by it")
    return [
        Variable("brin", _("School (BRIN)"), "brin", "A4", labels=_named(sa.select(School.brin, School.name))),
        Variable("crebo", _("Programme (crebo)"), "in_crebo", "A5", labels=_named(programmes)),
        Variable("sector", _("Sector"), "in_sector", "A2", labels=_named(sectors)),
        Variable("pathway", _("Pathway"), "in_pathway", "A3", labels={one: one for one in PATHWAYS}),
        Variable("level", _("Level (mbo 1–4)"), "CAST(in_level AS TINYINT)", "F1.0", "ORDINAL", levels),
        Variable("first", first, "CAST(is_first AS TINYINT)", "F1.0", labels={0: _("no"), 1: _("yes")}),
        Variable("weight", _("Weight for national and sector figures"), "round(mean_weight, 4)", "F8.4", "SCALE"),
    ]


def _named(wanted: sa.Select) -> dict[str | int, str]:
    return {row[0]: row[1] for row in db.session.execute(wanted.order_by(wanted.selected_columns[0]))}


def _of_question(question: Question) -> Iterator[Variable]:
    made = _options(question) if question.kind == "multi" else iter([_single(question)])
    tells_pathway = any(condition.pathway for condition in question.show_if)  # its own, or of one that it follows
    return map(_left_out_where_pathways_mix, made) if tells_pathway else made


def _left_out_where_pathways_mix(one: Variable) -> Variable:
    return replace(
        one,
        sql=f"CASE WHEN in_pathway IS NULL THEN {LEFT_OUT_CODE} ELSE {one.sql} END::TINYINT",
        labels={**one.labels, LEFT_OUT_CODE: _("Left out: it would tell the pathway")},
        missing=tuple(sorted((*one.missing, LEFT_OUT_CODE))),
    )


def codes(question: Question) -> dict[str, int]:
    """Return an answer as it is stored → its code: the option's own, or else its place on the scale."""
    if question.kind == "choice":
        return {option.id: option.code or 0 for option in question.options}
    numbers = itertools.count(1)
    values = [str(value) for value in KINDS[question.kind].values(question)]
    return {value: NO_OPINION_CODE if value in NO_OPINION else next(numbers) for value in values}


def _single(question: Question) -> Variable:
    coded = codes(question) | MISSING
    said = words.answers(question)
    cases = " ".join(f"WHEN '{value}' THEN {code}" for value, code in coded.items())
    return Variable(
        name=variable(question),
        label=_text(question),
        sql=f"CASE q_{question.id} {cases} END::TINYINT",
        spss="F2.0",
        level=LEVELS.get(question.kind, "NOMINAL"),
        labels={code: said[value] for value, code in coded.items()},
        missing=tuple(code for value, code in coded.items() if value in (*NO_OPINION, *MISSING)),
    )


def _options(question: Question) -> Iterator[Variable]:
    said, column = words.answers(question), f"q_{question.id}"
    cases = " ".join(f"WHEN '{value}' THEN {code}" for value, code in MISSING.items())
    for value in map(str, KINDS[question.kind].values(question)):
        chosen = f"list_contains(string_split({column}, '|'), '{value}')::TINYINT"
        yield Variable(
            name=variable(question, value),
            label=f"{_text(question)} – {said[value]}",
            sql=f"CASE {column} {cases} ELSE {chosen} END::TINYINT",
            spss="F2.0",
            labels={0: _("not chosen"), 1: _("chosen"), **{code: said[none] for none, code in MISSING.items()}},
            missing=tuple(MISSING.values()),
            set_=question.id,
        )


def _text(question: Question) -> str:
    return question.text.in_(languages.current(), None)
