"""What is shown: editions of the answers, and the figures made of them."""

from flask import Flask

from app.results import commands


def init_app(app: Flask) -> None:
    app.cli.add_command(commands.group)
