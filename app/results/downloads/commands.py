"""`flask results export` and `flask results microdata`: files of results, for one scope or all schools at once."""

import sys
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from flask.cli import with_appcontext

from app import languages
from app.accounts import audit
from app.cli import OutFile, Unusable, emit, json_option
from app.extensions import db
from app.invitations.commands import RoundParam
from app.invitations.models import Role, Round
from app.reference.models import School
from app.results import block_names, editions
from app.results.commands import ScopeParam, edition_of
from app.results.downloads import making
from app.results.downloads.contents import Contents, NothingShown, name_of
from app.results.microdata import dataset as microdata
from app.results.models import Publication
from app.results.scopes import Scope
from app.results.selection import Selection

ROLES = click.Choice([role.value for role in Role])


@click.command("export")
@click.option("--scope", type=ScopeParam(), help="national, sector:NN, school:BRIN, programme:CREBO")
@click.option("--all-schools", is_flag=True, help="A file per school, in the folder --out.")
@click.option("--format", "kind", type=click.Choice(list(making.KINDS)), required=True)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="A file; with --all-schools a folder.")
@click.option("--round", "round_", type=RoundParam(), help="A round by name; else the last one that has results.")
@click.option("--role", type=ROLES, default=Role.STUDENT.value, help="Whose answers; a PDF holds those of both.")
@click.option("--language", type=click.Choice(list(languages.LANGUAGES)), default=languages.DEFAULT)
@json_option
@with_appcontext
def export(
    scope: Scope | None,
    all_schools: bool,
    kind: str,
    out: Path,
    round_: Round | None,
    role: str,
    language: str,
    as_json: bool,
) -> None:
    """Write the results of a scope, or of each school that has any, to a file."""
    if (scope is None) != all_schools:
        raise Unusable("say either --scope or --all-schools")
    measured = edition_of(round_).round
    with languages.force_locale(language):
        if scope is None:
            counts = _export_schools(measured, Role(role), kind, out)
        elif _written(_contents(measured, Role(role), scope), kind, OutFile().convert(out, None, None)):
            counts = {"written": 1}
        else:
            raise Unusable(f"too few answered in {scope.name} to show anything; nothing was written")
    db.session.commit()
    emit(counts, as_json)


def _export_schools(measured: Round, role: Role, kind: str, folder: Path) -> dict[str, int]:
    """Write a file per school; those that have no figures are counted only."""
    if not folder.is_dir():
        raise Unusable(f"{folder} is no folder; make it first")
    counts = {"written": 0, "without_figures": 0}
    brins = db.session.scalars(sa.select(School.brin).order_by(School.brin)).all()
    with click.progressbar(brins, label="Schools", file=sys.stderr) as bar:
        for brin in bar:
            contents = _contents(measured, role, Scope("school", brin))
            file = folder / making.name_of(contents, kind)
            counts["written" if _written(contents, kind, file) else "without_figures"] += 1
            db.session.commit()  # the next one takes a while, and others want to write meanwhile
    return counts


def _written(contents: Contents, kind: str, file: Path) -> bool:
    """Write a file, where there is something to show in it."""
    try:
        file.write_bytes(making.made(contents, kind))
    except NothingShown:
        return False
    audit.record("results_downloaded", **making.facts(contents, kind))
    return True


def _contents(measured: Round, role: Role, scope: Scope) -> Contents:
    whose, edition = name_of(scope), editions.newest(measured.id)
    if whose is None or edition is None:
        raise Unusable(f"there is no {scope.name}")
    blocks = block_names.of_school(measured.id, scope.code) if scope.kind == "school" else []
    return Contents(Selection(measured, edition, role, scope, [measured], blocks), whose)


@click.command("microdata")
@click.argument("round_", metavar="ROUND", type=RoundParam())
@click.option("--role", type=ROLES, required=True)
@click.option("--out", type=OutFile(), required=True, help="A ZIP file.")
@json_option
@with_appcontext
def export_microdata(round_: Round, role: str, out: Path, as_json: bool) -> None:
    """Write the answers of a published round for analysts: CSV, Parquet, codebooks and SPSS syntax in a ZIP file."""
    publication: Any = db.session.get(Publication, round_.id)
    if publication is None:
        raise Unusable(f"round {round_.name!r} is not published; microdata are made of what was published")
    if not microdata.is_there(publication.edition):
        raise Unusable(f"the answers of round {round_.name!r} were erased; microdata can no longer be made of them")
    made = microdata.make(publication.edition, Role(role))
    out.write_bytes(made.content)
    audit.record("microdata_downloaded", round=round_.id, edition=publication.edition_id, role=role)
    db.session.commit()
    emit({"rows": made.rows, "dropped": made.dropped}, as_json)
