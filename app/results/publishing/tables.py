"""The tables of a yearly report: themes, key questions, pathways, sectors, who answered, and all questions."""

from collections.abc import Iterator, Mapping, Sequence

import sqlalchemy as sa
from flask_babel import format_decimal, format_percent
from flask_babel import gettext as _

from app.extensions import db
from app.invitations.models import Role, Route
from app.reference.models import Sector
from app.results import words
from app.results.differences import Difference
from app.results.figures import DISTRIBUTION, Figure
from app.results.publishing import years as publication_years
from app.results.publishing.figures import KEY, Published
from app.results.publishing.parts import Bars, Part, Section, Table, Text
from app.results.publishing.publication import Yearbook
from app.results.thresholds import LEAST

Moved = Mapping[Role, Sequence[Difference]]
NONE = "–"
SHORT = ("grade", "guidance_school", "guidance_company", "prepared_by_school")  # three of them, where rows are sectors


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


def _themes(reports: Mapping[Role, Published]) -> list[Part]:
    parts = [part for role, shown in reports.items() if shown.themes for part in _themes_of(role, shown)]
    said = _("How satisfied people are with all that is asked within a theme, taken together.")
    return [Text(said), *parts] if parts else []


def _themes_of(role: Role, shown: Published) -> list[Part]:
    """Return a role's themes as bars, and as a table with the same figures."""
    named = [(words.page_title(one.page), one.figure) for one in shown.themes]
    heads = [_("Theme"), _("Satisfied"), _("Margin"), _("Neither"), _("Dissatisfied"), _("Persons")]
    return [
        Bars(str(words.ROLES[role]), [(title, *_thirds(figure)) for title, figure in named]),
        Table(_("Themes: %(role)s", role=words.ROLES[role]), heads, [_theme(*one) for one in named]),
    ]


def _theme(title: str, figure: Figure) -> list[str]:
    _good, middle, bad = (words.amount(share, "") for share in _thirds(figure))
    return [title, words.shown(figure), words.margin(figure), middle, bad, _n(figure.persons)]


def _thirds(figure: Figure) -> tuple[float, float, float]:
    return figure.share("4", "5"), figure.share("3"), figure.share("1", "2")


def _key(reports: Mapping[Role, Published]) -> Table:
    figures = {role: shown.figures for role, shown in reports.items()}
    measures = {id_: one.measure for held in figures.values() for id_, one in held.items()}
    rows = [[publication_years.named(id_, measures[id_]), *_beside(figures, id_)] for id_ in KEY if id_ in measures]
    heads = [head for role in reports for head in (str(words.ROLES[role]), _("Margin"))]
    return Table(_("Students and trainers"), [_("Question"), *heads], rows)


def _beside(figures: Mapping[Role, Mapping[str, Figure]], id_: str) -> list[str]:
    """Return the figure and margin of each role; dashes where it was not asked or too few answered."""
    found = [held.get(id_) for held in figures.values()]
    return [cell for one in found for cell in ((words.shown(one), words.margin(one)) if one else (NONE, ""))]


def _per_scope(book: Yearbook, kind: str, names: Mapping[str, str]) -> list[Part]:
    """Return a table per role of what is told of each pathway or sector; the others by name, with the reason."""
    codes = [name.partition(":")[2] for name in book.scopes if name.startswith(f"{kind}:")]
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
    asked = [id_ for id_ in SHORT if any(id_ in shown.figures for shown in reports.values())][:3]
    rows = [[names.get(code, code), *_scope_row(shown, asked)] for code, shown in reports.items()]
    of = _("Sectors") if kind == "sector" else _("Pathways")
    return Table(f"{of}: {words.ROLES[role]}", [of, _("Persons"), *map(words.title, asked)], rows)


def _scope_row(shown: Published, asked: Sequence[str]) -> list[str]:
    figures = [shown.figures.get(id_) for id_ in asked]
    told = (words.beside(words.shown(one), words.margin(one)) if one else NONE for one in figures)
    return [_n(shown.persons), *told]


def _response(reports: Mapping[Role, Published]) -> list[Part]:
    heads = [_("Placements due"), _("Opened"), _("Sent"), _("Reach"), _("Response"), _("Completion")]
    rows = [[str(words.ROLES[role]), *_seats(shown.response)] for role, shown in reports.items()]
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
    routes = reports[Role.STUDENT].routes if Role.STUDENT in reports else {}
    if routes:
        told = [
            [str(words.ROUTES[Route(route)]), *_seats(seats._asdict())] for route, seats in routes.items() if seats.due
        ]
        parts.append(Table(_("Students by how they got their link"), [_("Link"), *heads], told))
    elif Role.STUDENT in reports:
        parts.append(Text(words.routes_hidden()))
    return parts


def _seats(told: Mapping[str, int | None]) -> list[str]:
    due, opened, sent = told["due"], told["opened"], told["sent"]
    counts = [_n(n) if n is not None else _("fewer than %(n)s", n=LEAST) for n in (due, opened, sent)]
    return [*counts, _rate(opened, due), _rate(sent, due), _rate(sent, opened)]


def _rate(part: int | None, whole: int | None) -> str:
    return format_percent(part / whole, "0 %") if whole and part is not None else NONE


def _n(n: int) -> str:
    return format_decimal(n)


def questions(book: Yearbook, before: Yearbook | None, moved: Moved) -> Section:
    """Return all questions and their answers, beside the last publication."""
    tables: list[Table] = []
    for role, shown in book.national.items():
        then = before.national.get(role) if before else None
        tables += [_measured(shown, before.year if before else 0, then, moved[role]), _distributions(shown)]
    return Section("questions", _("All questions"), [one for one in tables if one.rows], folded=True)


def _measured(shown: Published, year: int, then: Published | None, moved: Sequence[Difference]) -> Table:
    ways = {one.question.id: _("higher") if one.gap > 0 else _("lower") for one in moved}
    rows = []
    for id_, figure in shown.figures.items():
        if figure.measure != DISTRIBUTION:
            was = then.figures.get(id_) if then else None
            compared = [words.shown(was) if was else NONE, ways.get(id_, "")] if then else []
            said = [words.shown(figure), words.margin(figure), _n(figure.persons)]
            rows.append([publication_years.named(id_, figure.measure), *said, *compared])
    heads = [_("Question"), _("Figure"), _("Margin"), _("Persons")]
    caption = ": ".join((_("All questions"), str(words.ROLES[shown.role])))
    return Table(caption, heads + ([str(year), _("More than chance")] if then else []), rows)


def _distributions(shown: Published) -> Table:
    """Return the answers to questions that have no one figure."""
    rows = []
    for id_, figure in shown.figures.items():
        labels = words.answers(shown.question(id_)) if figure.measure == DISTRIBUTION else {}
        shares = {value: share for value, share in figure.shares.items() if value in labels}
        rows += [[words.title(id_), labels[value], format_percent(share, "0 %")] for value, share in shares.items()]
    caption = _("%(role)s: questions with several answers", role=words.ROLES[shown.role])
    return Table(caption, [_("Question"), _("Answer"), _("Share of who answered")], rows, words=2)
