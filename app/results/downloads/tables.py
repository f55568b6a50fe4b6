"""Results as tables: rows of cells for spreadsheets, each figure as far as it may be shown."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext as _

from app import languages
from app.invitations.models import Role
from app.questionnaires.definition import Page, Question
from app.results import words
from app.results.downloads.contents import Contents, theme_of
from app.results.figures import DISTRIBUTION, Figure
from app.results.report import Report
from app.results.selection import Side
from app.results.thresholds import Precision

DECIMALS = {"share": 3, "grade": 2, "count": 0, "year": 0}


@dataclass(frozen=True)
class Number:
    """A number and how it is written: a `share` (a fraction), a `grade`, a `count` or a `year`."""

    value: float
    style: str


Cell = Number | str | None


@dataclass(frozen=True)
class Table:
    """A sheet: its name, its columns with their widths in characters, and its rows."""

    name: str
    columns: list[tuple[str, int]]
    rows: list[list[Cell]]


def all_of(contents: Contents) -> list[Table]:
    """Return the tables there is something in."""
    side = contents.chosen.side
    made = [themes(side), questions(side), answers(side), together(contents), programmes(contents), trends(contents)]
    return [table for table in made if table.rows]


def themes(side: Side) -> Table:
    fixed = [(_("Theme"), 34), (_("Satisfied"), 12), (_("From"), 9), (_("To"), 9), (_("Neither"), 11)]
    columns = [*fixed, (_("Dissatisfied"), 13), (_("Persons"), 10), *_heads(side)]
    rows = [_theme(one.page, one.figure, side) for one in side.report.themes]
    return Table(_("Themes"), columns, rows)


def _theme(page: Page, figure: Figure, side: Side) -> list[Cell]:
    rest: list[Cell] = [share(figure.share("3")), share(figure.share("1", "2"))] if figure.is_full else [None, None]
    others = [elsewhere(theme_of(report, page.id)) for _label, report in side.others]
    return [words.page_title(page), measured(figure), *ends(figure), *rest, persons(figure), *others]


def questions(side: Side) -> Table:
    fixed = [(_("Theme"), 26), (_("Question"), 38), (_("What the figure says"), 20), (_("Figure"), 12), (_("From"), 9)]
    more = [(_("To"), 9), (_("Persons"), 10), *_heads(side)]
    last = [(_("More than chance"), 16), (_("How exact"), 18), (_("The question in full"), 80)]
    rows = [_question(page, question, side) for page, question in asked(side.report)]
    return Table(_("Questions"), [*fixed, *more, *last], rows)


def _question(page: Page, question: Question, side: Side) -> list[Cell]:
    figure = side.report.figures[question.id]
    said = str(words.MEASURES[figure.measure]) or _("see the answers")
    start: list[Cell] = [words.page_title(page), words.title(question.id), said, *_side_of(figure)]
    others = [elsewhere(report.figures.get(question.id)) for _label, report in side.others]
    return [*start, *others, words.direction(side.gap(question.id)), exactness(figure), text(question, side)]


def answers(side: Side) -> Table:
    columns = [
        (_("Theme"), 26),
        (_("Question"), 38),
        (_("Answer"), 44),
        (str(words.SHARES_OF[side.report.role]), 10),
        (str(words.COUNTED[side.report.role]), 10),
    ]
    rows: list[list[Cell]] = [
        [words.page_title(page), words.title(question.id), label, share(part), count, text(question, side)]
        for page, question in asked(side.report)
        for label, part, count in answers_of(side.report, question)
    ]
    return Table(_("Answers"), [*columns, (_("The question in full"), 80)], rows)


def answers_of(report: Report, question: Question) -> Iterator[tuple[str, float | None, Number]]:
    """Yield the answers to a question as they may be shown: in words, their share where they have one, how many."""
    figure = report.figures[question.id]
    labels = words.answers(question, report.scope.pathway)
    for value, count in figure.counts.items():
        share_of = figure.shares[value] if words.has_share(figure, value) else None
        yield labels[value], share_of, Number(count, "count")


def together(contents: Contents) -> Table:
    columns = [(_("Question"), 38), (_("What the figure says"), 20)]
    for role in Role:
        columns += [(str(words.ROLES[role]), 12), (_("From"), 9), (_("To"), 9), (_("Persons"), 10)]
    rows = [
        [words.title(one.question), str(words.MEASURES[one.measure]), *_side_of(one), *_side_of(other)]
        for one, other in contents.chosen.pairs
    ]
    return Table(_("Students and trainers"), columns, rows)


def _side_of(figure: Figure) -> list[Cell]:
    return [measured(figure), *ends(figure), persons(figure)]


def programmes(contents: Contents) -> Table:
    heads = words.in_short(contents.chosen.side.report)
    columns = [(_("Programmes"), 60), (_("Persons"), 10), *((head, 18) for head in heads)]
    rows: list[list[Cell]] = [
        [name, Number(one.persons, "count") if one.is_shown else words.counted(one), *map(measured, one.in_short)]
        for name, one in contents.programmes(contents.chosen.role)
    ]
    return Table(_("Programmes"), columns, rows)


def trends(contents: Contents) -> Table:
    columns = [(_("Question"), 38), (_("What the figure says"), 20), (_("Whose"), 26), (_("Year"), 8)]
    columns += [(_("Figure"), 10), (_("From"), 9), (_("To"), 9), (_("Source"), 60)]
    rows: list[list[Cell]] = []
    for id_, measure, lines in contents.trends(contents.chosen.role):
        for line in lines:
            said: list[Cell] = [words.title(id_), str(words.MEASURES[measure]), line_name(line.kind, contents)]
            for point in line.points:
                numbers = [number(one, measure) for one in (point.value, point.low, point.high)]
                rows.append([*said, Number(point.year, "year"), *numbers, point.source])
    return Table(_("Over the years"), columns, rows)


def line_name(kind: str, contents: Contents) -> str:
    """Return whose line this is."""
    scope = contents.chosen.scope
    here = _("The whole school") if scope.block else _("Here")
    names = {
        "ours": here if scope.rest else _("The whole country"),
        "theirs": _("Elsewhere"),
        "published": _("Published earlier"),
        "national": _("The country, published"),
    }
    return names[kind]


def asked(report: Report) -> list[tuple[Page, Question]]:
    """Return the questions there are figures of, each with its page."""
    pages = report.questionnaire.pages
    return [(page, one) for page in pages for one in page.questions if one.id in report.figures]


def measured(figure: Figure) -> Cell:
    """Return the measure of a figure: a number where it is shown in full, else in words."""
    if figure.measure == DISTRIBUTION:
        return None if figure.is_full else words.shown(figure)
    return number(figure.value, figure.measure) if figure.is_full else words.shown(figure)


def elsewhere(figure: Figure | None) -> Cell:
    """Return the measure of what is compared with, where it is shown in full."""
    return number(figure.value, figure.measure) if figure and figure.is_full else None


def ends(figure: Figure) -> list[Cell]:
    return [number(figure.low, figure.measure), number(figure.high, figure.measure)]


def persons(figure: Figure) -> Cell:
    return Number(figure.persons, "count") if figure.is_shown else None


def number(value: float | None, measure: str) -> Cell:
    style = "grade" if measure == "mean" else "share"
    return None if value is None else Number(round(value, DECIMALS[style]), style)


def share(value: float | None) -> Cell:
    return number(value, "")


def exactness(figure: Figure) -> str:
    """Say how much of a figure is shown."""
    said = {Precision.FULL: _("in full"), Precision.INDICATIVE: _("indication"), Precision.HIDDEN: _("too few answers")}
    return said[figure.precision]


def text(question: Question, side: Side) -> str:
    return question.text.in_(languages.current(), side.report.scope.pathway)


def _heads(side: Side) -> list[tuple[str, int]]:
    return [(label, 14) for label, _report in side.others]
