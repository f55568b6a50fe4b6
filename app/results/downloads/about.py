"""What stands with every file of results: whose they are, as of when, and how to read them."""

from flask_babel import format_datetime
from flask_babel import gettext as _

from app.results import words
from app.results.downloads.contents import Contents


def lines(contents: Contents) -> list[tuple[str, str]]:
    """Return what a file is about: label and text."""
    chosen, report = contents.chosen, contents.chosen.report
    reading = [
        weighting(contents),
        *([compared(contents)] if chosen.scope.rest else []),
        " ".join((_("From and to are the margin."), words.margins())),
        words.persons_and_forms(),
        shown(),
        whole_groups(),
    ]
    return [
        (_("Results of"), contents.whose),
        *([(_("Part"), contents.part)] if contents.part else []),
        (_("Round"), chosen.round.name),
        (_("Answers of"), str(words.ROLES[chosen.role])),
        (_("As of"), as_of(contents)),
        (_("Edition"), str(chosen.edition.id)),
        (_("Persons"), str(report.persons)),
        (_("Answers"), words.why_not_all(report, chosen) or words.counted(report)),
        (_("Response"), words.rate(report.response, "due")),
        (_("Completion"), words.rate(report.response, "opened")),
        *[(_("How to read this"), paragraph) for paragraph in reading],
    ]


def as_of(contents: Contents) -> str:
    return format_datetime(contents.chosen.edition.made_at, "d MMMM y, HH:mm")


def weighting(contents: Contents) -> str:
    if contents.chosen.scope.is_weighted:
        return _("Figures are weighted to the placements of the round, by sector, pathway, level and school.")
    return _("Figures of a school are of those who answered and are not weighted.")


def compared(contents: Contents) -> str:
    said = _(
        "It is there from three schools with ten answers each. Higher or lower stands only where the difference is "
        "more than chance."
    )
    return f"{words.elsewhere(contents.chosen.scope)} {said}"


def shown() -> str:
    return _(
        "Under five persons nothing is shown. From five to nine there is an indication: about how many, in tens of "
        "per cents, or a whole grade. From ten on a figure is shown in full; sensitive questions, such as on problems, "
        "from twenty."
    )


def whole_groups() -> str:
    return _(
        "Answers count in whole groups of at least five persons, so that nobody can be recognised from two figures "
        "either. The last answers may not be in yet."
    )
