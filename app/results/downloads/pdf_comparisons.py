"""What a report on paper compares: with elsewhere, both roles, and the years by chart and table."""

from dataclasses import asdict
from typing import Any

from flask_babel import gettext as _

from app.results import words
from app.results.differences import Difference
from app.results.downloads import tables
from app.results.downloads.contents import Contents
from app.results.figures import Figure
from app.results.history import metrics
from app.results.selection import Side
from app.results.trend import Line

SCALES = {"mean": (1, 10)}
MOST = 8  # differences per role; all of them are marked in the table of questions
YEARS = 11  # that fit in a table
GRADES, SHARES = (5, 6, 7, 8, 9, 10), (0, 0.25, 0.5, 0.75, 1)


def standing(contents: Contents) -> dict[str, Any] | None:
    """Return what stands out of each role; None where there is nothing it could be compared with."""
    if not contents.chosen.scope.rest or not contents.shown:
        return None
    return {
        "title": _("What stands out"),
        "intro": _("Only differences that are more than chance are named, the largest first."),
        "legend": [_("here, with its margin"), _("elsewhere")],
        "roles": [
            {
                "role": str(words.ROLES[side.report.role]),
                "themes": [f"{title}. {said}" for title, said in words.extremes(side.report.extremes)],
                "note": _note(side, contents),
                "items": [_difference(one) for one in side.differences[:MOST]],
            }
            for side in contents.chosen.sides.values()
        ],
    }


def _note(side: Side, contents: Contents) -> str:
    """Return what is said where nothing is named."""
    if not side.report.is_shown:
        return words.why_not_all(side.report, contents.chosen)
    if side.elsewhere is None:
        return _("There is nothing to compare with yet: that takes three other schools with ten answers each.")
    if not side.differences:
        return words.no_difference(side.report, side.elsewhere)
    return ""


def _difference(one: Difference) -> dict[str, Any]:
    return {
        "title": words.title(one.question.id),
        "sentence": words.sentence(one),
        "ours": at(one.ours.value, one.ours),
        "ends": [at(one.ours.low, one.ours), at(one.ours.high, one.ours)],
        "theirs": at(one.theirs.value, one.theirs),
    }


def together(contents: Contents) -> dict[str, Any] | None:
    """Return the questions that both roles are asked."""
    if not contents.chosen.pairs:
        return None
    roles = [str(words.ROLES[role]) for role in contents.chosen.sides]
    return {
        "title": _("Students and trainers"),
        "intro": _(
            "What both are asked, side by side. Students and trainers are not pairs here: a trainer may have answered "
            "about a student who did not."
        ),
        "heads": [_("Question"), roles[0], _("Margin"), roles[1], _("Margin")],
        "roles": roles,
        "rows": [_pair(one, other) for one, other in contents.chosen.pairs],
    }


def _pair(one: Figure, other: Figure) -> dict[str, Any]:
    both = [one, other]
    return {
        "title": words.title(one.question),
        "measure": str(words.MEASURES[one.measure]),
        "cells": [text for figure in both for text in (words.shown(figure), words.margin(figure))],
        "at": [at(figure.value, figure) if figure.is_full else None for figure in both],
    }


def at(value: float | None, figure: Figure) -> float:
    """Return where a value lies on the scale of its figure, from 0 to 1."""
    low, high = SCALES.get(figure.measure, (0, 1))
    return ((value or 0) - low) / (high - low)


def trends(contents: Contents) -> dict[str, Any] | None:
    """Return the lines of both roles; None where there is no more than one year of anything."""
    roles = [one for side in contents.shown if (one := _years_of(side, contents))]
    if not roles:
        return None
    kinds = dict.fromkeys(line["kind"] for role in roles for chart in role["charts"] for line in chart["lines"])
    years = [year for role in roles for year in role["years"]]
    breaks = [one for one in metrics.breaks() if min(years) < one.year <= max(years)]
    return {
        "title": _("Over the years"),
        "intro": _("The bar behind a point is its margin. Figures that were published earlier have none."),
        "legend": [{"kind": kind, "label": tables.line_name(kind, contents)} for kind in kinds],
        "breaks": [{"year": one.year} | dict(zip(("title", "note"), words.broken(one), strict=True)) for one in breaks],
        "roles": roles,
    }


def _years_of(side: Side, contents: Contents) -> dict[str, Any] | None:
    found = [(id_, measure, lines) for id_, measure, lines in contents.trends(side.report.role) if lines]
    years = sorted({point.year for *_of, lines in found for line in lines for point in line.points})[-YEARS:]
    if len(years) < 2:
        return None
    charts, groups = [], []
    for id_, measure, lines in found:
        said = str(words.MEASURES[measure])
        unit = said if measure == "mean" else _("%% %(measure)s", measure=said)
        named = {"title": words.title(id_), "measure": unit}
        charts.append(named | _chart(lines, measure, years))
        groups.append(named | {"rows": _rows(lines, measure, years, contents)})
    heads = [_("Question"), _("Whose"), *(str(year) for year in years)]
    return {
        "role": str(words.ROLES[side.report.role]),
        "years": years,
        "charts": charts,
        "heads": heads,
        "groups": groups,
    }


def _chart(lines: list[Line], measure: str, years: list[int]) -> dict[str, Any]:
    ticks = [(one, str(one)) for one in GRADES] if measure == "mean" else [(one, f"{one:.0%}"[:-1]) for one in SHARES]
    shown = {line.kind: [asdict(one) for one in line.points if one.year in years] for line in lines}
    return {
        "ticks": ticks,
        "alt": _("Figures over the years; the table below has the same"),
        "lines": [{"kind": kind, "points": points} for kind, points in shown.items()],
    }


def _rows(lines: list[Line], measure: str, years: list[int], contents: Contents) -> list[list[str]]:
    rows = []
    for line in lines:
        shown = {one.year: words.point(one, measure).removesuffix("%").strip() for one in line.points}
        rows.append([tables.line_name(line.kind, contents), *(shown.get(year, "") for year in years)])
    return rows
