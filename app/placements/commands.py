"""`flask placements load`."""

import sys
from collections.abc import Iterable
from pathlib import Path

import click
from flask.cli import AppGroup

from app.accounts import audit
from app.cli import OutFile, Unusable, emit, json_option
from app.extensions import db
from app.placements import checking, loading, remembered, words
from app.placements.columns import Field, MissingColumns, folded, missing
from app.placements.loading import Summary
from app.placements.remembered import Meanings, Reading
from app.reference.models import School

FIELD_NAMES = ", ".join(["ignore", *Field])
group = AppGroup("placements", help="Who could be asked.")


@group.command("load")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Check and count; store nothing.")
@click.option(
    "--complete",
    metavar="BRIN",
    help="The file holds all of this school: what it lacks is withdrawn, but for what ended before its first end.",
)
@click.option("--column", "answers", metavar="HEADING=FIELD", multiple=True, help=f"What a column is: {FIELD_NAMES}.")
@click.option("--report", "report_to", type=OutFile(), help="Refused rows go here.")
@json_option
def load(
    file: Path, dry_run: bool, complete: str | None, answers: tuple[str, ...], report_to: Path | None, as_json: bool
) -> None:
    """Load a CSV or XLSX FILE of placements; good rows go in, bad rows are refused with the reason.

    Columns that are not read are named. One that looks like something we use has to be answered once, with --column:
    until then nothing is stored. A load that was cut off is resumed by starting it again.
    """
    complete = _school(complete)
    said = _meanings(answers)
    reading = _read(file, said)
    sheet, columns = reading.sheet, reading.columns
    if reading.questions and not dry_run:
        raise Unusable(words.explain_questions(reading.questions))
    if complete and not any(checking.row_key(row, columns)[0] == complete for row in sheet):
        raise Unusable(f"the file holds no row of {complete}; without one, all of its placements would be withdrawn")
    if not dry_run:
        remembered.remember(sheet, said, remembered.schools_in(sheet, columns[Field.BRIN]))
    summary = Summary()
    outcomes = checking.check_sheet(sheet, columns, loading.reference_today())
    store = loading.sift if dry_run else loading.store
    with click.progressbar(length=sum(1 for _row in sheet), label="Rows", file=sys.stderr) as bar:
        for n in loading.load(outcomes, columns, summary, store):
            _end_chunk(dry_run)
            bar.update(n)
    loading.count_gone(summary)
    if complete and not dry_run:
        loading.withdraw_gone(complete, summary)
    if report_to:
        report_to.write_bytes(words.refused_sheet(sheet, summary.refused))
    if not dry_run:
        audit.record("placements_loaded", rows=summary.as_dict()["rows"])
    _end_chunk(dry_run)
    told = {"unread": reading.unread, "ask": [heading.name for heading in reading.questions]}
    emit(summary.as_dict() | told, as_json)


def _read(file: Path, said: Meanings) -> Reading:
    try:
        reading = remembered.read(file.read_bytes(), said)
        if strange := said.keys() - reading.answers.keys():
            raise Unusable(f"the file has no column {', '.join(sorted(strange))}")
        if lacking := missing(reading.columns):
            raise MissingColumns(lacking)
    except words.RECOGNISED_ERRORS as error:
        raise Unusable(words.explain_sheet(error)) from error
    return reading


def _meanings(answers: Iterable[str]) -> Meanings:
    meanings: Meanings = {}
    for answer in answers:
        heading, _sign, name = answer.rpartition("=")
        if not folded(heading) or name not in FIELD_NAMES.split(", "):
            raise Unusable(f"--column wants HEADING=FIELD, with one of: {FIELD_NAMES}; not {answer}")
        meanings[folded(heading)] = None if name == "ignore" else Field(name)
    return meanings


def _school(brin: str | None) -> str | None:
    brin = brin and brin.strip().upper()
    if brin and db.session.get(School, brin) is None:
        raise Unusable(f"there is no school {brin}")
    return brin or None


def _end_chunk(dry_run: bool) -> None:
    """End the transaction after each chunk, so that page saves get through; a dry run leaves nothing."""
    if dry_run:
        db.session.rollback()
    else:
        db.session.commit()
    db.session.expunge_all()
