"""Opting out: a page that asks once and says whose mails stop, and the POST of its button or a mail program's own."""

from typing import Any

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for

from app import security
from app.extensions import db
from app.mailing import opt_outs

blueprint = Blueprint("mailing", __name__)
SCOPES = ("all", "pause")


@blueprint.get("/opt-out/<token>")
@security.link
def ask_opt_out(token: str):
    hashed = _hash_in(token)
    if opt_outs.held(hashed):
        return _show_opted_out(token, hashed)
    return render_template("mailing/opt_out.html", pause=opt_outs.pause_until(), **_whose(hashed))


@blueprint.post("/opt-out/<token>")
@security.link
def opt_out(token: str):
    """Opt out, when a button of ours was pressed, or a mail program's: robots send forms too.

    That of a mail program is one-click unsubscribe (RFC 8058): the link is the credential, so no session token is asked
    for, and no redirect is answered.
    """
    hashed = _hash_in(token)
    one_click, scope = request.form.get("List-Unsubscribe") == "One-Click", request.form.get("scope")
    if one_click or scope in SCOPES:
        opt_outs.opt_out(hashed, opt_outs.pause_until() if scope == "pause" else None)
        db.session.commit()
    return _show_opted_out(token, hashed) if one_click else redirect(url_for("mailing.ask_opt_out", token=token), 303)


@blueprint.get("/opt-out/<token>/undo")
@security.link
def show_opted_in(token: str):
    hashed = _hash_in(token)
    if opt_outs.held(hashed):
        return redirect(url_for("mailing.ask_opt_out", token=token), 303)
    return render_template("mailing/opted_in.html")


@blueprint.post("/opt-out/<token>/undo")
@security.link
def undo_opt_out(token: str):
    hashed = _hash_in(token)
    if request.form.get("scope") == "none":
        opt_outs.undo(hashed)
        db.session.commit()
    return redirect(url_for("mailing.show_opted_in", token=token), 303)


def _whose(hashed: str) -> dict[str, Any]:
    return {"address": opt_outs.masked(hashed), "consequences": opt_outs.registered().consequences(hashed)}


def _show_opted_out(token: str, hashed: str) -> str:
    opted_out = opt_outs.held(hashed)
    pause = opted_out.until if opted_out else None
    return render_template("mailing/opted_out.html", token=token, pause=pause, **_whose(hashed))


def _hash_in(token: str) -> str:
    """Return the address hash a link carries; one that is not ours is answered with a page that says so."""
    hashed = opt_outs.hash_in(token)
    if hashed is None:
        abort(make_response(render_template("forwarding/ended.html", state="unknown"), 404))
    return hashed
