"""`flask worker`."""

import click
from flask import current_app

from app.cli import emit, json_option
from app.extensions import db
from app.invitations import rounds
from app.worker import loop


@click.command("worker")
@click.option("--until-idle", is_flag=True, help="Send what is ready, then stop; plans nothing.")
@json_option
def worker(until_idle: bool, as_json: bool) -> None:
    """Send the outbox; without --until-idle until stopped, with the periodic work beside it."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    try:
        rounds.check_definitions()
    except rounds.DefinitionChanged as error:
        raise click.ClickException(str(error)) from error
    db.session.rollback()  # no transaction stays open while the worker runs
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
