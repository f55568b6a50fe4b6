"""What stands out, and both roles side by side, of a report on paper."""

from typing import Any

from flask_babel import gettext as _

from app.results import words
from app.results.differences import Difference
from app.results.downloads.contents import Contents
from app.results.figures import Figure
from app.results.selection import Side

SCALES = {"mean": (1, 10)}
MOST = 8  # differences per role; all of them are marked in the table of questions


def standing(contents: Contents) -> dict[str, Any] | None:
    """Return what stands out of each role; None where there is nothing it could be compared with."""
    if not contents.chosen.scope.rest or not contents.shown:
        return None
    return {
        "title": _("What stands out"),
        "intro": _("Only differences that are more than chance are named, the largest first."),
        "legend": [_("here, with its margin"), _("elsewhere")],
        "roles": [_standing(side, contents) for side in contents.chosen.sides.values()],
    }


def _standing(side: Side, contents: Contents) -> dict[str, Any]:
    return {
        "role": str(words.ROLES[side.report.role]),
        "themes": [f"{title}. {said}" for title, said in words.extremes(side.report.extremes)],
        "note": _note(side, contents),
        "items": [_difference(one) for one in side.differences[:MOST]],
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
