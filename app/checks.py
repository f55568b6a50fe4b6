"""`flask check`: settings, database, migrations, mail server, definitions and DATA_DIR, each in one line."""

import sys
from collections.abc import Callable

import click
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, current_app

import config
from app.cli import emit, json_option
from app.extensions import db, migrate
from app.invitations import rounds
from app.mailing.transport import KeptConnection, ServerUnavailable
from app.privacy import restoring
from app.questionnaires import loader


class NotInOrder(Exception):
    """Something does not work; the message says what to do."""


SAYS_WHAT_TO_DO = (
    *(NotInOrder, ServerUnavailable, loader.DefinitionError),
    *(rounds.DefinitionChanged, restoring.NotReady),
)


def check_settings() -> str:
    production = current_app.config["BPV_ENV"] == "production"
    weak = [name for name in config.SECRETS if config.DEVELOPMENT_SECRET in current_app.config[name]]
    if production and config.is_loopback(current_app.config["PUBLIC_URL"]):
        raise NotInOrder("PUBLIC_URL points to this machine; nobody could open the links in the mails")
    if weak:
        return f"{current_app.config['BPV_ENV']}, with development secrets for {', '.join(weak)}"
    return current_app.config["BPV_ENV"]


def check_database() -> str:
    try:
        db.session.execute(sa.select(1))
    except sa.exc.SQLAlchemyError as error:
        raise NotInOrder("cannot be reached; check DATABASE_URL") from error
    return db.engine.url.get_backend_name()


def check_migrations() -> str:
    wanted = ScriptDirectory(migrate.directory).get_current_head()
    found = MigrationContext.configure(db.session.connection()).get_current_revision()
    if found != wanted:
        raise NotInOrder(f"at {found or 'none'}, should be {wanted}; run `flask db upgrade`")
    return str(found)


def check_mail_server() -> str:
    connection = KeptConnection()
    connection.open()
    connection.close()
    return f"{current_app.config['MAIL_SERVER']}:{current_app.config['MAIL_PORT']}"


def check_definitions() -> str:
    definitions = loader.load_all()
    rounds.check_definitions()
    return ", ".join(definitions)


def check_data_dir() -> str:
    return str(restoring.check())


CHECKS: dict[str, Callable[[], str]] = {
    "settings": check_settings,
    "database": check_database,
    "migrations": check_migrations,
    "mail server": check_mail_server,
    "definitions": check_definitions,
    "data folder": check_data_dir,
}


@click.command("check")
@json_option
def check(as_json: bool) -> None:
    """Check that everything the product needs is there; exit code 1 when something is not."""
    results = {name: _result(run) for name, run in CHECKS.items()}
    words = {name: says if ok else "NOT IN ORDER" for name, (ok, says) in results.items()}
    emit({name: {"ok": ok, "says": says} for name, (ok, says) in results.items()} if as_json else words, as_json)
    broken = [f"{name}: {says}" for name, (ok, says) in results.items() if not ok]
    if broken:
        raise click.ClickException("\n".join(broken))


def _result(run: Callable[[], str]) -> tuple[bool, str]:
    try:
        return True, run()
    except SAYS_WHAT_TO_DO as error:
        return False, str(error)
    except sa.exc.SQLAlchemyError:
        return False, "cannot be asked: the database does not answer, or lacks its tables"
    finally:
        db.session.rollback()


def refuse_start(app: Flask) -> None:
    """End the process in words when what it needs is not in order; called before it serves."""
    with app.app_context():
        results = [_result(run) for run in (check_migrations, check_definitions, check_data_dir)]
        if all(ok for ok, _says in results):
            restoring.keep()
            db.session.commit()
        db.engine.dispose()  # connections must not be shared with the processes forked next
    mistakes = [says for ok, says in results if not ok]
    if mistakes:
        sys.exit("Not started: " + "; ".join(mistakes))


def init_app(app: Flask) -> None:
    app.cli.add_command(check)
