"""`make bench`: runs every part, or those named, and writes bench/report.md."""

import argparse
import datetime as dt
import importlib
import os
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from bench.figures import Figure

PARTS = ("respondents", "storm", "mail", "loading", "proposing", "paint", "results")
REPORT = Path(__file__).with_name("report.md")
LIBRARIES = ("flask", "sqlalchemy", "gunicorn", "psycopg")
MET = {True: "yes", False: "**no**", None: ""}


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench", description="Measure, and write bench/report.md.")
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(PARTS)}; by default all of them")
    parser.add_argument("--quick", action="store_true", help="smaller amounts: shows that it works, not how well")
    given = parser.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    lines = [*_head(given.quick), *(line for part in given.parts or PARTS for line in _part(part, given.quick))]
    report = "\n".join(lines) + "\n"
    if not given.parts:
        REPORT.write_text(report)
    print(report)


def _part(name: str, quick: bool) -> list[str]:
    print(f"measuring {name}…", file=sys.stderr)
    figures: list[Figure] = importlib.import_module(f"bench.{name}").measure(quick)
    rows = [f"| {one.name} | {one.ours} | {one.against} | {one.target} | {MET[one.met]} |" for one in figures]
    return [f"## {name}", "", "| what | ours | against | target | met |", "|---|---|---|---|---|", *rows, ""]


def _head(quick: bool) -> list[str]:
    today = dt.datetime.now(dt.UTC).date()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    load = os.getloadavg()[0]
    return [
        "# Measured",
        "",
        f"{today}, commit {_commit()}, {'quick' if quick else 'full'} run; {os.cpu_count()} cores, {memory:.0f} GiB, "
        f"Python {platform.python_version()}, {libraries}; load {load:.1f} when it began.",
        "How to read this: README.md beside it.",
        "",
    ]


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip() or "unknown"


if __name__ == "__main__":
    main()
