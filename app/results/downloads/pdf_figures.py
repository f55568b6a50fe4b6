"""Themes, questions and programmes of a report on paper."""

from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _

from app.questionnaires.definition import Page, Question
from app.results import words
from app.results.downloads import tables
from app.results.downloads.contents import Contents, theme_of
from app.results.figures import DISTRIBUTION, Figure
from app.results.report import Report, Theme
from app.results.selection import Side


def themes(contents: Contents) -> dict[str, Any] | None:
    roles = [
        {
            "role": str(words.ROLES[side.report.role]),
            "persons": persons(side.report),
            "themes": [_theme(one, side) for one in side.report.themes],
        }
        for side in contents.shown
    ]
    if not roles:
        return None
    legend = [_("Satisfied or very satisfied"), _("Neither"), _("Dissatisfied or very dissatisfied")]
    intro = _("The questions of a theme taken together, in per cents of the answers given.")
    return {"title": _("Themes"), "intro": intro, "legend": legend, "roles": roles}


def _theme(theme: Theme, side: Side) -> dict[str, Any]:
    here = _("Here") if side.report.scope.rest else _("The whole country")
    bars = [{"label": here, "shares": theme.figure.thirds}] if theme.figure.is_full else []
    for label, report in side.others:
        other = theme_of(report, theme.page.id)
        if bars and other and other.is_full:
            bars.append({"label": label, "shares": other.thirds})
    return {
        "title": words.page_title(theme.page),
        "shown": words.shown(theme.figure),
        "margin": words.named_margin(theme.figure),
        "bars": bars,
    }


def questions(contents: Contents) -> dict[str, Any] | None:
    roles = [_questions(side) for side in contents.shown]
    return {"title": _("All questions"), "roles": roles} if roles else None


def _questions(side: Side) -> dict[str, Any]:
    heads = [_("Question"), _("Figure"), _("Margin"), _("Persons"), *(label for label, _report in side.others)]
    groups: dict[str, list[dict[str, Any]]] = {}
    for page, question in tables.asked(side.report):
        groups.setdefault(words.page_title(page), []).append(_question(page, question, side))
    return {
        "role": str(words.ROLES[side.report.role]),
        "persons": persons(side.report),
        "heads": heads,
        "groups": [{"title": title, "rows": rows} for title, rows in groups.items()],
        "foot": _("↑ and ↓: higher or lower than elsewhere, by more than chance.") if side.elsewhere else "",
    }


def _question(page: Page, question: Question, side: Side) -> dict[str, Any]:
    figure = side.report.figures[question.id]
    others = [report.figures.get(question.id) for _label, report in side.others]
    n = words.count(figure.persons) if figure.is_shown else "–"
    spread = figure.measure == DISTRIBUTION and figure.is_full  # its answers say it; those that are none stand in files
    answers = tables.answers_of(side.report, question) if spread else ()
    return {
        "title": words.title(question.id),
        "measure": str(words.MEASURES[figure.measure]),
        "cells": ["" if spread else words.shown(figure), words.margin(figure), n, *map(_shown, others)],
        "gap": side.gap(question.id),
        "answers": [[label, words.amount(part, "")] for label, part, _count in answers if part is not None],
    }


def _shown(figure: Figure | None) -> str:
    return words.amount(figure.value, figure.measure) if figure and figure.is_full and figure.value is not None else ""


def programmes(contents: Contents) -> dict[str, Any] | None:
    found = [_programmes(side, contents) for side in contents.shown]
    roles = [one for one in found if one["rows"]]
    intro = _(
        "Satisfied per theme and below it the margin, in groups of programmes. ± is an indication, of five to nine "
        "persons."
    )
    return {"title": _("Programmes"), "intro": intro, "roles": roles} if roles else None


def _programmes(side: Side, contents: Contents) -> dict[str, Any]:
    heads = [_("Programmes"), _("Persons"), *words.in_short(side.report)]
    nothing = [""] * (len(heads) - 2)
    rows = [
        [name, words.count(one.persons), *map(short, one.in_short)]
        if one.is_shown
        else [name, words.counted(one), *nothing]
        for name, one in contents.programmes(side.report.role)
    ]
    told = [n for n in range(len(heads)) if n < 2 or any(row[n] not in ("", "–") for row in rows)]
    kept = [[row[n] for n in told] for row in (heads, *rows)]
    return {"role": str(words.ROLES[side.report.role]), "heads": kept[0], "rows": kept[1:]}


def short(figure: Figure) -> str:
    """Return a figure in few characters, for a narrow column, with its margin on a line below."""
    if not figure.is_shown:
        return "–"
    if figure.is_full:
        return "\n".join(text for text in (words.shown(figure), words.margin(figure)) if text)
    value = figure.value or 0
    return "± " + (format_decimal(value, "0") if figure.measure == "mean" else words.amount(value, figure.measure))


def persons(report: Report) -> str:
    return _("The answers of %(n)s persons count here.", n=format_decimal(report.persons))
