"""Opting out: a page that asks, and the POST that does it, from that page or from a mail program's own button."""

from flask import Blueprint, render_template

from app import security
from app.extensions import db
from app.mailing import opt_outs

blueprint = Blueprint("mailing", __name__)


@blueprint.get("/opt-out/<token>")
@security.link
def ask_opt_out(token: str):
    known = opt_outs.hash_in(token) is not None
    return render_template("mailing/opt_out.html", known=known), 200 if known else 404


@blueprint.post("/opt-out/<token>")
@security.link
def opt_out(token: str):
    """One-click unsubscribe (RFC 8058): the link is the credential, so no session token is asked for."""
    hashed = opt_outs.hash_in(token)
    if hashed is None:
        return render_template("mailing/opt_out.html", known=False), 404
    opt_outs.opt_out(hashed)
    db.session.commit()
    return render_template("mailing/opted_out.html")
