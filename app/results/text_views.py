"""Reading and releasing what people wrote, and a school's page of what was released."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import ngettext

from app import security
from app.accounts.models import Role as AccountRole
from app.extensions import db
from app.outside import number
from app.questionnaires.kinds import TEXT_LIMIT, tidy
from app.results import selection, texts, views
from app.results.scopes import Scope
from app.results.selection import Selection
from app.results.thresholds import FULL

blueprint = Blueprint("results_texts", __name__)
READS = (AccountRole.ADMIN, AccountRole.ANALYST)


@blueprint.get("/desk/results/texts")
@security.role(*READS)
def list_waiting():
    """Show texts to read of one round, or those that somebody decided on, a page at a time."""
    chosen = selection.of_request(Scope())
    wanted = texts.decided if "decided" in request.args else texts.waiting
    shown = wanted(chosen.round.id, request.args.get("page", 1, type=number)) if chosen else None
    return render_template("results/list_waiting.html", chosen=chosen, shown=shown, longest=TEXT_LIMIT)


@blueprint.post("/desk/results/texts")
@security.role(*READS)
def decide():
    """Release or hold back each text that was decided on; what is open, or cannot be released, stays as it was."""
    decided, refused = _decided()
    done = sum(texts.decide(key, one) for key, one in decided.items())
    db.session.commit()
    flash(ngettext("%(num)s text was decided on.", "%(num)s texts were decided on.", done))
    if refused:
        words = ngettext(
            "%(num)s text stays as it was: what is released has 1 to %(most)s characters. Else hold it back.",
            "%(num)s texts stay as they were: what is released has 1 to %(most)s characters. Else hold it back.",
            refused,
            most=TEXT_LIMIT,
        )
        flash(words, "error")
    kept: dict[str, Any] = {name: request.form.get(name) or None for name in ("round", "decided", "page")}
    return redirect(url_for("results_texts.list_waiting", **kept), 303)


def _decided() -> tuple[dict[str, dict[str, str]], int]:
    """Return key → question → the text to release, "" to hold it back; and how many cannot be released."""
    decided: dict[str, dict[str, str]] = {}
    refused = 0
    for name, choice in request.form.items():
        if name.endswith(".choice") and name.count(".") == 2:
            key, question, _choice = name.split(".")
            text = tidy(request.form.get(f"{key}.{question}.text")) if choice == "release" else ""
            if choice == "release" and not 0 < len(text) <= TEXT_LIMIT:
                refused += 1
            else:
                decided.setdefault(key, {})[question] = text
    return decided, refused


@blueprint.get("/desk/schools/<brin>/results/texts")
@security.role(*views.READERS)
def list_texts(brin: str):
    return views.of_school(brin, views.Page("results/list_texts.html", _texts, ignored=("pathway",)))


def _texts(chosen: Selection) -> dict:
    shown = chosen.report.persons >= FULL
    return {"texts": texts.released(chosen.round.id, chosen.role, chosen.scope) if shown else None}
