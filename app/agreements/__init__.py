"""Which schools share their students' addresses, and since when."""

from flask import Flask

from app.agreements import commands


def init_app(app: Flask) -> None:
    app.cli.add_command(commands.group)
