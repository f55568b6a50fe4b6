"""What every test can ask for: the application on either database, a browserless client, a real mail server."""

import itertools
import json
import os
import secrets
import shutil
from pathlib import Path

import psycopg
import pytest
from click.testing import Result
from flask import has_app_context
from flask_migrate import upgrade
from jinja2 import BytecodeCache

import config
from app import create_app
from app.extensions import db
from tests.pages import Visitor
from tests.servers.postgresql import NoPostgreSQL, PostgreSQL
from tests.servers.smtp import MailServer
from tests.world import ADMIN, PASSWORD, World

TODAY = "2026-11-23"
NUMBERS = itertools.count(1)
CHEAP_HASHES = {"argon2__time_cost": 1, "argon2__memory_cost": 8, "argon2__parallelism": 1}
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # where the database does not matter


class CompiledOnce(BytecodeCache):
    """Compiled templates, shared by the applications of all tests, since compiling takes longer than most tests."""

    def __init__(self):
        self.kept = {}

    def load_bytecode(self, bucket):
        if bucket.key + bucket.checksum in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key + bucket.checksum])

    def dump_bytecode(self, bucket):
        self.kept[bucket.key + bucket.checksum] = bucket.bytecode_to_string()


TEMPLATES = CompiledOnce()


def settings(**changes: object) -> dict:
    """Return the settings of a test application: business today is TODAY, secrets are the tests' own."""
    environ = {
        "BPV_ENV": "development",
        "BPV_NOW": f"{TODAY}T12:00:00",
        "PUBLIC_URL": "http://bpv.example",
        "MAIL_DEFAULT_SENDER": "monitor@bpv.example",
        "SECRET_KEY": "s" * 40,
        "LINK_KEYS": "k" * 40,
        "HASH_KEY": "h" * 40,
    }
    loaded = config.load(environ | {name: str(value) for name, value in changes.items()})
    return loaded | {"TESTING": True, "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": CHEAP_HASHES}


def missing(what: str, command: str) -> None:
    """Skip a test for want of `what`, or fail where nothing may be skipped."""
    message = f"no {what}; to get it: {command}"
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def postgresql():
    try:
        server = PostgreSQL()
    except NoPostgreSQL:
        missing("PostgreSQL", "apt-get install postgresql, or .venv/bin/pip install pgserver")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def template_of(request, tmp_path_factory):
    """Return, per kind of database, a migrated one to copy; made when first asked for."""
    made: dict[str, str] = {}

    def template(kind: str) -> str:
        if kind not in made:
            if kind == "sqlite":
                url = f"sqlite:///{tmp_path_factory.mktemp('template') / 'bpv.sqlite'}"
            else:
                url = _create_postgresql(request.getfixturevalue("postgresql"), "template_bpv")
            _migrate(url)
            made[kind] = url
        return made[kind]

    return template


def _create_postgresql(server: PostgreSQL, name: str, template: str = "template1") -> str:
    with psycopg.connect(f"{server.url}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return f"{server.url}/{name}"


def _migrate(url: str) -> None:
    app = create_app(settings(DATABASE_URL=url))
    with app.app_context():
        upgrade()
        db.engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request, template_of, tmp_path):
    """A migrated database of this test's own; every test that uses it runs on both kinds."""
    if request.param == "sqlite":
        source = Path(template_of("sqlite").removeprefix("sqlite:///"))
        copy = tmp_path / "bpv.sqlite"
        shutil.copy(source, copy)
        yield f"sqlite:///{copy}"
        return
    template_of("postgresql")
    server = request.getfixturevalue("postgresql")
    name = f"bpv_{next(NUMBERS)}"
    yield _create_postgresql(server, name, "template_bpv")
    with psycopg.connect(f"{server.url}/postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def mail_server():
    server = MailServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def app(database_url, tmp_path):
    """The application on one of the databases. No context is pushed: requests bring their own."""
    app = create_app(settings(DATABASE_URL=database_url, DATA_DIR=tmp_path / "data"))
    app.jinja_env.bytecode_cache = TEMPLATES
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def context(app):
    """The application's context, for tests that call services."""
    with app.app_context():
        yield app


@pytest.fixture
def mailing_app(app, mail_server):
    """The application connected to the real mail server."""
    app.config["MAIL_PORT"] = mail_server.port
    app.extensions["mail"].port = mail_server.port
    return app


@pytest.fixture
def client(app):
    return app.test_client()


class Commands:
    """Runs `flask` commands as an operator would, in a context of their own."""

    def __init__(self, app):
        self.app = app
        self.runner = app.test_cli_runner()

    def run(self, *arguments: object, code: int = 0) -> Result:
        """Run a command that is to exit with `code`."""
        if has_app_context():
            db.session.rollback()  # the command would wait for a transaction left open here
        with self.app.app_context():
            result = self.runner.invoke(args=[str(argument) for argument in arguments])
        assert result.exit_code == code, result.output
        return result

    def json(self, *arguments: object) -> dict:
        """Run a command with --json; it prints one JSON object and nothing else on standard output."""
        found = json.loads(self.run(*arguments, "--json").stdout)
        assert isinstance(found, dict)
        return found

    def refuses(self, *arguments: object, code: int = 2) -> str:
        """Run a command that is to fail; returns its words on standard error."""
        result = self.run(*arguments, "--json", code=code)
        assert result.stdout == ""
        assert result.stderr
        assert "Traceback" not in result.stderr
        return result.stderr


@pytest.fixture
def world(app):
    """Placements with everyone's links, and what the database holds, for tests that go through pages."""
    return World(app)


@pytest.fixture
def visitor(app):
    """Return a maker of browsers without scripts, with or without cookies."""
    return lambda **how: Visitor(app, **how)


@pytest.fixture
def admin(world, visitor):
    """A browser in which an administrator has signed in."""
    world.admin()
    return visitor().sign_in(ADMIN, PASSWORD)


@pytest.fixture
def flask(app):
    return Commands(app)


@pytest.fixture
def unique():
    """Return a fresh text that stands nowhere else."""
    return lambda: "mark" + secrets.token_hex(6)


def pytest_terminal_summary(terminalreporter):
    """Say at the end, once each, what was skipped for want of something and how to get it."""
    reasons = {str(report.longrepr[2]) for report in terminalreporter.stats.get("skipped", []) if report.longrepr}
    for reason in sorted(one for one in reasons if "to get it:" in one):
        terminalreporter.write_line(f"not tested: {reason.removeprefix('Skipped: ')}", yellow=True)
