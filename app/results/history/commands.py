"""`flask history load`."""

from pathlib import Path

import click
from flask.cli import AppGroup

from app.accounts import audit
from app.cli import Unusable, emit, json_option
from app.extensions import db
from app.results.history import loading as history_loading
from app.results.history.file import HistoryFault

group = AppGroup("history", help="Figures of earlier years, as they were published or delivered.")


@group.command("load")
@click.argument("file", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@json_option
def load(file: Path | None, as_json: bool) -> None:
    """Load the figures published up to 2023 that the product carries, or those of a CSV FILE.

    A figure that is there already is updated. With a mistake in FILE nothing is stored.
    """
    try:
        found = history_loading.load(file or history_loading.PUBLISHED)
    except HistoryFault as error:
        raise Unusable(str(error)) from error
    audit.record("history_loaded", rows=found["rows"], new=found["new"], changed=found["changed"])
    db.session.commit()
    emit(found if as_json else found | {"unknown": "; ".join(found["unknown"]) or "none"}, as_json)
