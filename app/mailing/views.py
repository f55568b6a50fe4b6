"""Opting out: a page that asks, and the POST that does it, from that page or from a mail program's own button."""

from flask import Blueprint, render_template, request

from app import rate_limits, security
from app.extensions import db
from app.mailing import opt_outs

blueprint = Blueprint("mailing", __name__)


@blueprint.get("/opt-out/<token>")
@security.link
def ask_opt_out(token: str):
    hashed = opt_outs.hash_in(token)
    if hashed is None:
        return _unknown()
    if opt_outs.holds(hashed):
        return render_template("mailing/opted_out.html", token=token)
    return render_template("mailing/opt_out.html", pause=opt_outs.pause_until())


@blueprint.post("/opt-out/<token>")
@security.link
def opt_out(token: str):
    """One-click unsubscribe (RFC 8058): the link is the credential, so no session token is asked for."""
    hashed = opt_outs.hash_in(token)
    if hashed is None:
        return _unknown()
    pause = opt_outs.pause_until() if request.form.get("scope") == "pause" else None
    opt_outs.opt_out(hashed, pause)
    db.session.commit()
    return render_template("mailing/opted_out.html", token=token, pause=pause)


@blueprint.post("/opt-out/<token>/undo")
@security.link
def undo_opt_out(token: str):
    hashed = opt_outs.hash_in(token)
    if hashed is None:
        return _unknown()
    opt_outs.undo(hashed)
    db.session.commit()
    return render_template("mailing/opted_in.html")


def _unknown() -> tuple[str, int]:
    rate_limits.count_unknown_link()
    return render_template("forwarding/ended.html", state="unknown"), 404
