"""`flask placements load`."""

import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from app.accounts import audit
from app.cli import OutFile, Unusable, emit, json_option
from app.extensions import db
from app.placements import checking, files, loading, words
from app.placements.columns import Columns, MissingColumns, check_contents, missing, recognise
from app.placements.loading import Summary
from app.placements.sheet import Sheet
from app.reference.models import School

group = AppGroup("placements", help="Who could be asked.")


@group.command("load")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Check and count; store nothing.")
@click.option("--complete", metavar="BRIN", help="The file holds all of this school: what it lacks is withdrawn.")
@click.option("--report", "report_to", type=OutFile(), help="Refused rows go here.")
@json_option
def load(file: Path, dry_run: bool, complete: str | None, report_to: Path | None, as_json: bool) -> None:
    """Load a CSV or XLSX FILE of placements; good rows go in, bad rows are refused with the reason.

    A load that was cut off is resumed by starting it again.
    """
    complete = _school(complete)
    sheet, columns = _read(file)
    if complete and not any(checking.row_key(row, columns)[0] == complete for row in sheet):
        raise Unusable(f"the file holds no row of {complete}; without one, all of its placements would be withdrawn")
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
    emit(summary.as_dict(), as_json)


def _read(file: Path) -> tuple[Sheet, Columns]:
    try:
        sheet = files.read(file.read_bytes())
        columns = recognise(sheet.header)
        check_contents(sheet, columns)
        if lacking := missing(columns):
            raise MissingColumns(lacking)
    except words.RECOGNISED_ERRORS as error:
        raise Unusable(words.explain_sheet(error)) from error
    return sheet, columns


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
