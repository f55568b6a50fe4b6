"""What results cost beside pages: writing an edition, fetching ten years of them, memory, files, the thanks page."""

import http.client
import itertools
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from app.invitations import rounds
from bench import servers, ten_years
from bench.figures import Figure
from bench.results_pages import SCHOOL_PAGES, spread
from bench.ten_years import TenYears

PAGES, MANY = 100, 800  # report pages
GROWTH = 96  # MiB that the caches of one process may take
PER_PDF, THANKS = 1.0, 50  # seconds; milliseconds


def measure(years: TenYears, on_postgresql: TenYears) -> list[Figure]:
    """Measure each in processes of their own."""
    return [
        *_writing("SQLite", years),
        *_writing("PostgreSQL, increments and answers only", on_postgresql),
        *(_first(kind, of) for kind, of in (("SQLite", years), ("PostgreSQL", on_postgresql))),
        *(_thanks(kind, of) for kind, of in (("SQLite", years), ("PostgreSQL", on_postgresql))),
        _memory(years),
        *_files(years),
    ]


def _run(name: str, of: TenYears) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.results_runs", name]
    environ = os.environ | of.environ
    said = subprocess.run(command, cwd=servers.ROOT, env=environ, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(said.stdout)


def _writing(kind: str, of: TenYears) -> list[Figure]:
    found = _run("write", of)
    size = sum(value for name, value in found.items() if name.startswith("bytes_"))
    name = f"{kind}: first edition of a round of {found['answers']:,.0f} answers"
    took = f"{found['seconds']:.1f} s, {found['processor']:.1f} s of processor time, {found['peak']:.0f} MiB at most"
    return [Figure(name, f"{took}, {size:,.0f} bytes; the same again {found['again']:.1f} s")]


def _first(kind: str, of: TenYears) -> Figure:
    with tempfile.TemporaryDirectory(prefix="bpv-bench-") as empty:
        elsewhere = replace(of, data=Path(empty))
        fetching, there = (_run("first", elsewhere)["milliseconds"] for _n in range(2))
    return Figure(
        f"{kind}: a process's first page, the country's trend, ten years fetched from the database",
        f"{fetching:.0f} ms = {fetching / there:.1f} × files there",
        f"files there {there:.0f} ms",
    )


def _thanks(kind: str, of: TenYears) -> Figure:
    found = _run("thanks", of)
    usual = f"{found['between']:.1f} ms; its minute over {found['minute']:.1f} ms"
    return Figure(
        f"{kind}: own answers beside others, of a trainer, on the thanks page",
        f"{usual}; a new edition {found['fresh']:.0f} ms (at most {found['worst']:.0f})",
        "",
        f"≤ {THANKS} ms",
        found["fresh"] <= THANKS,
    )


def _memory(years: TenYears) -> Figure:
    """Open pages of many schools and years in one web process, each another one."""
    reader = ten_years.signed_in(years.app())
    host = urlsplit(reader.base_url).hostname or ""
    cookie = reader.client.get_cookie("session", host)
    assert cookie
    environ = years.environ | {"WEB_WORKERS": "1"}
    with servers.gunicorn("wsgi:app", environ) as (port, master):
        pages = _pages(years)
        _open(port, host, cookie.value, [next(pages)])
        found = [_worker_memory(master)]
        for n in (PAGES, MANY - PAGES):
            _open(port, host, cookie.value, list(itertools.islice(pages, n)))
            found.append(_worker_memory(master))
    first, hundred, many = found
    return Figure(
        f"memory (PSS) of one web process after 1, {PAGES} and {MANY} different pages of results",
        f"{first:.0f}, {hundred:.0f}, {many:.0f} MiB",
        "",
        f"+ {GROWTH} MiB at most",
        many - first <= GROWTH,
    )


def _worker_memory(master: int) -> float:
    return servers.memory([master]) - servers._pss(master)


def _pages(years: TenYears) -> Iterator[str]:
    with years.app().app_context():
        ids = [one.id for one in rounds.everything() if one.closed_at]
    _measured, brins = spread(years, 100)
    for id_, brin, page in itertools.product(ids, brins, SCHOOL_PAGES.values()):
        yield f"/desk/schools/{brin}/results/{page}?round={id_}"


def _open(port: int, host: str, cookie: str, pages: list[str]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for page in pages:
        connection.request("GET", page, headers={"Cookie": f"session={cookie}", "Host": host})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise SystemExit(f"{page} answered {answer.status}")


def _files(years: TenYears) -> list[Figure]:
    measured, brins = spread(years, 1)
    of = ("--round", measured.name)
    with tempfile.TemporaryDirectory(prefix="bpv-bench-") as folder:
        seconds, processor = _timed(years, *of, "--all-schools", "--format", "pdf", "--out", folder)
        sizes = [path.stat().st_size for path in Path(folder).glob("*.pdf")]
        scope = ("--scope", f"school:{brins[0]}", "--format", "xlsx", "--out", f"{folder}/one.xlsx")
        one, _processor = _timed(years, *of, *scope)
        start, _processor = _timed(years, "--help")
    made, size = len(sizes), statistics.mean(sizes)
    each = (seconds - start) / made
    return [
        Figure(
            f"a PDF for each of {made} schools",
            f"{seconds:.0f} s, {processor:.0f} s of processor time; {each:.2f} s and {size:,.0f} bytes each",
            f"the command alone {start:.1f} s",
            f"≤ {PER_PDF} s each",
            each <= PER_PDF,
        ),
        Figure("an XLSX of the largest school", f"{one - start:.2f} s", f"the command alone {start:.1f} s"),
    ]


def _timed(years: TenYears, *arguments: str) -> tuple[float, float]:
    """Run `flask results export`; returns seconds, and seconds of processor time."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    years.command("results", "export", *arguments)
    after, seconds = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - begun
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
