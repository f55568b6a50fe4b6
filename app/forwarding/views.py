"""The trainer's page, and the pages that say what to do next after choosing a way to pass a link on."""

import contextlib
from collections.abc import Mapping
from typing import Any

import segno
from flask import Blueprint, Response, abort, current_app, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from app import browser, languages, security
from app.extensions import csrf, db, limiter
from app.forwarding import exits, passing, trainers_page
from app.forwarding.exits import NotLeft
from app.forwarding.models import Exit
from app.forwarding.passing import NotPassedOn, Prepared, Way
from app.forwarding.trainers_page import Card
from app.invitations import links
from app.invitations.links import LinkEnded
from app.invitations.models import Invitation
from app.outside import number
from app.placements.models import Trainer

blueprint = Blueprint("forwarding", __name__)
csrf.exempt(blueprint)  # the link in the form's address is the credential

ENDED = {"unknown": 404, "replaced": 410, "withdrawn": 410}
ACTING = "60 per hour"
BACK, EXITS, OFFER = "trainer-back", "exits", "offer"
OF_COLLEAGUE = {
    "bad_address": "colleague_bad_address",
    "own_address": "colleague_own_address",
    "cannot_mail": "colleague_cannot_mail",
    "reported": "colleague_reported",
}
TRAINERS_EXITS = (Exit.NOT_MINE, Exit.STOPPED, Exit.UNREACHABLE, Exit.DATES, Exit.COLLEAGUE)


def _link_in_path() -> str:
    return "trainer " + request.path


@blueprint.get("/t/<token>")
@security.link
def show_page(token: str):
    """Ask who is there, once for each browser; then show the students."""
    trainer = trainers_page.open_link(token)
    if request.args.get("who") == "student":
        return render_template("forwarding/for_student.html")
    if not _is_remembered(trainer):
        return browser.try_cookies(make_response(render_template("forwarding/who.html")))
    return _show_students(trainer, request.args)


@blueprint.get("/t/<token>/<student>/<page>")
@security.link
def show_student(token: str, student: str, page: str):
    """Show what a way of passing on offers, or the ways out; `student` is the id of a seat, or all."""
    trainer = trainers_page.open_link(token)
    shown = _show_student(token, trainer, student, page, request.args) if _is_remembered(trainer) else None
    return shown or redirect(url_for("forwarding.show_page", token=token), 303)


@blueprint.post("/t/<token>")
@limiter.limit(ACTING, key_func=_link_in_path, exempt_when=lambda: not {"via", "exit"} & request.form.keys())
@security.link
def act(token: str):
    """Say who is there, pass a student's link on, or say what stands in its way; each leads to what to do next."""
    trainer, who = trainers_page.open_link(token), request.form.get("who")
    if who == "student" or (who != "trainer" and not _is_remembered(trainer)):
        return redirect(url_for("forwarding.show_page", token=token, who=who), 303)
    for name, do in (("via", _pass_on), ("ask", _ask_exits), ("exit", _leave), ("undo", _undo)):
        if name in request.form:
            return do(token, trainer)
    entries = [card.entry for card in trainers_page.cards(trainer)]
    trainers_page.enter(trainer, entries, languages.current())
    db.session.commit()
    return _go(token, trainer)


@blueprint.get("/t/back")
@security.public
def show_way_back():
    """Where a device that went to the student comes back to; only its own cookie knows whose page that is."""
    token, shown = request.cookies.get(BACK), {}
    if token:
        with contextlib.suppress(LinkEnded):
            shown = {"token": token, "language": trainers_page.open_link(token).language}
    return render_template("forwarding/back.html", **shown)


@blueprint.get("/t/take-over/<token>")
@security.link
def ask_take_over(token: str):
    """Ask a colleague for their address; looking takes nothing over."""
    seat = trainers_page.offered(token)
    shown = _take_over(seat, request.args.get("wrong"), browser.told())
    return browser.try_cookies(make_response(shown, 422 if "wrong" in request.args else 200))


@blueprint.post("/t/take-over/<token>")
@limiter.limit(ACTING, key_func=_link_in_path)
@security.link
def take_over(token: str):
    seat = trainers_page.offered(token)
    address = request.form.get("address", "")
    try:
        exits.take_over(seat, address)
    except NotLeft as error:
        db.session.rollback()
        if not browser.keeps_cookies():
            return _take_over(trainers_page.offered(token), error.fault, address), 422
        again = redirect(url_for("forwarding.ask_take_over", token=token, wrong=error.fault), 303)
        return browser.tell(make_response(again), address)
    db.session.commit()
    if not browser.keeps_cookies():
        return render_template("forwarding/taken_over.html", address=address)
    return browser.tell(make_response(redirect(url_for("forwarding.show_taken_over"), 303)), address)


@blueprint.get("/t/taken-over")
@security.public
def show_taken_over():
    return render_template("forwarding/taken_over.html", address=browser.told())


@blueprint.errorhandler(LinkEnded)
def show_ended(ended: LinkEnded):
    return render_template("forwarding/ended.html", state=ended.fault), ENDED[ended.fault]


def _qr(url: str, title: str) -> Markup:
    """Return the code of `url` as SVG, with a quiet zone around it; `title` is what a screen reader says.

    It stands within the page: no picture to fetch, and sharp on paper.
    """
    code = segno.make(url, error="m", micro=False)
    return Markup(code.svg_inline(border=4, title=title, svgclass="qr", lineclass=None, omitsize=True))  # noqa: S704


def _go(token: str, trainer: Trainer, student: str | int = "", page: str = "", **said: Any) -> Response:
    """Redirect to a page, so that Back and reload show pages.

    A browser without cookies is shown it at once, since only its forms say who is there.
    """
    if not browser.keeps_cookies():
        shown = _show_student(token, trainer, str(student), page, said) if page else None
        return _remember(shown or _show_students(trainer, said), trainer)
    if page:
        target = url_for("forwarding.show_student", token=token, student=student, page=page, **said)
    else:
        target = url_for("forwarding.show_page", token=token, **said)
    answer = _remember(make_response(redirect(target, 303)), trainer)
    return browser.tell(answer, request.form.get("address", "")) if "wrong" in said else answer


def _show_student(token: str, trainer: Trainer, student: str, page: str, said: Mapping[str, Any]) -> Response | None:
    """Return the page of one student, or the sheets of all; None when there is none such, or not any more."""
    cards = trainers_page.chosen(trainer, student, all_at_once=page == Way.SHEET)
    if not cards:
        return None
    if page == EXITS:
        return _show_exits(token, cards[0], said.get("wrong"))
    if page == OFFER:
        offer = url_for("forwarding.ask_take_over", token=exits.take_over_token(cards[0].entry.trainer), lang=None)
        url = current_app.config["PUBLIC_URL"] + offer
        return make_response(render_template("forwarding/offer.html", card=cards[0], url=url, **_to(token)))
    if page not in [way.value for way in Way]:
        return None
    found = (passing.prepared(card.entry, Way(page), said.get("text")) for card in cards)
    sheets = [prepared for prepared in found if prepared]
    return _show_prepared(token, Way(page), sheets) if sheets else None


def _pass_on(token: str, trainer: Trainer):
    way, language, student = request.form["via"], request.form.get("text"), request.form.get("seat", "")
    cards = trainers_page.chosen(trainer, student, all_at_once=way == Way.SHEET)
    if not cards or way not in [one.value for one in Way] or language not in (None, *languages.LANGUAGES):
        abort(400)
    try:
        for card in cards:
            passing.pass_on(card.entry, Way(way), request.form.get("address", ""))
    except NotPassedOn as error:
        db.session.rollback()
        return _go(token, trainer, wrong=error.fault, at=cards[0].entry.student.id)
    db.session.commit()
    return _go(token, trainer, student, way, **({"text": language} if language else {}))


def _show_prepared(token: str, way: Way, prepared: list[Prepared]) -> Response:
    if way is Way.SHEET:
        return make_response(render_template("forwarding/sheets.html", sheets=prepared, svg=_qr, **_to(token)))
    answer = make_response(render_template("forwarding/passed_on.html", prepared=prepared[0], svg=_qr, **_to(token)))
    if way is Way.HERE:
        security.keep_in_browser(answer, BACK, token, "/t/back")
    return answer


def _ask_exits(token: str, trainer: Trainer):
    return _go(token, trainer, _card(trainer).entry.student.id, EXITS)


def _leave(token: str, trainer: Trainer):
    """Take a way out of one student's link."""
    card, way = _card(trainer), request.form["exit"]
    student = card.entry.student.id
    if way == OFFER:
        return _go(token, trainer, student, OFFER)
    if way not in TRAINERS_EXITS:
        abort(400)
    try:
        if way == Exit.COLLEAGUE:
            exits.pass_to_colleague(card.entry, trainer, request.form.get("address", ""))
        else:
            exits.leave(card.entry, trainer, Exit(way), exits.day_of(request.form.get(f"{way}-day", "")))
    except NotLeft as error:
        db.session.rollback()
        return _go(token, trainer, student, EXITS, wrong=error.fault)
    db.session.commit()
    return _go(token, trainer, first=student)


def _undo(token: str, trainer: Trainer):
    try:
        exits.undo(trainer, request.form.get("undo", 0, type=number))
    except NotLeft as error:
        db.session.rollback()
        return _go(token, trainer, wrong=error.fault)
    db.session.commit()
    return _go(token, trainer)


def _card(trainer: Trainer) -> Card:
    """Return the card of the student this request is about; anything else is a 400."""
    found = trainers_page.chosen(trainer, request.form.get("seat", ""))
    return found[0] if found else abort(400)


def _show_exits(token: str, card: Card, fault: str | None) -> Response:
    error = _words(fault if fault == "reported" else OF_COLLEAGUE.get(fault or "", fault))
    shown = {"card": card, "months": exits.months(card.entry.placement.begins_on), "address": _typed(), **_to(token)}
    page = render_template("forwarding/exits.html", **shown, fault=fault if error else None, error=error)
    return make_response(page, 422 if error else 200)


def _take_over(seat: Invitation, fault: str | None, address: str) -> str:
    error = _words(OF_COLLEAGUE.get(fault or "", fault))
    shown = {"about": trainers_page.about(seat), "error": error, "address": address if error else ""}
    return render_template("forwarding/take_over.html", **shown)


def _to(token: str) -> dict[str, str]:
    """Return where the forms of a student's page lead."""
    return {"action": url_for("forwarding.act", token=token)}


def _typed() -> str:
    """Return the address that was typed, here or on the page before a redirect."""
    return request.form.get("address") or browser.told()


def _words(fault: str | None) -> str | None:
    """Return a fault in words, None for what is none."""
    words = {
        "colleague_bad_address": _("This is not a mail address. Check it, for instance name@company.nl."),
        "colleague_own_address": _("This is your own address. Type your colleague's."),
        "students_address": _("This is the student's own address. Type that of whoever guides the student."),
        "colleague_cannot_mail": _("We cannot mail this address. Give your colleague a link instead."),
        "cannot_mail_you": _("We cannot mail this address. Type another one of yours."),
        "too_often": _("This student was handed over three times already. Ask the school to settle it."),
        "colleague_reported": _("Somebody told us something about this student already. Ask your colleague."),
        "no_day": _("Fill in the day on which the placement ends."),
        "reported": _("You told us something about this student already. Take that back first."),
        "taken": _("Your colleague has begun already, so this cannot be taken back here."),
        "bad_address": _("This is not a mail address. Check it, for instance name@school.nl."),
        "own_address": _("This is your own address. Type the student's."),
        "cannot_mail": _("We cannot mail this address. Please choose another way."),
        "enough_mails": _("We mailed this student three times already. Please choose another way."),
        "sent": _("The student has already sent the questionnaire. You need not do anything."),
        "closed": _("This questionnaire is closed. You need not do anything."),
    }
    return words.get(fault or "")


def _show_students(trainer: Trainer, said: Mapping[str, Any]) -> Response:
    """Show all students; the one that something was said of just now (`first`) stands on top, a fault where it is."""
    cards = sorted(trainers_page.cards(trainer), key=lambda card: str(card.entry.student.id) != str(said.get("first")))
    error = _words(said.get("wrong"))
    error_at = next(
        (card.entry.student.id for card in cards if str(card.entry.student.id) == str(said.get("at"))), None
    )
    shown = {"cards": cards, "handed_over": trainers_page.handed_over(trainer), "error": error, "typed": _typed()}
    page = render_template("forwarding/students.html", **shown, error_at=error_at if error else None)
    return make_response(page, 422 if error else 200)


def _cookie_name(trainer: Trainer) -> str:
    return f"trainer-{trainer.id}"


def _is_remembered(trainer: Trainer) -> bool:
    held = links.read_value("trainer-here", request.cookies.get(_cookie_name(trainer)))
    return held == f"{trainer.id}.{trainer.version}"


def _remember(answer: Response, trainer: Trainer) -> Response:
    """Remember that the trainer is there, so that coming back asks nothing."""
    value = links.sign_value("trainer-here", f"{trainer.id}.{trainer.version}")
    return security.keep_in_browser(answer, _cookie_name(trainer), value, "/t/")
