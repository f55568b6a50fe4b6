"""`flask worker` and `flask restored`."""

import click
import sqlalchemy as sa
from flask import current_app

from app.cli import emit, json_option
from app.database import changed_rows
from app.extensions import db
from app.invitations import rounds
from app.privacy import erasing, restoring
from app.worker import loop
from app.worker.models import PeriodicRun


@click.command("worker")
@click.option("--until-idle", is_flag=True, help="Send what is ready, then stop; plans nothing.")
@json_option
def worker(until_idle: bool, as_json: bool) -> None:
    """Send the outbox; without --until-idle until stopped, with the periodic work beside it."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    try:
        rounds.check_definitions()
        restoring.keep()
    except (rounds.DefinitionChanged, restoring.NotReady) as error:
        raise click.ClickException(str(error)) from error
    db.session.commit()  # no transaction stays open while the worker runs
    try:
        lock = loop.lock_sqlite(app)
    except loop.SecondWorker as error:
        raise click.ClickException(
            "a worker already runs on this SQLite database; stop it, or use PostgreSQL for more than one"
        ) from error
    running = loop.Worker(app, until_idle)
    loop.stop_on_signals(running)
    running.run()
    if lock:
        lock.close()
    emit(running.tally.as_dict(), as_json)
    if running.trouble:
        raise click.ClickException(f"{running.trouble}; unsent mail waits in the outbox")


@click.command("restored")
@json_option
def restored(as_json: bool) -> None:
    """After a backup of the database was put back, before web and worker start: put in order what it brought back.

    Holds all mail that waits, makes mail on its way uncertain, erases and withdraws again, frees the periodic work.
    """
    try:
        done = restoring.put_in_order() | {"periodic_work_freed": changed_rows(sa.delete(PeriodicRun))}
    except OSError as error:
        raise click.ClickException(f"DATA_DIR cannot be used: {error}") from error
    db.session.commit()
    erasing.empty_log()
    emit(done, as_json)
