"""What goes when, and what persons ask: retention, finding, exporting, erasing and objecting."""

from flask import Flask

from app.privacy import commands, views


def init_app(app: Flask) -> None:
    app.register_blueprint(views.blueprint)
    app.cli.add_command(commands.group)
