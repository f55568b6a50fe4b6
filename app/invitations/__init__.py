"""Who is asked: rounds, seats, proposals and batches, personal links, reach."""

import datetime as dt
from collections.abc import Sequence

from flask import Flask

from app.invitations import commands, freezing, handing_over, mail_commands, mails, rounds, seats, trial_mails, words
from app.invitations.desk import agreements, pages
from app.placements.signals import placements_changing, placements_known, placements_leaving, placements_loaded


def _count_what_is_over(_sender: object) -> None:
    freezing.freeze_closed()


def _follow_placements(
    _sender: object, ids: Sequence[int], other_trainer: Sequence[int], undone: dt.datetime | None, **_when: object
) -> None:
    seats.follow(ids, other_trainer)
    if undone:
        handing_over.hold_again(other_trainer, undone)


def init_app(app: Flask) -> None:
    app.register_blueprint(pages)
    app.register_blueprint(agreements.blueprint)
    app.jinja_env.globals["words_for"] = words
    app.extensions["opt_out_pause"] = rounds.last_running_day
    mails.init_app(app)
    trial_mails.init_app(app)
    placements_changing.connect(_count_what_is_over)
    placements_loaded.connect(_follow_placements)
    placements_leaving.connect(seats.remove)
    placements_known.connect(seats.known)
    for command in (
        commands.rounds,
        commands.batches,
        commands.reach,
        commands.links,
        commands.questionnaires,
        mail_commands.bounces,
    ):
        app.cli.add_command(command)
