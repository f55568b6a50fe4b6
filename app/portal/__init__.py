"""What a school sees and does: its agreement, its students' addresses, and how many answered."""

from flask import Flask

from app.portal import student_views, views  # noqa: F401 (they fill the blueprint)
from app.portal.blueprint import blueprint


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
