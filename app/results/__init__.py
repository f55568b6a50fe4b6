"""What is shown: editions of the answers, and the figures made of them."""

from flask import Flask

from app.responses.after_sending import register
from app.results import after_sending, commands, text_views, views, words
from app.results.downloads import commands as commands_export
from app.results.downloads import views as download_views
from app.results.history import commands as commands_history
from app.results.microdata import views as microdata_views
from app.results.publishing import commands as commands_publish
from app.results.publishing import views as publication_views

BLUEPRINTS = (
    views.blueprint,
    text_views.blueprint,
    download_views.blueprint,
    microdata_views.blueprint,
    publication_views.blueprint,
)
COMMANDS = (
    commands_export.export,
    commands_export.export_microdata,
    commands_publish.publish,
    commands_publish.verify,
)


def init_app(app: Flask) -> None:
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    register(app, after_sending.beside)
    for command in COMMANDS:
        commands.group.add_command(command)
    app.cli.add_command(commands.group)
    app.cli.add_command(commands_history.group)
    app.jinja_env.globals["figures_in"] = words
