"""Which schools share their students' addresses, and since when."""

from flask import Flask

from app.agreements import commands, views


def init_app(app: Flask) -> None:
    app.register_blueprint(views.blueprint)
    app.cli.add_command(commands.group)
