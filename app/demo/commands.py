"""`flask demo`."""

import os

import click
from flask import current_app

from app.cli import Unusable, emit, json_option
from app.demo import ready_links, world
from app.extensions import db


@click.command("demo")
@json_option
def demo(as_json: bool) -> None:
    """Fill an empty database with demonstration data, once, and print links to follow."""
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
    emit(ready_links.ready_links(password, os.environ.get("MAILBOX_URL")), as_json)
