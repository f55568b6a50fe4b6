"""What was answered: from the personal link to the receipt. Drafts belong to seats, responses name none."""

from flask import Flask

from app.invitations.seats import seats_replaced
from app.responses import commands, drafts, link_death_views, preview, reminders, views


def _erase_drafts(_sender: object, ids: list[int]) -> None:
    drafts.erase(ids)


def init_app(app: Flask) -> None:
    app.register_blueprint(views.blueprint)
    app.register_blueprint(preview.blueprint)
    app.register_blueprint(link_death_views.blueprint)
    reminders.init_app(app)
    app.cli.add_command(commands.responses)
    app.cli.add_command(commands.receipts)
    seats_replaced.connect(_erase_drafts)
