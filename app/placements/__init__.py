"""Who could be asked: companies, trainers, placements and contacts, and the sheets they arrive in."""

from flask import Flask

from app.placements import commands, views


def init_app(app: Flask) -> None:
    app.register_blueprint(views.blueprint)
    app.cli.add_command(commands.group)
