"""Counting, and pages of results as an administrator opens them in this process, one at a time.

Counting stands beside the same question in SQL on PostgreSQL, over JSONB, unweighted, with an index that the product
does without. A page counts several scopes, judges which differences are more than chance, and sets it all in HTML.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import psycopg

from app.invitations.models import Role, Round
from app.results import counting, editions, files
from app.results.scopes import Scope
from bench import ten_years
from bench.figures import Figure
from bench.ten_years import TenYears, forget_counts
from tests.pages import Visitor

SCHOOL_PAGES = {
    "what stands out": "",
    "questions": "questions",
    "together": "together",
    "programmes": "programmes",
    "trend": "trend",
}
WIDE_PAGES = {name: page for name, page in SCHOOL_PAGES.items() if name != "programmes"}
PAGE, WIDE = 50, 150  # milliseconds at the median
QUESTION = "guidance_school"
INDEX = "CREATE INDEX ON responses (round_id, brin, role)"
ALL = (
    "SELECT question, answer, count(*) FROM responses, jsonb_each_text(answers) AS given(question, answer) "
    "WHERE round_id = %s AND role = 'student' AND increment_id IS NOT NULL{of_school} GROUP BY question, answer"
)
YEARS = (
    f"SELECT round_id, answers->>'{QUESTION}' AS answer, count(*) FROM responses "
    "WHERE role = 'student' AND increment_id IS NOT NULL GROUP BY round_id, answer"
)


@dataclass
class Times:
    """Milliseconds of pages: with every edition new, of a school nobody asked for yet, and again."""

    fresh: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    again: list[float] = field(default_factory=list)
    processor: float = 0  # milliseconds of processor time, of the first and again together


def measure(years: TenYears, on_postgresql: TenYears, schools: int, turns: int) -> list[Figure]:
    """Measure counting beside SQL, and the product's pages on both databases."""
    with psycopg.connect(on_postgresql.url, autocommit=True) as connection:
        connection.execute(INDEX)
        connection.execute("ANALYZE responses")
        counted = _counting(years, connection, schools)
    pages = [_pages(kind, of, schools, turns) for kind, of in (("SQLite", years), ("PostgreSQL", on_postgresql))]
    return [*counted, *(figure for of_kind in pages for figure in of_kind)]


def spread(years: TenYears, n: int) -> tuple[Round, list[str]]:
    """Return the newest past round and schools with figures in it, from the largest to the smallest."""
    with years.app().app_context():
        edition = next(one for one in editions.in_use() if one.round.closed_at)
        measured = edition.round
        persons = counting.persons_per_school(files.counts_of(edition, Role.STUDENT), Scope())
        ranked = sorted(persons, key=lambda brin: -persons[brin])
        return measured, ranked[:: max(1, len(ranked) // n)][:n]


def _counting(years: TenYears, connection: psycopg.Connection, schools: int) -> list[Figure]:
    """Let counting and SQL take turns, school by school."""
    measured, brins = spread(years, schools)
    with years.app().app_context():
        paths = {one.round_id: files.counts_of(one, Role.STUDENT) for one in editions.in_use()}
        newest = paths[measured.id]

    def sql(statement: str, *values: object) -> Callable[[], object]:
        return lambda: connection.execute(statement, values).fetchall()  # type: ignore[arg-type]

    one_school, all_schools = ALL.format(of_school=" AND brin = %s"), ALL.format(of_school="")
    turns = [
        (lambda brin=brin: counting.counts(newest, Scope("school", brin)), sql(one_school, measured.id, brin))
        for brin in brins
    ]
    country = (lambda: counting.counts(newest, Scope()), sql(all_schools, measured.id))
    ten = (lambda: [counting.counts(path, Scope(), QUESTION) for path in paths.values()], sql(YEARS))
    return [
        _beside("one school's answers of a year, all questions", turns),
        _beside("the country's answers of a year, all questions", [country] * 7),
        _beside("the country's answers to one question over ten years", [ten] * 7),
    ]


def _beside(name: str, turns: list[tuple[Callable, Callable]]) -> Figure:
    pairs = []
    for ours, sql in (turns[0], *turns):  # the first once more: what a process does once is none of it
        forget_counts()
        pairs.append((milliseconds(ours), milliseconds(sql)))
    mine, theirs = ([pair[side] for pair in pairs[1:]] for side in (0, 1))
    ratio = statistics.median(one / other for one, other in pairs[1:])
    return Figure(f"counting: {name}", f"{both(mine)} ms = {ratio:.2f} × SQL", f"SQL {both(theirs)} ms")


def _pages(kind: str, years: TenYears, schools: int, turns: int) -> list[Figure]:
    measured, brins = spread(years, schools)
    reader = ten_years.signed_in(years.app())
    of_schools = {
        name: [f"/desk/schools/{brin}/results/{page}" for brin in brins] for name, page in SCHOOL_PAGES.items()
    }
    wide = {name: [f"/desk/results/all/{page}"] * turns for name, page in WIDE_PAGES.items()}
    asked = f"?round={measured.id}"
    return [
        *(
            _figure(f"{kind}: a school's page, {name}", _times(reader, of, asked), PAGE, "first")
            for name, of in of_schools.items()
        ),
        *(
            _figure(f"{kind}: the country's page, {name}", _times(reader, of, asked), WIDE, "fresh")
            for name, of in wide.items()
        ),
    ]


def _times(reader: Visitor, addresses: list[str], asked: str) -> Times:
    """Open each page after all is forgotten, then each after the last one, as another reader would, and again."""
    times = Times()
    _open(reader, addresses[-1] + asked)  # what a process does once is none of a page's cost
    for address in addresses:
        forget_counts()
        times.fresh.append(milliseconds(lambda: _open(reader, address + asked)))  # noqa: B023 called at once
    begun = time.process_time()
    for address in addresses[:-1]:
        times.first.append(milliseconds(lambda: _open(reader, address + asked)))  # noqa: B023
        times.again.append(milliseconds(lambda: _open(reader, address + asked)))  # noqa: B023
    times.processor = (time.process_time() - begun) * 1000 / (2 * len(addresses[:-1]))
    return times


def _open(reader: Visitor, address: str) -> None:
    answer = reader.client.get(address, base_url=reader.base_url)
    if answer.status_code != 200:
        raise SystemExit(f"{address} answered {answer.status_code}")


def milliseconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def _figure(name: str, times: Times, target: float, judged: str) -> Figure:
    """Judge the pages of schools by the first time, those of the country, which has no other, by new editions."""
    first = f"first {both(times.first)} ms, " if judged == "first" else ""
    ours = f"{first}again {both(times.again)} ms, after new editions {both(times.fresh)} ms"
    met = statistics.median(getattr(times, judged)) <= target
    return Figure(name, f"{ours}; {times.processor:.0f} ms of processor time", "", f"≤ {target} ms", met)


def both(times: list[float]) -> str:
    """Return the median and the 95th percentile."""
    return f"{statistics.median(times):.0f} (p95 {statistics.quantiles(times, n=20, method='inclusive')[-1]:.0f})"
