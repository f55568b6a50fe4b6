"""Results over ten years and 600,000 answers: pages beside the same question in SQL, editions, memory, files."""

import argparse
from pathlib import Path

from bench import results_pages, results_work, ten_years
from bench.figures import Figure

SCHOOLS, TURNS = 20, 10


def measure(quick: bool = False, folder: Path | None = None) -> list[Figure]:
    """Measure on both databases; a `folder` keeps the ten years for a next run."""
    scale = ten_years.QUICK_SCALE if quick else ten_years.SCALE
    with ten_years.on_sqlite(scale, folder) as years, ten_years.on_postgresql(years) as copied:
        pages = results_pages.measure(years, copied, 4 if quick else SCHOOLS, 3 if quick else TURNS)
        return [*pages, *results_work.measure(years, copied)]


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.results", description="Measure results over ten years.")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--folder", type=Path, help="where the ten years are kept, so that the next run need not build")
    given = parser.parse_args()
    for figure in measure(given.quick, given.folder):
        print(f"{figure.name}: {figure.ours} | {figure.against} | {figure.target} | {figure.met}")


if __name__ == "__main__":
    main()
