"""Demonstration data, and all that `make run` starts on one's own machine."""

from flask import Flask

from app.demo import commands


def init_app(app: Flask) -> None:
    app.cli.add_command(commands.demo)
