"""What goes when, and what persons ask: retention, finding, exporting, erasing and objecting."""

from flask import Flask

from app.privacy import models  # noqa: F401 (their tables)


def init_app(app: Flask) -> None:
    pass
