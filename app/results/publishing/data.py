"""What was published as open data: a CSV file with a row per figure, and a text that says what is in it."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.invitations.models import Role
from app.questionnaires.definition import Words
from app.questionnaires.kinds import KINDS
from app.results import words
from app.results.figures import DISTRIBUTION, Figure
from app.results.publishing.publication import Yearbook
from app.results.report import Report

# What each column holds; two that hold alike stand together.
COLUMNS = {
    "year": _l("the year in which the placements ended"),
    "metric": _l(
        "satisfied, yes, right (just right) or mean of a question; share of one answer to it; theme: satisfied "
        "over all questions of a theme; respondents, placements, due, opened, sent: how many answered, of how many"
    ),
    "question": _l("id of the question or theme"),
    "question_nl, question_en": _l("the question or theme in words"),
    "answer": _l("the answer that a share is of"),
    "role": _l("student or trainer: who answered"),
    "breakdown": _l("national, pathway or sector; route: how students got their link"),
    "code": _l("which pathway, sector or route"),
    "value": _l("the figure, weighted"),
    "low, high": _l("its margin of 95 per cent"),
    "n": _l("how many persons the figure is of, unweighted"),
    "unit": _l("% (0 to 100), 1-10 (a grade) or n (a count)"),
    "edition": _l("digest of the answers all figures are made of"),
}
SHARE, GRADE, COUNT = "%", "1-10", "n"


def table(book: Yearbook) -> str:
    """Return everything that was published of a year as CSV: commas, points in numbers, a row of names first."""
    written = io.StringIO()
    writer = csv.DictWriter(written, ", ".join(COLUMNS).split(", "), restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows(book))
    return written.getvalue()


def rows(book: Yearbook) -> Iterator[dict[str, Any]]:
    """Yield a row per figure: per scope and role, how many answered, themes, then questions and their answers."""
    for scope in book.figures["scopes"]:
        breakdown, _colon, code = scope.partition(":")
        for role in Role:
            shown = book.of_scope(role, scope)
            same = {"year": book.year, "role": role.value, "breakdown": breakdown, "code": code}
            for row in _of(shown) if shown else ():
                yield same | row | {"edition": book.figures["edition"]}


def readme(book: Yearbook) -> str:
    """Return what the columns hold, and what may be done with the file."""
    address = url_for("published.show_year", year=book.year, lang=None, _external=True)
    lines = [
        _("BPV Monitor %(year)s: open data", year=book.year),
        "",
        _("From: %(organisation)s, %(address)s", organisation=current_app.config["ORGANISATION"], address=address),
        _("Licence: Creative Commons Attribution 4.0 (CC BY 4.0): use it for anything, and say where it is from."),
        _("Edition: %(digest)s", digest=book.figures["edition"]),
        "",
        *(f"{name}: {said}" for name, said in COLUMNS.items()),
        "",
        _("What is not there was not asked, or fewer than ten persons answered (twenty if it is sensitive)."),
    ]
    return "\r\n".join(lines) + "\r\n"


def _of(shown: Report) -> Iterator[dict[str, Any]]:
    yield _count("respondents", shown.persons)
    yield from (_count(name, n) for name, n in shown.response.items() if n is not None)
    for route, seats in shown.routes.items():
        told = {name: n for name, n in seats._asdict().items() if name != "placements"}
        yield from (_count(name, n) | {"breakdown": "route", "code": route} for name, n in told.items())
    for theme in shown.themes:
        named = {"question": theme.page.id} | _worded(theme.page.title)
        yield {"metric": "theme"} | named | _measured(theme.figure)
    for id_, figure in shown.figures.items():
        named = {"question": id_} | _worded(shown.questionnaire.question(id_).text)
        if figure.measure != DISTRIBUTION:
            yield {"metric": figure.measure} | named | _measured(figure)
        yield from ({"metric": "share"} | named | row for row in _shares(shown, figure))


def _count(metric: str, n: int) -> dict[str, Any]:
    return {"metric": metric, "value": n, "unit": COUNT}


def _worded(said: Words) -> dict[str, str]:
    return {f"question_{language}": said.in_(language, None) for language in ("nl", "en")}


def _measured(figure: Figure) -> dict[str, Any]:
    is_mean = figure.measure == "mean"
    numbers = {"value": figure.value, "low": figure.low, "high": figure.high}
    told = {name: _number(one, is_mean) for name, one in numbers.items()}
    return told | {"n": figure.persons, "unit": GRADE if is_mean else SHARE}


def _shares(shown: Report, figure: Figure) -> Iterator[dict[str, Any]]:
    """Yield the share of each answer that counts; those that are no answer have none."""
    question = shown.questionnaire.question(figure.question)
    asked = [str(value) for value in KINDS[question.kind].values(question)]
    for value in (one for one in asked if words.has_share(figure, one)):
        share = _number(figure.shares[value], False)
        yield {"answer": value, "value": share, "n": figure.persons, "unit": SHARE}


def _number(value: float | None, is_mean: bool) -> str:
    """Return a grade as it is, a share in per cent; both as exact as they were published."""
    if value is None:
        return ""
    return f"{value:.4f}" if is_mean else f"{100 * value:.2f}"
