"""Loading a sheet with the product's own command, beside a bare insert of the same rows: the ceiling.

The sheet is the tests' own sample, written out again and again under other agreement numbers and addresses.
"""

import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask_migrate import upgrade

import config
from app import create_app
from app.extensions import db
from bench import crowd, servers
from bench.figures import Figure

SAMPLE = servers.ROOT / "tests" / "placements" / "samples" / "placements.csv"
OWN = ("pok_nummer", "studentnummer", "student_email")  # what no two rows share


@dataclass(frozen=True)
class Load:
    """One run of the command: seconds, MiB at most, and its counts."""

    seconds: float
    memory: float
    counts: dict[str, Any]


def measure(quick: bool = False) -> list[Figure]:
    """Measure on both databases."""
    n = 5_000 if quick else 50_000
    with tempfile.TemporaryDirectory() as folder:
        sheet = Path(folder) / "placements.csv"
        rows = grow(sheet, n)
        return [figure for kind in servers.KINDS for figure in _measure(kind, sheet, rows)]


def grow(sheet: Path, n: int) -> list[dict[str, str]]:
    """Write a sheet of `n` rows and return them."""
    with SAMPLE.open(encoding="cp1252", newline="") as file:
        sample = [row for row in csv.DictReader(file, delimiter=";") if row["pok_nummer"]]
    rows = [_renumbered(sample[number % len(sample)], number) for number in range(n)]
    with sheet.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(sample[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    return rows


def _renumbered(row: dict[str, str], number: int) -> dict[str, str]:
    trainer = f"opleider{number // 2}@leerbedrijf.example"
    return row | dict.fromkeys(OWN[:2], f"{number:06d}") | {OWN[2]: "", "praktijkopleider_email": trainer}


def _measure(kind: str, sheet: Path, rows: list[dict[str, str]]) -> list[Figure]:
    with servers.database(kind) as (url, _processes):
        app = create_app(config.load(os.environ | crowd.environment(url)))
        with app.app_context():
            upgrade(directory=str(servers.ROOT / "migrations"))
            nothing = _load(url, _one_row(sheet), "--dry-run")
            first, again = _load(url, sheet), _load(url, sheet)
            ceiling = _insert(rows)
            db.engine.dispose()
    stored, same = first.counts["new"], again.counts["same"]
    if stored != len(rows) - first.counts["refused"] or same != stored:
        raise SystemExit(f"of {len(rows)} rows {stored} were new at first, and {same} the same the second time")
    rate, second = (len(rows) / (load.seconds - nothing.seconds) for load in (first, again))
    memory = f"{first.memory:.0f} MiB at most, {nothing.memory:.0f} for a sheet of one row"
    return [
        Figure(f"{kind}: loading {len(rows):,} rows", f"{rate:,.0f} rows/s", f"bare insert {ceiling:,.0f} rows/s"),
        Figure(f"{kind}: loading the same again", f"{second:,.0f} rows/s", f"bare insert {ceiling:,.0f} rows/s"),
        Figure(f"{kind}: memory while loading", memory),
    ]


def _one_row(sheet: Path) -> Path:
    """Return a sheet of one row: what starting the command costs."""
    short = sheet.with_name("one.csv")
    with sheet.open(encoding="utf-8") as file:
        short.write_text("".join(file.readline() for _line in range(2)), encoding="utf-8")
    return short


def _load(url: str, sheet: Path, *options: str) -> Load:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "placements", "load", str(sheet), "--json", *options]
    environ, memory = os.environ | crowd.environment(url), 0.0
    begun = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=servers.ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    while process.poll() is None:
        memory = max(memory, servers.peak(process.pid))
        time.sleep(0.02)
    seconds = time.perf_counter() - begun
    out, _errors = process.communicate()
    if process.returncode:
        raise SystemExit(f"the load ended with {process.returncode}")
    return Load(seconds, memory, json.loads(out))


def _insert(rows: list[dict[str, str]]) -> float:
    """Insert the rows into a table of plain text in one statement; returns rows per second."""
    names = list(rows[0])
    table = sa.Table("bare", sa.MetaData(), *(sa.Column(name, sa.Text) for name in names))
    table.create(db.engine)
    begun = time.perf_counter()
    with db.engine.begin() as connection:
        connection.execute(sa.insert(table), rows)
    return len(rows) / (time.perf_counter() - begun)
