"""What goes when, and what persons ask: retention, finding, exporting, erasing and objecting."""

from flask import Flask

from app.placements.signals import placements_over
from app.privacy import commands, lives, views


def init_app(app: Flask) -> None:
    app.register_blueprint(views.blueprint)
    app.cli.add_command(commands.group)
    placements_over.connect(lives.over)
