"""What is shown: editions of the answers, and the figures made of them."""

from flask import Flask

from app.results import commands, commands_history, views, words


def init_app(app: Flask) -> None:
    app.register_blueprint(views.blueprint)
    app.cli.add_command(commands.group)
    app.cli.add_command(commands_history.group)
    app.jinja_env.globals["figures_in"] = words
