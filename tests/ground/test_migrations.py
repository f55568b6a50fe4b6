"""The migrations make what the models say, and can be taken back."""

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade

from app.extensions import db
from app.reference.models import Programme, School


def differences() -> list:
    with db.engine.connect() as connection:
        options = {"compare_type": True, "target_metadata": db.metadata}
        return compare_metadata(MigrationContext.configure(connection, opts=options), db.metadata)


def test_the_migrations_make_what_the_models_say(context):
    assert differences() == []


def test_the_migrations_go_down_to_nothing_and_up_again(context):
    downgrade(revision="base")
    assert set(sa.inspect(db.engine).get_table_names()) == {"alembic_version"}
    upgrade()
    assert differences() == []


def test_upgrading_brings_the_reference_tables(context):
    assert db.session.scalar(sa.select(sa.func.count(School.brin))) == 57
    assert db.session.scalar(sa.select(sa.func.count(Programme.crebo))) == 103


def test_upgrading_twice_is_upgrading_once(context):
    upgrade()
    assert differences() == []
