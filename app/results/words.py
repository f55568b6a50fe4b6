"""Figures in words: shares, grades, margins and differences as readers see them, in Dutch and English."""

import tomllib
from functools import cache
from pathlib import Path

from flask_babel import format_decimal, format_percent
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import languages
from app.questionnaires.definition import Question
from app.questionnaires.kinds import KINDS
from app.results.columns import NOT_ASKED, SKIPPED
from app.results.differences import Difference
from app.results.figures import Figure
from app.results.thresholds import Precision
from app.results.trend import Point

ROLES = {"student": _l("Students"), "trainer": _l("Trainers")}
MEASURES = {
    "satisfied": _l("satisfied"),
    "yes": _l("say yes"),
    "right": _l("find it just right"),
    "mean": _l("grade"),
    "distribution": "",
}


@cache
def _titles() -> dict[str, dict[str, str]]:
    return tomllib.loads((Path(__file__).parent / "data/titles.toml").read_text(encoding="utf-8"))


def title(question_id: str) -> str:
    """Return a question in a few words; its id where it has none."""
    return _titles().get(question_id, {}).get(languages.current(), question_id)


def amount(value: float | None, measure: str) -> str:
    """Return a share as a percentage, a grade with one decimal, nothing as a dash."""
    if value is None:
        return "–"
    return format_decimal(value, "0.0") if measure == "mean" else format_percent(value, "0 %")


def shown(figure: Figure) -> str:
    """Return a figure as far as it may be shown."""
    if figure.precision == Precision.HIDDEN:
        return _("too few answers")
    if figure.precision == Precision.INDICATIVE:
        whole = (
            format_decimal(figure.value or 0, "0") if figure.measure == "mean" else format_percent(figure.value, "0 %")
        )
        return _("about %(value)s", value=whole)
    return amount(figure.value, figure.measure)


def point(one: Point, measure: str) -> str:
    """Return the figure of a year; what was published keeps the decimals it was published with."""
    if one.decimals is None:
        return amount(one.value, measure)
    decimals = "." + "0" * one.decimals if one.decimals else ""
    return (
        format_decimal(one.value, f"0{decimals}") if measure == "mean" else format_percent(one.value, f"0{decimals} %")
    )


def margin(figure: Figure | Point, measure: str = "") -> str:
    """Return the margin of a figure that has one: `66–76 %`, `7.4–7.9`."""
    if figure.low is None or figure.high is None:
        return ""
    if (measure or getattr(figure, "measure", "")) == "mean":
        return f"{format_decimal(figure.low, '0.0')}–{format_decimal(figure.high, '0.0')}"
    return f"{format_decimal(100 * figure.low, '0')}–{format_percent(figure.high, '0 %')}"


def answers(question: Question, pathway: str | None = None) -> dict[str, str]:
    """Return value → words of a question's answers, and of what is no answer."""
    words = KINDS[question.kind].labels(question, languages.current(), pathway)
    none = {SKIPPED: _("Skipped"), NOT_ASKED: _("Not asked")}
    return {str(value): label for value, label in words.items()} | none


def sentence(one: Difference) -> str:
    """Return a difference in words."""
    values = {"ours": amount(one.ours.value, one.ours.measure), "theirs": amount(one.theirs.value, one.theirs.measure)}
    if one.ours.measure == "mean":
        return _("a %(ours)s on average, elsewhere a %(theirs)s", **values)
    if one.ours.measure == "satisfied":
        return _("%(ours)s are satisfied, elsewhere %(theirs)s", **values)
    if one.ours.measure == "right":
        return _("%(ours)s find it just right, elsewhere %(theirs)s", **values)
    return _("%(ours)s say yes, elsewhere %(theirs)s", **values)
