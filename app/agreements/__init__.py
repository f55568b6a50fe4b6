"""Which schools share their students' addresses, since when, and the talks about it."""

from flask import Flask

from app.agreements import commands, interests, views


def init_app(app: Flask) -> None:
    app.register_blueprint(views.blueprint)
    app.cli.add_command(commands.group)
    interests.init_app(app)
