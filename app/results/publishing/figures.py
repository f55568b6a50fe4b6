"""The figures of a publication: made of an edition as plain JSON, and read back as reports. Only what is shown in full.

    {"edition": digest, "questionnaires": {role: id}, "scopes": {scope: {role: told}}, "hidden": {scope: {role: why}}}

A scope is `national`, `sector:01` or `pathway:BOL`. `told` are `persons`, `precision`, `response` (placements and seats
due, opened and sent; None for fewer than five), `routes` (nationally, the same of students' links per route), `figures`
by question and `themes` by page. A figure is what figures.Figure holds; a mean has `published` too, with one decimal.
Shares are fractions (0–1). Numbers are rounded to four decimals, so that all that is made of them agrees. Nothing is
told where answers of fewer than ten `persons` count, or of fewer than three `schools`: that is why.
"""

from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.invitations import rounds
from app.invitations.models import Role
from app.questionnaires.definition import Questionnaire
from app.questionnaires.kinds import KINDS
from app.reference.models import Sector
from app.results import report, scopes
from app.results.columns import NOT_ASKED, SKIPPED
from app.results.counting import Seats
from app.results.figures import Figure
from app.results.models import Edition
from app.results.report import Report, Theme
from app.results.scopes import Scope
from app.results.selection import PATHWAYS
from app.results.thresholds import Precision

NATIONAL = "national"
DECIMALS = 4


def of_edition(edition: Edition) -> dict[str, Any]:
    """Return the figures of an edition that a publication holds."""
    told: dict[str, dict[str, Any]] = {}
    hidden: dict[str, dict[str, str]] = {}
    sectors = db.session.scalars(sa.select(Sector.code).order_by(Sector.code))
    for name in (NATIONAL, *(f"pathway:{one}" for one in PATHWAYS), *(f"sector:{code}" for code in sectors)):
        for role in Role:
            made = report.make(edition, role, _scope(name))
            if made.precision == Precision.FULL:
                told.setdefault(name, {})[role.value] = _told(made, name)
            else:
                hidden.setdefault(name, {})[role.value] = "persons" if made.enough_schools else "schools"
    return {
        "edition": edition.manifest["digest"],
        "questionnaires": dict(edition.manifest["questionnaires"]),
        "scopes": told,
        "hidden": hidden,
    }


def read(figures: Mapping[str, Any], name: str, role: Role, of: Edition) -> Report | None:
    """Return the report of a role in a scope as it was published, or None where too few answered.

    Figures and themes stand in the order of the questionnaire, which not every database keeps.
    """
    told = figures["scopes"].get(name, {}).get(role)
    if told is None:
        return None
    questionnaire = rounds.questionnaire(of.round, role)
    return Report(
        edition=of.id,
        made_at=of.made_at,
        questionnaire=questionnaire,
        role=role,
        scope=_scope(name),
        persons=told["persons"],
        forms=0,
        enough_schools=True,
        precision=Precision(told["precision"]),
        response=told["response"],
        routes={route: Seats(**counted) for route, counted in told["routes"].items()},
        figures={
            one.id: _read_figure(told["figures"][one.id], questionnaire)
            for one in questionnaire.questions()
            if one.id in told["figures"]
        },
        themes=tuple(
            Theme(page, _read_figure(told["themes"][page.id], questionnaire))
            for page in questionnaire.pages
            if page.id in told["themes"]
        ),
    )


def _scope(name: str) -> Scope:
    kind, _colon, code = name.partition(":")
    scope = Scope(pathway=code) if kind == "pathway" else scopes.parse(name)
    return scope.narrowed(several=name != NATIONAL)  # a sector must not be one school that everybody knows


def _told(shown: Report, name: str) -> dict[str, Any]:
    kept = None if name == NATIONAL else report.key_questions(shown.questionnaire)  # and the themes
    figures = {id_: one for id_, one in shown.figures.items() if one.is_full and (kept is None or id_ in kept)}
    themes = {theme.page.id: theme.figure for theme in shown.themes if theme.figure.is_full}
    return {
        "persons": shown.persons,
        "precision": shown.precision.value,
        "response": dict(shown.response),
        "routes": {route: counted._asdict() for route, counted in shown.routes.items()} if kept is None else {},
        "figures": {id_: _plain(one) for id_, one in figures.items()},
        "themes": {page: _plain(one) for page, one in themes.items()},
    }


def _plain(figure: Figure) -> dict[str, Any]:
    held = {name: _rounded(value) for name, value in asdict(figure).items()}
    if figure.measure == "mean":
        # as pages write it: halves go to the even side
        held["published"] = str(Decimal(str(held["value"])).quantize(Decimal("0.1")))
    return held | {"precision": figure.precision.value}


def _rounded(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _rounded(one) for name, one in value.items()}
    return round(value, DECIMALS) if isinstance(value, float) else value


def _read_figure(held: Mapping[str, Any], questionnaire: Questionnaire) -> Figure:
    question = questionnaire.question(held["question"])
    order = [*(str(value) for value in KINDS[question.kind].values(question)), SKIPPED, NOT_ASKED]
    values = {name: value for name, value in held.items() if name != "published"}
    for name in ("counts", "shares"):
        values[name] = {one: values[name][one] for one in order if one in values[name]}
    return Figure(**values | {"precision": Precision(values["precision"])})
