"""The trainer's page: students, ways to pass a link on, ways out, and what the desk makes of these."""

from flask import Flask

from app.forwarding import exits, mails, opting_out, reminding, views, worklist
from app.placements.signals import placements_leaving, placements_loaded


def init_app(app: Flask) -> None:
    app.register_blueprint(views.blueprint)
    app.register_blueprint(worklist.blueprint)
    mails.init_app(app)
    opting_out.init_app(app)
    reminding.init_app(app)
    worklist.init_app(app)
    placements_loaded.connect(exits.follow)
    placements_leaving.connect(exits.remove)
