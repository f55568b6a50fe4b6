"""What is shown: editions of the answers, and the figures made of them."""

from flask import Flask

from app.responses.after_sending import register
from app.results import (
    after_sending,
    commands,
    commands_export,
    commands_history,
    commands_publish,
    microdata_views,
    publication_views,
    text_views,
    views,
    words,
)
from app.results.downloads import views as downloads

BLUEPRINTS = (
    views.blueprint,
    text_views.blueprint,
    downloads.blueprint,
    microdata_views.blueprint,
    publication_views.blueprint,
)


def init_app(app: Flask) -> None:
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    register(app, after_sending.beside)
    commands_export.add_to(commands.group)
    commands_publish.add_to(commands.group)
    app.cli.add_command(commands.group)
    app.cli.add_command(commands_history.group)
    app.jinja_env.globals["figures_in"] = words
