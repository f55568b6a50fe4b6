"""The BPV Monitor. create_app() reads as a table of contents: settings, ground, features."""

from typing import Any

from flask import Flask

import config
from app import (
    accounts,
    agreements,
    assets,
    checks,
    database,
    demo,
    desk,
    errors,
    forwarding,
    invitations,
    languages,
    listing,
    logs,
    mailing,
    outside,
    placements,
    portal,
    privacy,
    public,
    rate_limits,
    reference,
    responses,
    results,
    security,
    worker,
)
from app.application import Application
from app.extensions import babel, csrf, db, mail, migrate

FEATURES = (
    mailing,
    accounts,
    reference,
    agreements,
    placements,
    invitations,
    forwarding,
    responses,
    results,
    portal,
    privacy,
    public,
    worker,
    demo,
)


def create_app(settings: dict[str, Any] | None = None) -> Flask:
    """Return the application for `settings`, by default those of the environment.

    Raises config.ConfigError when the environment cannot be used.
    """
    app = Application(__name__)
    app.config.update(settings or config.load())
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = database.engine_options(app.config["SQLALCHEMY_DATABASE_URI"])
    logs.init_app(app)
    db.init_app(app)
    with app.app_context():
        database.set_up(db.engine)
    migrate.init_app(app)
    babel.init_app(app, locale_selector=languages.select)
    security.init_app(app)  # before CSRF: who is signed out meanwhile gets the sign-in page, not an error
    csrf.init_app(app)
    mail.init_app(app)
    rate_limits.init_app(app)
    languages.init_app(app)
    outside.init_app(app)
    assets.init_app(app, security.HEADERS)
    desk.init_app(app)
    listing.init_app(app)
    errors.init_app(app)
    for feature in FEATURES:
        feature.init_app(app)
    checks.init_app(app)
    return app
