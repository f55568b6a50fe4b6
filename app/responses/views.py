"""The respondent's way: start, one form per theme, summary, send, thanks. Works without scripts and without cookies."""

from typing import Any

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for

from app import languages, security
from app.extensions import csrf, db
from app.questionnaires.definition import Page
from app.responses import draft_keys, drafts, receipts, seat_access, sending
from app.responses.draft_keys import DraftKey
from app.responses.drafts import DraftElsewhere
from app.responses.journey import SUMMARY, Journey
from app.responses.seat_access import LinkEnded, Opened

blueprint = Blueprint("responses", __name__)
csrf.exempt(blueprint)  # the link in the form's address is the credential; a page left open overnight still saves

ENDED = {"unknown": 404, "replaced": 410, "withdrawn": 410, "sent": 410, "closed": 410}
PAGE_OF = {"withdrawn": "closed"}


@blueprint.get("/s/<token>")
@security.link
def show_start(token: str):
    """Say what this is and for which placement; a scanner that looks changes nothing."""
    journey = Journey.of(seat_access.open_link(token), _key_of)
    if journey.is_elsewhere:
        return _ask_code(token, journey)
    return render_template("responses/start.html", journey=journey, token=token)


@blueprint.post("/s/<token>")
@security.link
def start(token: str):
    """Press Start: the first page, or where the draft was left. With a code: the same on another device."""
    journey = Journey.of(seat_access.open_link(token), _key_of)
    if journey.is_elsewhere and request.form.get("again"):
        journey.begin_again()
    elif journey.is_elsewhere and not journey.try_code(request.form.get("code", "")):
        db.session.commit()  # a wrong try counts
        return _ask_code(token, journey, wrong="code" in request.form)
    journey.ensure_key()
    drafts.start(journey.opened)
    db.session.commit()
    return _show_page(token, journey, journey.page_to_resume())


@blueprint.get("/s/<token>/<page_id>")
@security.link
def show_page(token: str, page_id: str):
    journey = Journey.of(seat_access.open_link(token), _key_of)
    if not journey.may_go_on:
        return redirect(url_for("responses.show_start", token=token))
    if page_id == SUMMARY:
        return _show_summary(token, journey)
    page = journey.page(page_id)
    if page is None:
        return redirect(url_for("responses.show_start", token=token))
    return _show_page(token, journey, page)


@blueprint.post("/s/<token>/<page_id>")
@security.link
def save_page(token: str, page_id: str):
    """Save a page, then go where the pressed button leads; on the summary, send."""
    sends = page_id == SUMMARY and request.form.get("go") == "send"
    opened = seat_access.open_link(token, also_sent=sends)
    if sends:
        return _send(token, opened)
    journey = Journey.of(opened, _key_of)
    page = journey.page(page_id)
    if page is None:
        return _go(token, journey, journey.pages[-1].id)
    form = journey.form(page, languages.current(), request.form)
    valid = form.validate()
    try:
        follow_ups = journey.save(page, form)
    except DraftElsewhere:
        db.session.rollback()
        return _ask_code(token, Journey.of(opened, _key_of), status=409)
    db.session.commit()
    if not valid:
        return _show_page(token, journey, page, form, status=422)
    if follow_ups and request.form.get("go") == "next":
        return _go(token, journey, page.id, anchor=follow_ups[0])
    return _go(token, journey, journey.after(page, request.form.get("go", "")))


@blueprint.errorhandler(LinkEnded)
def show_ended(ended: LinkEnded):
    """Each way a link can end has its own plain page, that says what to do next."""
    db.session.rollback()
    state = ended.state
    page = PAGE_OF.get(state, state)
    return render_template("responses/ended.html", state=state, page=page, seat=ended.seat), ENDED[state]


@blueprint.route("/receipt", methods=["GET", "POST"])
@security.public
def show_receipt():
    """Read or withdraw one's own answers; the code is posted, so that no address ever holds it."""
    code = request.form.get("receipt", "")
    if request.form.get("go") == "withdraw" and receipts.withdraw(code):
        db.session.commit()
        return render_template("responses/receipt.html", withdrawn=True)
    response = receipts.find(code)
    answers = response and Journey.answers_of(response, languages.current())
    return render_template("responses/receipt.html", code=code, answers=answers), 200 if answers or not code else 404


def _send(token: str, opened: Opened):
    """Answer with the thanks directly: the same POST again shows them again, so a lost reply loses nothing."""
    receipt = request.form.get("receipt", "")
    try:
        response = sending.send(opened, _key_of(opened), receipt)
    except (DraftElsewhere, ValueError):
        db.session.rollback()
        return redirect(url_for("responses.show_start", token=token))
    db.session.commit()
    answers = Journey.answers_of(response, languages.current())
    page = render_template("responses/thanks.html", answers=answers, receipt=receipt, role=response.role)
    answer = make_response(page)
    answer.delete_cookie(draft_keys.cookie_name(opened.seat), path="/s/")
    return answer


def _show_page(token: str, journey: Journey, page: Page, form: Any = None, status: int = 200) -> Response:
    form = form or journey.form(page, languages.current())
    shown = render_template("responses/theme.html", journey=journey, page=page, form=form, token=token)
    return _with_key(make_response(shown, status), journey)


def _show_summary(token: str, journey: Journey) -> Response:
    answers = journey.answers_so_far(languages.current())
    receipt = receipts.new_receipt()
    shown = render_template("responses/summary.html", journey=journey, answers=answers, receipt=receipt, token=token)
    return _with_key(make_response(shown), journey)


def _ask_code(token: str, journey: Journey, *, wrong: bool = False, status: int = 200) -> Response:
    tries_left = journey.tries_left()
    shown = render_template("responses/code.html", journey=journey, token=token, wrong=wrong, tries_left=tries_left)
    return make_response(shown, 403 if wrong else status)


def _go(token: str, journey: Journey, page_id: str, anchor: str | None = None) -> Any:
    """Redirect to the page; for a browser without cookies show it at once, since its key travels in the form."""
    if journey.key_in_cookie or journey.opened.channel.is_private:
        return redirect(url_for("responses.show_page", token=token, page_id=page_id, _anchor=anchor), 303)
    if page_id == SUMMARY:
        return _show_summary(token, journey)
    page = journey.page(page_id)
    assert page is not None
    return _show_page(token, journey, page)


def _key_of(opened: Opened) -> DraftKey | None:
    """Return the draft key of this browser: from its cookie, else from the form."""
    seat = opened.seat
    in_cookie = draft_keys.read_key(seat, request.cookies.get(draft_keys.cookie_name(seat)))
    in_form = draft_keys.read_key(seat, request.form.get("draft"))
    return in_form or in_cookie


def _with_key(answer: Response, journey: Journey) -> Response:
    """Leave the draft key with the browser; `here` leaves none, handing the device back ends it."""
    if journey.key and journey.keeps_cookie:
        answer.set_cookie(
            draft_keys.cookie_name(journey.opened.seat),
            journey.key.token(),
            max_age=60 * 24 * 3600,
            path="/s/",
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
    return answer
