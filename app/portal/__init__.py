"""What a school sees and does: its agreement, its students' addresses, and how many answered."""

from flask import Flask

from app.portal import models  # noqa: F401 (their tables)


def init_app(app: Flask) -> None:
    pass
