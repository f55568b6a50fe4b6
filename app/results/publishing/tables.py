"""The tables of a yearly report: themes, key questions, pathways, sectors, who answered, and all questions."""

from collections.abc import Iterator, Mapping, Sequence

import sqlalchemy as sa
from flask_babel import gettext as _

from app.extensions import db
from app.invitations.models import Role
from app.reference.models import Sector
from app.results import report, words
from app.results.figures import DISTRIBUTION, Figure
from app.results.publishing.parts import Bars, Part, Section, Table, Text
from app.results.publishing.publication import Yearbook
from app.results.report import Report

NONE = "–"
MOST = 3  # key questions, where rows are sectors


def sections(book: Yearbook) -> list[Section]:
    reports = book.national
    sectors = {one.code: one.name for one in db.session.scalars(sa.select(Sector).order_by(Sector.code))}
    return [
        Section("themes", _("Themes"), _themes(reports)),
        Section("key", _("Key questions"), [one for one in [_key(reports)] if one.rows]),
        Section("pathways", _("Pathways"), _per_scope(book, "pathway", {})),
        Section("sectors", _("Sectors"), _per_scope(book, "sector", sectors)),
        Section("response", _("Who answered"), _response(reports)),
    ]


def _themes(reports: Mapping[Role, Report]) -> list[Part]:
    parts = [part for role, shown in reports.items() if shown.themes for part in _themes_of(role, shown)]
    said = _("How satisfied people are with all that is asked within a theme, taken together.")
    return [Text(said), *parts] if parts else []


def _themes_of(role: Role, shown: Report) -> list[Part]:
    """Return a role's themes as bars, and as a table with the same figures."""
    bars, rows = [], []
    for title, figure in ((words.page_title(one.page), one.figure) for one in shown.themes):
        _good, middle, bad = (words.amount(share, "") for share in figure.thirds)
        bars.append((title, *figure.thirds))
        rows.append([title, words.shown(figure), words.margin(figure), middle, bad, words.count(figure.persons)])
    heads = [_("Theme"), _("Satisfied"), _("Margin"), _("Neither"), _("Dissatisfied"), _("Persons")]
    return [Bars(str(words.ROLES[role]), bars), Table(_("Themes: %(role)s", role=words.ROLES[role]), heads, rows)]


def _key(reports: Mapping[Role, Report]) -> Table:
    figures = {role: shown.figures for role, shown in reports.items()}
    measures = {id_: one.measure for held in figures.values() for id_, one in held.items()}
    asked = report.key_questions(*(shown.questionnaire for shown in reports.values()))
    rows = [[words.named(id_, measures[id_]), *_beside(figures, id_)] for id_ in asked if id_ in measures]
    heads = [head for role in reports for head in (str(words.ROLES[role]), _("Margin"))]
    return Table(_("Students and trainers"), [_("Question"), *heads], rows)


def _beside(figures: Mapping[Role, Mapping[str, Figure]], id_: str) -> list[str]:
    """Return the figure and margin of each role; dashes where it was not asked or too few answered."""
    found = [held.get(id_) for held in figures.values()]
    return [cell for one in found for cell in ((words.shown(one), words.margin(one)) if one else (NONE, ""))]


def _per_scope(book: Yearbook, kind: str, names: Mapping[str, str]) -> list[Part]:
    """Return a table per role of what is told of each pathway or sector; the others by name, with the reason."""
    codes = [name.partition(":")[2] for name in book.figures["scopes"] if name.startswith(f"{kind}:")]
    tables = [_scope_table(book, role, kind, sorted(codes), names) for role in Role]
    return [*(one for one in tables if one.rows), *(_hidden(book, kind, names) if codes else ())]


def _hidden(book: Yearbook, kind: str, names: Mapping[str, str]) -> Iterator[Text]:
    """Say per role and reason of what nothing is told."""
    reasons = {
        "persons": _("the answers of fewer than ten persons count there"),
        "schools": _("fewer than three schools have answers that count there"),
    }
    hidden = {scope.partition(":")[2]: why for scope, why in book.figures["hidden"].items() if scope.startswith(kind)}
    for role in Role:
        for reason, words_of in reasons.items():
            found = sorted(names.get(code, code) for code, why in hidden.items() if why.get(role) == reason)
            if found:
                values = {"role": words.ROLES[role], "reason": words_of, "names": ", ".join(found)}
                yield Text(_("%(role)s: nothing is shown where %(reason)s. These are: %(names)s.", **values))


def _scope_table(book: Yearbook, role: Role, kind: str, codes: Sequence[str], names: Mapping[str, str]) -> Table:
    reports = {code: found for code in codes if (found := book.of_scope(role, f"{kind}:{code}"))}
    key = report.key_questions(*(shown.questionnaire for shown in reports.values()))
    asked = [id_ for id_ in key if any(id_ in shown.figures for shown in reports.values())][:MOST]
    rows = []
    for code, shown in reports.items():
        figures = (shown.figures.get(id_) for id_ in asked)
        told = (words.beside(words.shown(one), words.margin(one)) if one else NONE for one in figures)
        rows.append([names.get(code, code), words.count(shown.persons), *told])
    of = _("Sectors") if kind == "sector" else _("Pathways")
    return Table(f"{of}: {words.ROLES[role]}", [of, _("Persons"), *map(words.title, asked)], rows)


def _response(reports: Mapping[Role, Report]) -> list[Part]:
    heads = [_("Placements due"), _("Opened"), _("Sent"), _("Reach"), _("Response"), _("Completion")]
    rows = [[str(words.ROLES[role]), *words.reached(shown.response)] for role, shown in reports.items()]
    parts: list[Part] = [
        Text(
            _(
                "Of the placements that are due reach is how many had their link opened, response how many sent their "
                "answers. Completion is how many of those who opened the link sent their answers. Not all of these "
                "count in the figures above: they count in whole groups of at least five persons."
            )
        ),
        Table(_("Links opened and answers sent"), [_("Answers of"), *heads], rows),
    ]
    students = reports.get(Role.STUDENT)
    if students and students.routes:
        by_route = words.reached_by_route(students)
        parts.append(Table(_("Students by how they got their link"), [_("Link"), *heads], by_route))
    elif students:
        parts.append(Text(words.routes_hidden()))
    return parts


def questions(book: Yearbook, before: Yearbook | None) -> Section:
    """Return all questions and their answers, beside the last publication."""
    tables: list[Table] = []
    for role, shown in book.national.items():
        tables += [_measured(role, shown, book, before), _distributions(shown)]
    return Section("questions", _("All questions"), [one for one in tables if one.rows], folded=True)


def _measured(role: Role, shown: Report, book: Yearbook, before: Yearbook | None) -> Table:
    then = before.national.get(role) if before else None
    moved = book.moved_since(before, role) if before else []
    ways = {one.question.id: words.direction(one.gap) for one in moved}
    rows = []
    for id_, figure in shown.figures.items():
        if figure.measure != DISTRIBUTION:
            was = then.figures.get(id_) if then else None
            compared = [words.shown(was) if was else NONE, ways.get(id_, "")] if then else []
            said = [words.shown(figure), words.margin(figure), words.count(figure.persons)]
            rows.append([words.named(id_, figure.measure), *said, *compared])
    heads = [_("Question"), _("Figure"), _("Margin"), _("Persons")]
    caption = ": ".join((_("All questions"), str(words.ROLES[shown.role])))
    return Table(caption, heads + ([str(before.year), _("More than chance")] if before and then else []), rows)


def _distributions(shown: Report) -> Table:
    """Return the answers to questions that have no one figure."""
    rows = []
    for id_, figure in shown.figures.items():
        labels = words.answers(shown.questionnaire.question(id_)) if figure.measure == DISTRIBUTION else {}
        shares = {value: share for value, share in figure.shares.items() if value in labels}
        rows += [[words.title(id_), labels[value], words.amount(share, "")] for value, share in shares.items()]
    caption = _("%(role)s: questions with several answers", role=words.ROLES[shown.role])
    return Table(caption, [_("Question"), _("Answer"), _("Share of who answered")], rows, words=2)
