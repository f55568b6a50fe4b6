"""Pages for anyone: what this is, and whether it runs."""

import sqlalchemy as sa
from flask import Blueprint, render_template

from app import security
from app.extensions import db

blueprint = Blueprint("public", __name__)


@blueprint.get("/")
@security.public
def show_home():
    return render_template("public/home.html")


@blueprint.get("/health")
@security.public
def show_health():
    """Say "ok" when the database answers, for whoever watches the service."""
    db.session.execute(sa.select(1))
    return "ok", 200, {"Content-Type": "text/plain"}
