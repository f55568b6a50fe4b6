"""What is shown: editions of the answers, and the figures made of them."""

from flask import Flask

from app.results import commands_history, models  # noqa: F401


def init_app(app: Flask) -> None:
    """Results have no pages yet."""
    app.cli.add_command(commands_history.group)
