"""What is shown: editions of the answers, and the figures made of them."""

from flask import Flask

from app.results import models  # noqa: F401


def init_app(app: Flask) -> None:
    """Results have no pages yet."""
