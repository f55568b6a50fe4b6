"""The respondent's pages as text: the first one and one per theme. What is the same for everybody is rendered once."""

from typing import Any

from flask import render_template
from flask_babel import format_date
from flask_babel import gettext as _
from markupsafe import Markup
from wtforms import Form

from app import languages, skeletons
from app.questionnaires.definition import Page, visible_questions
from app.responses.asked import AskedSeat
from app.responses.journey import Journey

HIDDEN = Markup('<input type="hidden" name="{}" value="{}">')


def start(journey: Journey, action: str, **preview: Any) -> str:
    """Return the page that says what this is and for which placement."""
    opened = journey.opened
    places = _places(journey, action) | {
        "programme": opened.seat.programme,
        "school": opened.seat.school,
        "company": opened.seat.company,
        "period": _period(opened.seat),
    }
    if passed_on := journey.was_passed_on:
        places["trainer"] = opened.seat.trainer or _("Your trainer")
    shown = {"opened": opened, "questionnaire": opened.questionnaire, "goes_on": journey.holds_draft}
    if preview:
        return render_template("responses/start.html", **places, **shown, **preview)
    same_for = (opened.questionnaire.digest, len(journey.pages), opened.pathway, journey.holds_draft, passed_on)
    return skeletons.page("responses/start.html", same_for, places, lambda: shown)


def theme(journey: Journey, page: Page, action: str, form: Form | None = None, **preview: Any) -> str:
    """Return the page of a theme, with the answers in `form`, else with those of the draft."""
    places = _places(journey, action)
    if code := journey.code_on(page):
        places["code"] = code

    def shown() -> dict[str, Any]:
        return {
            "page": page,
            "pathway": journey.opened.pathway,
            "number": journey.number(page),
            "total": len(journey.pages),
            "form": form or journey.form(page, languages.current()),
            "here": journey.is_here,
            "may_leave_address": journey.may_leave_address,
            "own_mail": journey.came_by_own_mail,
        }

    if form or preview or any(question.id in journey.answers for question in page.questions):
        return render_template("responses/theme.html", **places, **shown(), **preview)
    asked = [question.id for question in visible_questions(page, journey.answers, journey.opened.pathway)]
    kind = (journey.opened.questionnaire.digest, len(journey.pages), journey.opened.pathway, page.id)
    same_for = (*kind, journey.is_here, journey.may_leave_address, journey.came_by_own_mail, *asked)
    return skeletons.page("responses/theme.html", same_for, places, shown)


def hidden_inputs(journey: Journey) -> Markup:
    """Return what travels in every form of a journey."""
    return Markup().join(HIDDEN.format(name, value) for name, value in journey.hidden.items())


def _places(journey: Journey, action: str) -> dict[str, str]:
    language_href = languages.language_url(languages.other())
    return {"action": action, "language_href": language_href, "hidden": hidden_inputs(journey)}


def _period(seat: AskedSeat) -> str:
    first, last = (format_date(day, "d MMM y") for day in (seat.begins_on, seat.ends_on))
    return _("%(from)s to %(until)s", **{"from": first, "until": last})
