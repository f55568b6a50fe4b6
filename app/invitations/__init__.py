"""Who is asked: rounds, seats, proposals and batches, personal links, reach."""

from collections.abc import Sequence

from flask import Flask

from app.invitations import commands, mails, seats, test_mails
from app.invitations.desk import pages
from app.placements.signals import placements_loaded


def _follow_placements(_sender: object, ids: Sequence[int], other_trainer: Sequence[int]) -> None:
    seats.follow(ids, other_trainer)


def init_app(app: Flask) -> None:
    app.register_blueprint(pages)
    mails.init_app(app)
    test_mails.init_app(app)
    placements_loaded.connect(_follow_placements)
    for command in (
        commands.rounds,
        commands.batches,
        commands.reach,
        commands.links,
        commands.questionnaires,
    ):
        app.cli.add_command(command)
