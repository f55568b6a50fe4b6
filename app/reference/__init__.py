"""What everyone looks up: sectors, programmes, schools, regions."""

from flask import Flask

from app.reference import commands


def init_app(app: Flask) -> None:
    app.cli.add_command(commands.group)
