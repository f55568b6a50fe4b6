"""`flask demo`."""

import os
import sys
from contextlib import suppress

import click
import sqlalchemy as sa
from flask import current_app

from app.cli import Unusable, emit, json_option
from app.demo import ready_links, world
from app.demo.past import years
from app.extensions import db
from app.responses.models import Response
from app.results import editions
from app.results.history import loading as history_loading
from app.results.publishing import publication
from app.results.publishing.publication import PublicationRefused

USUAL_SCALE = 1.0


@click.command("demo")
@click.option(
    "--scale",
    type=click.FloatRange(min=0),
    help="How much of ten past years: 1, the default, is about 20,000 answers; 0 is none.",
)
@json_option
def demo(scale: float | None, as_json: bool) -> None:
    """Fill an empty database with demonstration data, once, and print links to follow.

    Past years that are missing are added to a demonstration that is there only when --scale says how much of them.
    """
    if current_app.config["BPV_ENV"] == "production":
        raise Unusable("demonstration data does not belong in production")
    password = os.environ.get("BPV_PASSWORD")
    try:
        built = world.is_built()
    except world.OtherData as error:
        raise Unusable("this database holds other data; the demonstration needs an empty one") from error
    if not built:
        password = password or "demonstratie-" + os.urandom(4).hex()
        world.build(password)
        db.session.commit()
        scale = USUAL_SCALE if scale is None else scale
    if scale:
        _build_years(scale)
    found = ready_links.ready_links(password, os.environ.get("MAILBOX_URL"))
    emit({**found, "responses": db.session.scalar(sa.select(sa.func.count()).select_from(Response))}, as_json)


def _build_years(scale: float) -> None:
    """Build the past years that are missing, and say on standard error how far it is."""
    missing = years.missing()
    with click.progressbar(length=len(missing), label="Past years", file=sys.stderr) as bar:
        for _responses in years.build(scale):
            db.session.commit()
            bar.update(1)
    history_loading.load()
    for measured in editions.with_answers():
        editions.make(measured)
        db.session.commit()
    for edition in reversed(editions.in_use()):
        with suppress(PublicationRefused):  # the round that runs, and one with too few answers
            publication.publish(edition.round)
            db.session.commit()
