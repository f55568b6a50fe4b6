"""What is shown: editions of the answers, and the figures made of them."""

from flask import Flask

from app.responses.after_sending import register
from app.results import after_sending, commands, commands_history, text_views, views, words


def init_app(app: Flask) -> None:
    app.register_blueprint(views.blueprint)
    app.register_blueprint(text_views.blueprint)
    register(app, after_sending.beside)
    app.cli.add_command(commands.group)
    app.cli.add_command(commands_history.group)
    app.jinja_env.globals["figures_in"] = words
