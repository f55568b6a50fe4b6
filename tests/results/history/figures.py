"""Writes files of earlier years' figures for the tests."""

from pathlib import Path

HEADING = "year,role,metric,breakdown,value,unit,n,qualifier,source,brin"
SOURCE = "https://news.example/2019"


def line(**changes: object) -> str:
    """Return a line under HEADING: the grade students gave nationally in 2019."""
    values = {
        "year": 2019,
        "role": "student",
        "metric": "grade",
        "breakdown": "",
        "value": "8.1",
        "unit": "1-10",
        "n": "",
        "qualifier": "",
        "source": SOURCE,
        "brin": "",
    }
    return ",".join(str(value) for value in (values | changes).values())


def text(*lines: str) -> str:
    """Return a file of these lines below the heading."""
    return "\n".join((HEADING, *lines)) + "\n"


def written(folder: Path, *lines: str) -> Path:
    """Write a file of these lines; returns its path."""
    path = folder / "figures.csv"
    path.write_text(text(*lines), encoding="utf-8")
    return path
