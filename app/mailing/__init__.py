"""The outbox: messages, states, senders, opt-outs. Knows nothing of surveys; features register kinds of mail."""

from flask import Flask

from app.extensions import csrf
from app.mailing import commands, views


def init_app(app: Flask) -> None:
    app.register_blueprint(views.blueprint)
    csrf.exempt(views.blueprint)
    app.cli.add_command(commands.messages)
    app.cli.add_command(commands.optouts)
