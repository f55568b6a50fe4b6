"""What a school sees and does: its agreement, its students' addresses, and how many answered."""

from flask import Flask

from app.portal import student_views


def init_app(app: Flask) -> None:
    app.register_blueprint(student_views.blueprint)
