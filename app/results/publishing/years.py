"""The years side by side: what was published earlier as it was, and beside it our own publications with margins."""

from collections.abc import Sequence

from flask_babel import gettext as _

from app.invitations.models import Role
from app.results import report, trend, words
from app.results.history import metrics
from app.results.history import reading as history
from app.results.history.metrics import Break
from app.results.publishing.parts import Chart, Links, Notice, Part, Table, Text
from app.results.publishing.publication import Yearbook
from app.results.scopes import Scope
from app.results.trend import Line, Point

FEW = 3  # years, before they have a lowest and a highest worth naming


def parts(book: Yearbook, earlier: Sequence[Yearbook]) -> list[Part]:
    """Return what the year leads with over the years, where its series break, and how many answered."""
    books = [book, *earlier]
    found = [part for id_, measure in leading(book).items() for part in _over_years(books, id_, measure)]
    said = _("Figures without a margin were published in earlier years, and stand here as they did then.")
    broken = [Notice(*words.broken(one)) for one in _breaks(book.year)]
    return [*([Text(said), *found, *broken] if found else []), _answered(books)]


def leading(book: Yearbook) -> dict[str, str]:
    """Return what the questionnaires of a year name first → its measure."""
    return report.leading(*(shown.questionnaire for shown in book.national.values()))


def sources(book: Yearbook) -> Links:
    """Return where figures of earlier years come from."""
    points = [point for one in leading(book).items() for role in Role for point in _earlier(*one, role, book.year)]
    found = {point.source: point.year for point in sorted(points, key=lambda one: one.year) if point.source}
    return Links([(source, f"{first} ({source.split('/')[2]})") for source, first in found.items()])


def before_in_words(books: Sequence[Yearbook], question: str, measure: str, role: Role) -> list[str]:
    """Say what a figure was last, and between which it lay since the series last broke, unless these are few years."""
    points = _by_year(_lines(books, question, measure, role))
    last = max((year for year in points if year < books[0].year), default=None)
    if last is None:
        return []
    said = [_("In %(year)s it was %(value)s.", year=last, value=words.point(points[last], measure))]
    since = max((one.year for one in _breaks(books[0].year)), default=0)
    points = {year: one for year, one in points.items() if year >= since}
    if len(points) < FEW:
        return said
    low, high = (pick(points.values(), key=lambda one: one.value) for pick in (min, max))
    span = _(
        "Since %(first)s it lay between %(low)s (%(low_year)s) and %(high)s (%(high_year)s).",
        first=min(points),
        low=words.point(low, measure),
        low_year=low.year,
        high=words.point(high, measure),
        high_year=high.year,
    )
    return [*said, span]


def _over_years(books: Sequence[Yearbook], question: str, measure: str) -> list[Part]:
    lines = {role: _lines(books, question, measure, role) for role in Role}
    if not any(lines.values()):
        return []
    span = _scale(lines) if measure == "mean" else (0, 1)
    breaks = [{"year": one.year} for one in _breaks(books[0].year)]
    charts = [
        Chart(f"{words.title(question)}: {words.ROLES[role]}", found, breaks, *span)
        for role, found in lines.items()
        if len(_by_year(found)) > 1
    ]
    return [_table(lines, question, measure), *charts]


def _answered(books: Sequence[Yearbook]) -> Table:
    """Return how many persons answered per year; what was published earlier was often rounded, and says so."""
    told = {(book.year, role): words.count(shown.persons) for book in books for role, shown in book.national.items()}
    for one in history.respondents():
        if one.meaning and one.year <= books[0].year:
            n = words.count(int(one.value))
            told[one.year, Role(one.meaning.role)] = _("about %(value)s", value=n) if "'" in one.qualifier else n
    years = sorted({year for year, _role in told})
    rows = [[str(year), *(told.get((year, role), "–") for role in Role)] for year in years]
    return Table(_("How many answered"), [_("Year"), *(str(words.ROLES[role]) for role in Role)], rows)


def _breaks(until: int) -> list[Break]:
    return [one for one in metrics.breaks() if one.year <= until]


def _scale(lines: dict[Role, list[Line]]) -> tuple[int, int]:
    """Return a scale of grades with whole numbers at its quarters."""
    lowest = min(point.low or point.value for found in lines.values() for line in found for point in line.points)
    return (6 if lowest >= 6 else 2), 10


def _table(lines: dict[Role, list[Line]], question: str, measure: str) -> Table:
    found = {role: _by_year(held) for role, held in lines.items()}
    years = sorted({year for points in found.values() for year in points})
    rows = [[str(year), *(_cell(points.get(year), measure) for points in found.values())] for year in years]
    return Table(words.named(question, measure), [_("Year"), *(str(words.ROLES[role]) for role in lines)], rows)


def _by_year(lines: Sequence[Line]) -> dict[int, Point]:
    """Return year → figure; what was published earlier of a year stays what was published of it."""
    ours_first = sorted(lines, key=lambda line: line.kind != "ours")
    return {point.year: point for line in ours_first for point in line.points}


def _cell(point: Point | None, measure: str) -> str:
    if point is None:
        return "–"
    return words.beside(words.point(point, measure), words.margin(point, measure))


def _lines(books: Sequence[Yearbook], question: str, measure: str, role: Role) -> list[Line]:
    reports = [(book.year, book.national.get(role)) for book in reversed(books)]
    ours = trend.points((year, shown.figures.get(question)) for year, shown in reports if shown)
    found = [Line("ours", ours), Line("published", tuple(_earlier(question, measure, role, books[0].year)))]
    return [line for line in found if line.points]


def _earlier(question: str, measure: str, role: Role, until: int) -> list[Point]:
    """Return what was published earlier, up to and including a year."""
    return [one for one in trend.published(question, measure, role, Scope()) if one.year <= until]
