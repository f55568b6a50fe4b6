"""What goes on without anyone waiting: sends what is due, runs the periodic work."""

from flask import Flask

from app.worker import commands


def init_app(app: Flask) -> None:
    app.cli.add_command(commands.worker)
    app.cli.add_command(commands.restored)
