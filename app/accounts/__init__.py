"""Who logs in: accounts, roles and what they reach, signing in, the audit log. Flask-Security does the signing in."""

from flask import Flask
from flask_security import SQLAlchemyUserDatastore

from app import security as access
from app.accounts import commands, mails, sign_in, sign_ins, views
from app.accounts.models import User
from app.extensions import db, security

LIBRARY_VIEWS = ("security.login", "security.forgot_password", "security.reset_password")


def init_app(app: Flask) -> None:
    app.config.update(sign_in.WORDS)
    datastore = SQLAlchemyUserDatastore(db, User, None)  # type: ignore[arg-type]
    security.init_app(app, datastore, **sign_in.FORMS)  # type: ignore[arg-type]
    for endpoint in LIBRARY_VIEWS:
        access.mark_library_view(app, endpoint, access.public)
    sign_in.init_app(app)
    sign_ins.init_app(app)
    mails.init_app(app)
    app.register_blueprint(views.blueprint)
    app.cli.add_command(commands.accounts)
    app.cli.add_command(commands.audit_log)
