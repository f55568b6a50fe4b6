"""What every command shares: JSON output, exit codes, and errors in words on standard error.

Exit codes: 0 done (also when rows were refused), 1 failed, 2 the input cannot be used and nothing was stored.
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from app.refusing import Refused

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")


class Unusable(click.ClickException):
    """The input cannot be used; nothing was stored."""

    exit_code = 2


class Day(click.DateTime):
    """A day, written as 2026-11-23 or 23-11-2026."""

    def __init__(self) -> None:
        super().__init__(formats=["%Y-%m-%d", "%d-%m-%Y"])

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        return super().convert(value, param, ctx).date()


date_option_type = Day()


class OutFile(click.Path):
    """A file to be written; one that cannot be is said before the work begins."""

    def __init__(self) -> None:
        super().__init__(path_type=Path, dir_okay=False, writable=True)

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        path = Path(str(super().convert(value, param, ctx)))
        if not os.access(path.parent, os.W_OK | os.X_OK):
            raise Unusable(f"{path} cannot be written; check the folder")
        return path


@contextmanager
def refusals_in(words: Mapping[str, str], **details: Any) -> Iterator[None]:
    """Say in these words, by fault, why what is done in this block was refused."""
    try:
        yield
    except Refused as error:
        raise Unusable(words[error.fault].format(**details, **error.details)) from error


def emit(result: Mapping[str, Any] | list, as_json: bool, words: str | None = None) -> None:
    """Print a command's result: as JSON, else as `words` or one line per key."""
    if as_json:
        click.echo(json.dumps(result, default=str, ensure_ascii=False))
    elif words is not None:
        click.echo(words)
    else:
        for line in _lines(result):
            click.echo(line)


def _lines(result: Any, indent: str = "") -> list[str]:
    if isinstance(result, Mapping):
        pairs = list(result.items())
        width = max((len(str(key)) for key, _ in pairs), default=0)
        lines = []
        for key, value in pairs:
            if isinstance(value, Mapping):
                lines += [f"{indent}{key}", *_lines(value, indent + "  ")]
            else:
                lines.append(f"{indent}{key:<{width}}  {value}")
        return lines
    return [indent + "  ".join(str(value) for value in row.values()) for row in result]
