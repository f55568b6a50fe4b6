"""Questionnaires at the desk: which there are, and each to be clicked through as respondents see it.

Nothing of a preview is stored: its answers travel in the forms, and are gone when the page is left.
"""

import datetime as dt
import json
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from wtforms import Form

from app import clock, languages, security
from app.accounts.models import Role
from app.invitations.links import Channel
from app.invitations.words import CHANNELS, ONE_ROLE
from app.questionnaires import loader
from app.questionnaires.definition import Page, Questionnaire
from app.questionnaires.kinds import KINDS
from app.responses import pages, usage
from app.responses.asked import AskedSeat
from app.responses.journey import SUMMARY, Journey
from app.responses.models import CompletionCounter
from app.responses.seat_access import Opened

blueprint = Blueprint("questionnaires", __name__, url_prefix="/desk/questionnaires")
PATHWAY = "<any(BOL, BBL, OVO):pathway>"
RECEIPT = "VOOR-BEEL-DXXX-XXXX-XXXX"


class Preview(Journey):
    """A journey of nobody: its answers travel along."""

    @property
    def hidden(self) -> dict[str, str]:
        return {"csrf_token": generate_csrf(), "carried": json.dumps(self.answers)}

    def state(self, page: Page) -> str:
        return "done"  # of nothing stored it is not known


@blueprint.get("")
@security.role(Role.ADMIN)
def list_questionnaires():
    words = {"roles": ONE_ROLE, "channels": CHANNELS, "longest": CompletionCounter.LONGEST}
    return render_template("questionnaires/list_questionnaires.html", usages=usage.everything(), **words)


@blueprint.get(f"/<questionnaire_id>/{PATHWAY}")
@security.role(Role.ADMIN)
def show_start(questionnaire_id: str, pathway: str):
    preview = _preview(questionnaire_id, pathway)
    shows = _shows(preview)
    return pages.start(preview, url_for("questionnaires.start", **shows), preview=shows)


@blueprint.post(f"/<questionnaire_id>/{PATHWAY}")
@security.role(Role.ADMIN)
def start(questionnaire_id: str, pathway: str):
    preview = _preview(questionnaire_id, pathway)
    return _show(preview, preview.pages[0].id)


@blueprint.get(f"/<questionnaire_id>/{PATHWAY}/<page_id>")
@security.role(Role.ADMIN)
def show_page(questionnaire_id: str, pathway: str, page_id: str):
    return _show(_preview(questionnaire_id, pathway), page_id)


@blueprint.post(f"/<questionnaire_id>/{PATHWAY}/<page_id>")
@security.role(Role.ADMIN)
def leave_page(questionnaire_id: str, pathway: str, page_id: str):
    """Check a page as a respondent's is, and show the one the pressed button leads to."""
    preview = _preview(questionnaire_id, pathway)
    if page_id == SUMMARY:
        return _leave_summary(preview)
    page = preview.page(page_id) or abort(404)
    form = preview.form(page, languages.current(), request.form)
    valid = form.validate()
    asked = request.form.get("asked", "").split()
    preview.take(page, form, asked)
    if not valid:
        return _show_theme(preview, page, form), 422
    go = request.form.get("go", "")
    waiting = go == "next" and preview.follow_ups(page, asked)
    return _show(preview, page.id if waiting else preview.after(page, go))


def _leave_summary(preview: Preview) -> str:
    go = request.form.get("go")
    if go == "send":
        answers = preview.answers_so_far(languages.current())
        posted = preview.hidden | {"go": "send"}
        return _render("thanks", preview, answers=answers, receipt=RECEIPT, posted=posted)
    change = request.form.get("change", SUMMARY)
    return _show(preview, preview.pages[-1].id if go == "back" else change)


def _preview(questionnaire_id: str, pathway: str) -> Preview:
    questionnaire = loader.load_all().get(questionnaire_id) or abort(404)
    opened = Opened(_nobodys_seat(questionnaire, pathway), Channel.DIRECT, questionnaire)
    return Preview(opened, None, None, answers=_carried(questionnaire))


def _nobodys_seat(questionnaire: Questionnaire, pathway: str) -> AskedSeat:
    today = clock.today()
    return AskedSeat(
        id=0,
        role=questionnaire.role,
        version=1,
        round_id=0,
        channel=None,
        mailed_at=None,
        opened_at=None,
        started_at=None,
        refusal=None,
        sent=False,
        brin="",
        crebo="",
        pathway=pathway,
        begins_on=today - dt.timedelta(days=140),
        ends_on=today,
        programme=_("Example programme"),
        school=_("Example school"),
        company=_("Example company"),
        language=None,
        questionnaire=questionnaire.id,
        modules=[],
        closes_on=today,
        closed_at=None,
        seat_days=0,
        trainer=None,
    )


def _carried(questionnaire: Questionnaire) -> dict[str, Any]:
    """Return the answers that came along, each held against its question like any other."""
    try:
        carried = json.loads(request.form.get("carried", "{}"))
    except (ValueError, RecursionError):
        abort(400)
    if not isinstance(carried, dict):
        abort(400)
    answers = {q.id: KINDS[q.kind].clean(q, carried[q.id]) for q in questionnaire.questions() if q.id in carried}
    return {id_: value for id_, value in answers.items() if value is not None}


def _show(preview: Preview, page_id: str) -> str:
    if page_id == SUMMARY:
        answers = preview.answers_so_far(languages.current())
        return _render("summary", preview, answers=answers, receipt=RECEIPT)
    page = preview.page(page_id) or abort(404)
    return _show_theme(preview, page)


def _show_theme(preview: Preview, page: Page, form: Form | None = None) -> str:
    return pages.theme(preview, page, _action(preview, page.id), form, preview=_shows(preview))


def _render(template: str, preview: Preview, **shown: Any) -> str:
    """Render the very page respondents see at the end, with its form leading back here."""
    places = {"action": _action(preview, SUMMARY), "hidden": pages.hidden_inputs(preview), "preview": _shows(preview)}
    return render_template(f"responses/{template}.html", **places, **shown)


def _action(preview: Preview, page_id: str) -> str:
    return url_for("questionnaires.leave_page", page_id=page_id, **_shows(preview))


def _shows(preview: Preview) -> dict[str, Any]:
    return {"questionnaire_id": preview.opened.questionnaire.id, "pathway": preview.opened.pathway}
