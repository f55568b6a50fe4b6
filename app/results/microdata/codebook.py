"""The codebook of the microdata, as Markdown: how they were made, and every variable with its codes."""

from collections.abc import Iterator

from flask_babel import format_decimal
from flask_babel import gettext as _

from app.invitations.models import Role
from app.results import words
from app.results.microdata.variables import LEFT_OUT_CODE, NO_OPINION_CODE, NOT_ASKED_CODE, SKIPPED_CODE, Variable
from app.results.models import Edition
from app.results.thresholds import LEAST

NAMES = ("brin", "crebo", "sector")  # their codes are official ones, so that they stand in the syntax only


def written(name: str, edition: Edition, role: Role, counts: tuple[int, int], variables: list[Variable]) -> str:
    """Return the codebook of the files `name`, in the language that is spoken now.

    `counts` are how many rows there are, and how many were dropped.
    """
    return "\n".join((*_head(name, edition, role, *counts), *_variables(variables)))


def _head(name: str, edition: Edition, role: Role, rows: int, dropped: int) -> Iterator[str]:
    yield f"# {edition.round.name}: {words.ROLES[role]}"
    yield ""
    left_out = _(
        "%(n)s answers were dropped, since fewer than %(least)s persons shared their school, programme and pathway.",
        n=format_decimal(dropped),
        least=LEAST,
    )
    held = _("%(rows)s answers, of edition %(edition)s.", rows=format_decimal(rows), edition=edition.id)
    yield f"{held} {left_out}"
    for title, paragraph in _sections(name).items():
        yield from ("", f"## {title}", "", paragraph)


def _sections(name: str) -> dict[str, str]:
    return {
        _("Files"): _(
            "The same rows stand in %(name)s.csv (semicolons, UTF-8, a point for decimals) and %(name)s.parquet, in a "
            "random order. The SPSS syntax reads the CSV file and adds the labels. There is no open text, and nothing "
            "of when or how an answer came in.",
            name=name,
        ),
        _("What is told of whom"): _(
            "Answers enter results in groups of at least five persons. School, programme, sector, pathway and level "
            "are filled in where they hold for all of such a group, and empty else. So each combination of them is at "
            "least five persons, and counting by them gives the figures that are published, as long as nobody "
            "withdraws. An empty school means that an answer counts nationally only. Use these data for research, and "
            "do not try to find out who somebody is."
        ),
        _("Codes"): _(
            "Each answer keeps its number over the years; satisfaction runs from 1 (very dissatisfied) to 5 (very "
            "satisfied). %(none)s is not applicable or don't know, but for grades and what is chosen from a list. "
            "%(skipped)s is skipped: asked, but not answered. %(not_asked)s is not asked, because of an earlier answer"
            " or the pathway. Of a question with several answers each option is a variable: 1 is chosen, 0 is not.",
            none=NO_OPINION_CODE,
            skipped=SKIPPED_CODE,
            not_asked=NOT_ASKED_CODE,
        )
        + " "
        + _(
            "%(left_out)s is left out: some pathways are not asked the question, so that who was asked it would tell a"
            " pathway that is left empty here. It then stands at every answer with that background; figures of such a "
            "question can be counted where the pathway is filled in.",
            left_out=LEFT_OUT_CODE,
        ),
        _("Weight"): _(
            "The weight makes answers look like the placements of the round, by sector, pathway, level and school. Use"
            " it for the country, sectors and programmes; figures of one school are not weighted. It is the mean of "
            "the group, so that it does not tell of whom an answer is: weighted figures may differ a little from the "
            "published ones."
        ),
    }


def _variables(variables: list[Variable]) -> Iterator[str]:
    levels = {"NOMINAL": _("nominal"), "ORDINAL": _("ordinal"), "SCALE": _("scale")}
    yield from ("", "## " + _("Variables"))
    for one in variables:
        level = _("Measurement level: %(level)s.", level=levels[one.level])
        yield from ("", f"### {one.name}", "", one.label, "", level)
        if one.labels and one.name not in NAMES:
            yield from ("", "| {} | {} |".format(_("Code"), _("Meaning")), "| --: | :-- |")
            for code, label in one.labels.items():
                missing = " ({})".format(_("missing")) if code in one.missing else ""
                yield "| {} | {}{} |".format(code, label.replace("|", "\\|"), missing)
    yield ""
