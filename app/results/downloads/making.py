"""A kind of file by its name: what it is called, and what writes it."""

from collections.abc import Callable
from typing import Any

from app.results.downloads import csv_file, pdf_file, xlsx_file
from app.results.downloads.contents import Contents, NothingShown

KINDS: dict[str, tuple[str, Callable[[Contents], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", csv_file.written),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx_file.written),
    "pdf": ("application/pdf", pdf_file.written),
}


def made(contents: Contents, kind: str) -> bytes:
    """Return the file; the PDF is of both roles, the others are of the chosen one. Raises NothingShown."""
    if not (contents.shown if kind == "pdf" else contents.chosen.side.report.is_shown):
        raise NothingShown
    return KINDS[kind][1](contents)


def name_of(contents: Contents, kind: str) -> str:
    """Return a name for the file, of letters that every system takes."""
    chosen = contents.chosen
    whose = chosen.scope.code or "national"
    of = [chosen.scope.pathway or "", f"block{chosen.scope.block}" if chosen.scope.block else ""]
    role = "" if kind == "pdf" else chosen.role.value
    parts = ["bpv", whose, *of, str(chosen.round.ends_until.year), role]
    return "-".join(part for part in parts if part) + f".{kind}"


def facts(contents: Contents, kind: str) -> dict[str, Any]:
    """Return what the audit log keeps of a download."""
    chosen, scope = contents.chosen, contents.chosen.scope
    return {
        "brin": scope.code if scope.kind == "school" else None,
        "kind": kind,
        "scope": scope.name,
        "round": chosen.round.id,
        "edition": chosen.edition.id,
        "role": None if kind == "pdf" else chosen.role.value,
        "block": scope.block,
        "pathway": scope.pathway,
    }
