"""Microdata: the answers of a published round, one row each, for analysts to count by themselves.

They hold what a published edition holds, without what was withdrawn since and counted with it, and tell no more of
where an answer is from than figures do: school, programme, sector, pathway and level are those of the whole increment
(in the columns that begin with `in_`), and empty where it lies in several. So every combination of them is at least
five persons, and so is what anyone gets by subtracting these rows from figures. A combination of fewer would be dropped
all the same. How an answer came in, and when, is left out. Weights are means per combination, or they would tell of
whom an answer is; and a question that not every pathway is asked says nothing where the pathway is empty.
"""

import io
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from app import languages
from app.invitations.models import Role
from app.results import files, parquet, withdrawing
from app.results.microdata import codebook, spss, variables
from app.results.microdata.variables import Variable
from app.results.models import Edition
from app.results.thresholds import LEAST

COMBINATION = "brin, in_crebo, in_sector, in_pathway, in_level"
PER = f"OVER (PARTITION BY {COMBINATION})"
ROWS = f"SELECT *, count(*) FILTER (is_first) {PER} AS persons, avg(weight) {PER} AS mean_weight"


@dataclass(frozen=True)
class Microdata:
    """A ZIP file, how many answers are in it, and how many were dropped since fewer than five persons shared them."""

    content: bytes
    rows: int
    dropped: int


def make(edition: Edition, role: Role) -> Microdata:
    """Return a role's answers as CSV and Parquet, with a codebook and SPSS syntax in both languages."""
    source, name = files.path_of(edition, role), f"bpv-{role.value}-{edition.round.ends_until.year}"
    whole = f"FROM read_parquet(?) WHERE {withdrawing.rows_of_whole(edition)}"
    rows, dropped = _counts(source, whole)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for kind, data in _tables(source, whole, variables.of_edition(edition, role)).items():
            archive.writestr(f"{name}.{kind}", data)
        for language in languages.LANGUAGES:
            with languages.force_locale(language):
                made = variables.of_edition(edition, role)
                said = codebook.written(name, edition, role, (rows, dropped), made)
                archive.writestr(f"{name}-codebook-{language}.md", said)
                archive.writestr(f"{name}-{language}.sps", spss.written(f"{name}.csv", made))
    return Microdata(content.getvalue(), rows, dropped)


def is_there(edition: Edition) -> bool:
    """Say whether an edition still has its files: they are erased with the answers, what was published stays."""
    return bool(edition.files)


def _allowed(whole: str) -> str:
    """Return where rows are from, in SQL: those of whole increments, of combinations of LEAST persons."""
    return f"FROM ({ROWS} {whole}) WHERE persons >= {LEAST}"


def _counts(source: Path, whole: str) -> tuple[int, int]:
    """Return how many rows there will be, and how many are dropped."""
    [(all_of_them,)] = parquet.ask(f"SELECT count(*) {whole}", [str(source)])
    [(kept,)] = parquet.ask(f"SELECT count(*) {_allowed(whole)}", [str(source)])
    return kept, all_of_them - kept


def _tables(source: Path, whole: str, columns: list[Variable]) -> dict[str, bytes]:
    """Return the answers as Parquet and as CSV, in one random order; `columns` are names and SQL of our own."""
    wanted = ", ".join(f"{one.sql} AS {one.name}" for one in columns)
    with tempfile.TemporaryDirectory(prefix="bpv-microdata-") as folder:
        table, text = Path(folder, "rows.parquet"), Path(folder, "rows.csv")
        rows = f"SELECT {wanted} {_allowed(whole)} ORDER BY random()"  # noqa: S608
        parquet.ask(f"COPY ({rows}) TO '{table}' (FORMAT parquet, COMPRESSION zstd)", [str(source)])
        same = "SELECT * FROM read_parquet(?)"
        parquet.ask(f"COPY ({same}) TO '{text}' (HEADER, DELIMITER ';')", [str(table)])
        return {"parquet": table.read_bytes(), "csv": text.read_bytes()}
