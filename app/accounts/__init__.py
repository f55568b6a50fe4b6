"""Who logs in: accounts and roles, signing in, the audit log. Flask-Security does the signing in."""

from flask import Flask
from flask_security import SQLAlchemyUserDatastore

from app import security as access
from app.accounts import commands, sign_in
from app.accounts.models import User
from app.extensions import db, security


def init_app(app: Flask) -> None:
    app.config.update(sign_in.WORDS)
    datastore = SQLAlchemyUserDatastore(db, User, None)  # type: ignore[arg-type]
    security.init_app(app, datastore, login_form=sign_in.SignInForm)
    for endpoint in ("security.login", "security.logout"):
        access.mark_library_view(app, endpoint, access.public)
    sign_in.limit(app)
    app.cli.add_command(commands.group)
