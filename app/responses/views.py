"""The respondent's way: start, one form per theme, summary, send, thanks. Works without scripts and without cookies."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for

from app import browser, confirming, languages, security
from app.extensions import csrf, db, limiter
from app.forwarding import exits
from app.invitations.links import Channel, LinkEnded
from app.questionnaires.definition import Page
from app.responses import after_sending, draft_keys, pages, receipts, reminders, seat_access, sending
from app.responses.drafts import DraftElsewhere
from app.responses.journey import SUMMARY, Journey, sent_answers
from app.responses.seat_access import Opened
from app.responses.sending import NothingAnswered

blueprint = Blueprint("responses", __name__)
csrf.exempt(blueprint)  # the link in the form's address is the credential; a page left open overnight still saves

ENDED = {"unknown": 404, "replaced": 410, "withdrawn": 410, "sent": 410, "closed": 410, "gone": 410}
PAGE_OF = {"withdrawn": "closed"}
LATER = "later"
OWN_LINKS, NOT_MES = "6 per day", "10 per day"
NOT_ME = {"not-me": exits.say_not_me, "is-me": exits.clear_obstacles}


@blueprint.get("/s/<token>")
@security.link
def show_start(token: str):
    """Say what this is and for which placement; a scanner that looks changes nothing."""
    journey = _journey(token)
    if journey.is_elsewhere:
        return browser.try_cookies(_ask_code(token, journey, wrong="wrong" in request.args))
    return browser.try_cookies(make_response(pages.start(journey, _address(token))))


@blueprint.post("/s/<token>")
@security.link
def start(token: str):
    """Press Start: the first page, or where the draft was left. With a code: the same on another device.

    Without a button's value nothing was pressed: some robots send every form they find.
    """
    journey = _journey(token)
    go, code = request.form.get("go"), request.form.get("code", "")
    if go in NOT_ME and journey.was_passed_on:
        with limiter.limit(NOT_MES, key_func=lambda: f"not me {request.path}"):
            NOT_ME[go](journey.opened.seat.id)
        db.session.commit()
        return redirect(url_for("responses.show_not_me", token=token), 303) if go == "not-me" else _to_start(token)
    if go != "start":
        return _to_start(token)
    if journey.is_elsewhere and not journey.take_over(code, again="again" in request.form):
        db.session.commit()  # a wrong try counts
        return _to_start(token, wrong="code" in request.form or None)
    journey.start()
    if journey.was_passed_on:
        exits.clear_obstacles(journey.opened.seat.id)
    db.session.commit()
    return _go(token, journey, journey.page_to_resume())


@blueprint.get("/s/<token>/not-me")
@security.link
def show_not_me(token: str):
    """Thank who said that the link is not for them."""
    if not _journey(token).was_passed_on:
        return _to_start(token)
    return render_template("responses/not_me.html", action=_address(token))


@blueprint.get("/s/<token>/<page_id>")
@security.link
def show_page(token: str, page_id: str):
    journey = _journey(token)
    return _show(token, journey, page_id, request.args) if journey.may_go_on else _to_start(token)


@blueprint.post("/s/<token>/<page_id>")
@security.link
def save_page(token: str, page_id: str):
    """Save a page, then go where the pressed button leads."""
    journey = _journey(token, hold=True)
    page = journey.page(page_id) or abort(404)
    if not request.form:
        return _to_start(token)
    form = journey.form(page, languages.current(), request.form)
    valid = form.validate()
    go = request.form.get("go", "")
    stops = go == "stop" and journey.is_here
    asked = request.form.get("asked", "").split()
    try:
        journey.save(page, form, asked, goes_on=go == "next")
        code = journey.hand_back() if stops else None
    except DraftElsewhere:
        db.session.rollback()
        return _to_start(token)
    db.session.commit()
    if stops:
        return _hand_back(token, journey, code)
    if go == "later" and valid:
        return _go(token, journey, LATER)
    if not valid:  # stays on screen, since what cannot be saved stands nowhere else
        return _show_page(token, journey, page, form, status=422)
    follow_ups = journey.follow_ups(page, asked)
    if follow_ups and go == "next":
        return _go(token, journey, page.id, anchor=follow_ups[0])
    return _go(token, journey, journey.after(page, go))


@blueprint.get("/s/<token>/handed-back")
@security.link
def show_handed_back(token: str):
    """Show the code once: whoever has the device next must not find it."""
    seat_access.open_link(token)
    return render_template("responses/handed_back.html", code=browser.told())


@blueprint.post("/s/<token>/later")
@limiter.limit(OWN_LINKS, key_func=lambda: f"own {request.path}")
@security.link
def leave_address(token: str):
    """Mail somebody their own link, and keep the address for one reminder."""
    journey, address = _journey(token, hold=True), request.form.get("address", "")
    if not journey.may_leave_address:
        return _to_start(token)
    if not reminders.leave_address(journey, address):
        return _go(token, journey, LATER, told=address, wrong=1)
    db.session.commit()
    return _go(token, journey, LATER, done=1)


@blueprint.post("/s/<token>/summary")
@security.link
def leave_summary(token: str):
    """Send, or go to a page to change something there."""
    if request.form.get("go") == "send":
        return _send(token)
    journey = _journey(token)
    if not journey.may_go_on:
        return _to_start(token)
    if request.form.get("go") == "back":
        return _go(token, journey, journey.pages[-1].id)
    wanted = journey.page(request.form.get("change", ""))
    return _go(token, journey, wanted.id if wanted else SUMMARY)


@blueprint.errorhandler(LinkEnded)
def show_ended(ended: LinkEnded):
    """Each way a link can end has its own plain page, that says what to do next."""
    db.session.rollback()
    page = PAGE_OF.get(ended.fault, ended.fault)
    return render_template("responses/ended.html", state=ended.fault, page=page), ENDED[ended.fault]


@blueprint.route("/receipt", methods=["GET", "POST"])
@security.public
def show_receipt():
    """Read or withdraw one's own answers; the code is posted, so that no address ever holds it."""
    code = request.form.get("receipt", "").strip()
    response = receipts.find(code)
    if response and request.form.get("go") == "withdraw":
        confirming.require("responses/confirm_withdraw.html")
        if receipts.withdraw(code):
            db.session.commit()
            return render_template("responses/receipt.html", withdrawn=True)
    answers = sent_answers(response, languages.current()) if response else None
    status = 404 if code and response is None else 200
    return render_template("responses/receipt.html", code=code, answers=answers), status


def _send(token: str):
    """Answer with the thanks directly: the same POST again shows them again, so a lost reply loses nothing."""
    opened = seat_access.open_link(token, also_sent=True)
    receipt = request.form.get("receipt", "")
    try:
        response = sending.send(opened, draft_keys.read_any(opened.seat, *_keys(opened)), receipt)
    except (DraftElsewhere, ValueError):
        db.session.rollback()
        return _to_start(token)
    except NothingAnswered:
        db.session.rollback()
        return _go(token, _journey(token), SUMMARY)
    answers = sent_answers(response, languages.current())
    db.session.expunge(response)  # so that it can still be shown after the commit without being read again
    db.session.commit()
    posted = {"receipt": receipt, "go": "send"}  # the same again shows the same, in the other language
    shown = {"answers": answers, "receipt": receipt, "action": _address(token, SUMMARY), "posted": posted}
    here = opened.channel is Channel.HERE  # then the device goes back, and shows nothing that leads to the answers
    beside = "" if here else after_sending.shown(response)
    answer = make_response(render_template("responses/thanks.html", **shown, here=here, beside=beside))
    answer.delete_cookie(draft_keys.cookie_name(opened.seat, here=here), path="/s/")
    return answer


def _hand_back(token: str, journey: Journey, code: str | None) -> Response:
    """End what this device held; a browser without cookies is shown the code at once."""
    if not browser.keeps_cookies():
        return make_response(render_template("responses/handed_back.html", code=code))
    answer = browser.tell(make_response(redirect(url_for("responses.show_handed_back", token=token), 303)), code or "")
    answer.delete_cookie(draft_keys.cookie_name(journey.opened.seat, here=True), path="/s/")
    return answer


def _journey(token: str, *, hold: bool = False) -> Journey:
    """Return the way behind a link as it stands in this browser, with `hold` so that it stays so; raises LinkEnded."""
    opened = seat_access.open_link(token, hold=hold)
    return Journey.of(opened, *_keys(opened))


def _address(token: str, page_id: str | None = None) -> str:
    """Return where the form of a page goes."""
    if page_id is None:
        return url_for("responses.start", token=token)
    if page_id == SUMMARY:
        return url_for("responses.leave_summary", token=token)
    return url_for("responses.save_page", token=token, page_id=page_id)


def _to_start(token: str, **said: Any):
    return redirect(url_for("responses.show_start", token=token, **said), 303)


def _show(token: str, journey: Journey, page_id: str, said: Mapping[str, Any]) -> Any:
    if page_id == LATER:
        return _later(token, journey, said)
    if page_id == SUMMARY:
        return _show_summary(token, journey)
    page = journey.page(page_id)
    return _show_page(token, journey, page) if page else _to_start(token)


def _show_page(token: str, journey: Journey, page: Page, form: Any = None, status: int = 200) -> Response:
    shown = pages.theme(journey, page, _address(token, page.id), form)
    return _with_key(make_response(shown, status), journey)


def _show_summary(token: str, journey: Journey) -> Response:
    shown = {
        "answers": journey.answers_so_far(languages.current()),
        "empty": journey.is_empty,
        "receipt": receipts.new_receipt(),
        "here": journey.is_here,
        "action": _address(token, SUMMARY),
        "hidden": pages.hidden_inputs(journey),
    }
    return _with_key(make_response(render_template("responses/summary.html", **shown)), journey)


def _later(token: str, journey: Journey, said: Mapping[str, Any]) -> Any:
    """Show where an address can be left; `said` tells whether one was, or that what was typed is none."""
    if not journey.may_leave_address or journey.draft is None:
        return _to_start(token)
    wrong = said.get("told", browser.told()) if "wrong" in said else None
    shown = {"wrong": wrong, "done": "done" in said and journey.draft.address, "address": journey.draft.address}
    places = {"action": url_for("responses.leave_address", token=token), "hidden": pages.hidden_inputs(journey)}
    page = render_template("responses/later.html", **places, **shown)
    return _with_key(make_response(page, 200 if wrong is None else 422), journey)


def _ask_code(token: str, journey: Journey, *, wrong: bool) -> Response:
    shown = {"wrong": wrong, "tries_left": journey.tries_left(), "here": journey.is_here}
    return make_response(render_template("responses/code.html", token=token, **shown), 403 if wrong else 200)


def _go(token: str, journey: Journey, page_id: str, anchor: str | None = None, told: str = "", **said: Any) -> Any:
    """Redirect to a page, so that Back and reload show pages.

    A browser without cookies is shown it at once, since its key travels in the form.
    """
    if journey.is_private or browser.keeps_cookies():
        target = url_for("responses.show_page", token=token, page_id=page_id, _anchor=anchor, **said)
        answer = _with_key(make_response(redirect(target, 303)), journey)
        return browser.tell(answer, told) if told else answer
    key = journey.key.token if journey.key else None
    journey = Journey.of(journey.opened, key, journey.cookie)  # with what was saved just now
    return _show(token, journey, page_id, said | {"told": told})


def _keys(opened: Opened) -> tuple[str | None, str | None]:
    """Return the draft keys this browser sends along, in a form and in a cookie.

    On the trainer's device the other cookie is the trainer's, if there is one: it must not become the student's key.
    """
    posted = request.form.get("draft") if request.method == "POST" else None
    here = opened.channel is Channel.HERE
    cookie = request.cookies.get(draft_keys.cookie_name(opened.seat, here=here))
    return posted, draft_keys.read_here(cookie) if here else cookie


def _with_key(answer: Response, journey: Journey) -> Response:
    """Leave the draft key with the browser; on the trainer's device until that is closed, given back or idle."""
    if due := journey.cookie_due:
        here = journey.is_here
        name, kept = draft_keys.cookie_name(journey.opened.seat, here=here), None if here else security.KEPT_SECONDS
        security.keep_in_browser(answer, name, due, "/s/", kept)
    return answer
