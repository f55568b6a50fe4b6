"""Results as a report on paper: everything as words and numbers that are ready to be set; no figure is made here."""

from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _

from app import languages
from app.invitations.models import Role
from app.results import typesetting, words
from app.results.downloads import about, pdf_comparisons, pdf_figures
from app.results.downloads.contents import Contents
from app.results.report import Report
from app.results.selection import Side


def written(contents: Contents) -> bytes:
    """Return the report of both roles, in the language that is spoken now."""
    return typesetting.pdf("school.typ", data(contents))


def data(contents: Contents) -> dict[str, Any]:
    """Return what the template sets: a part that has nothing to show is None."""
    return {
        "language": languages.current(),
        "title": f"{contents.whose} – {contents.chosen.round.name}",
        "cover": _cover(contents),
        "standing": pdf_comparisons.standing(contents),
        "reach": _reach(contents),
        "themes": pdf_figures.themes(contents),
        "questions": pdf_figures.questions(contents),
        "together": pdf_comparisons.together(contents),
        "programmes": pdf_figures.programmes(contents),
        "trends": pdf_comparisons.trends(contents),
        "reading": _reading(contents),
    }


def _cover(contents: Contents) -> dict[str, Any]:
    chosen = contents.chosen
    facts = [
        (_("Round"), chosen.round.name),
        (_("As of"), about.as_of(contents)),
        (_("Edition"), str(chosen.edition.id)),
    ]
    return {
        "product": "BPV Monitor",
        "kind": _("Results of work placements"),
        "whose": contents.whose,
        "part": contents.part,
        "facts": facts,
        "tiles": [_tile(side) for side in contents.chosen.sides.values()],
        "contents": _("In this report"),
        "page": _("page"),
    }


def _tile(side: Side) -> dict[str, Any]:
    """Return one role in numbers, each with a label and a margin: how many persons count, and the headline."""
    report, headline = side.report, side.report.headline
    figures = [(format_decimal(report.persons), _("persons: %(counted)s", counted=words.counted(report)), "")]
    if headline and headline.is_shown:
        label = words.named(headline.question, headline.measure)
        figures.append((words.shown(headline), label, words.named_margin(headline)))
    return {"role": str(words.ROLES[report.role]), "figures": figures}


def _reach(contents: Contents) -> dict[str, Any]:
    seats = [_("Due"), _("Opened the link"), _("Sent answers"), _("Reach")]
    students = contents.chosen.sides[Role.STUDENT].report
    of_role = {words.ROLES[role]: side.report.response for role, side in contents.chosen.sides.items()}
    shown = (side.report for side in contents.shown)
    not_all = {words.ROLES[report.role]: words.why_not_all(report, contents.chosen) for report in shown}
    return {
        "title": _("How many answered"),
        "intro": _("Due are placements that ended or are about to, so that their link may be opened."),
        "heads": [_("Answers of"), _("Placements"), *seats, _("Response"), _("Completion")],
        "rows": [[str(role), words.how_many(one["placements"]), *words.reached(one)] for role, one in of_role.items()],
        "routes": _routes(students),
        "notes": [
            _(
                "Reach: of the placements that are due, how many opened the link. Response: how many sent answers. "
                "Completion: of those who opened the link, how many sent answers."
            ),
            _("A count of one to four is not shown."),
            *(f"{role}: {why}" for role, why in not_all.items() if why),
            *([words.routes_hidden()] if students.is_shown and not students.routes else []),
            words.margins(),
        ],
    }


def _routes(students: Report) -> dict[str, Any] | None:
    """Return how students were reached, where that tells of no few."""
    heads = [_("How students got the link"), _("Due"), _("Opened the link"), _("Sent answers"), _("Reach")]
    rows = [row[: len(heads)] for row in words.reached_by_route(students)]
    return {"heads": heads, "rows": rows} if rows else None


def _reading(contents: Contents) -> dict[str, Any]:
    items = {
        _("The figures"): about.weighting(contents),
        _("Satisfied"): _(
            "Satisfied are those who say satisfied or very satisfied, of all who gave one of the five answers."
        ),
        **({_("Elsewhere"): about.compared(contents)} if contents.chosen.scope.rest else {}),
        _("The margin"): words.margins(),
        _("Persons and forms"): words.persons_and_forms(),
        _("What stands out"): _(
            "Of many questions some differ by chance alone. So a difference is named only where it holds after the "
            "procedure of Benjamini and Hochberg at 5 %."
        ),
        _("Few answers"): about.shown(),
        _("Whole groups"): about.whole_groups(),
        _("Programmes"): _(
            "Programmes count together in groups of at least 20 placements, so that nobody can be recognised. A group "
            "stays as it is for all of the round."
        ),
        _("Skipped"): _("Every question may be skipped. Who skipped a question does not count in its figure."),
    }
    return {"title": _("How to read this"), "items": list(items.items())}
