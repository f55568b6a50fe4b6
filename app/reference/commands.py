"""`flask reference load`."""

from pathlib import Path

import click
from flask.cli import AppGroup

from app.cli import Unusable, emit, json_option
from app.extensions import db
from app.reference import loading

group = AppGroup("reference", help="Sectors, programmes, schools and regions.")


@group.command("load")
@click.argument("folder", required=False, type=click.Path(path_type=Path, exists=True, file_okay=False))
@json_option
def load(folder: Path | None, as_json: bool) -> None:
    """Load the product's own reference tables, or fuller ones from FOLDER."""
    try:
        counts = loading.load(db.session.connection(), folder or loading.OWN_FOLDER)
    except loading.ReferenceFault as error:
        raise Unusable(str(error)) from error
    db.session.commit()
    emit(counts, as_json)
