"""The trainer's page: students, ways to pass a link on, lights."""

from flask import Flask

from app.forwarding import mails, views


def init_app(app: Flask) -> None:
    app.register_blueprint(views.blueprint)
    mails.init_app(app)
