"""The trainer's page, and the pages that say what to do next after choosing a way to pass a link on."""

import contextlib

from flask import Blueprint, Response, abort, current_app, make_response, render_template, request, url_for
from flask_babel import gettext as _

from app import languages, security
from app.extensions import csrf, db, limiter
from app.forwarding import exits, passing, qr, trainers_page
from app.forwarding.exits import NotLeft
from app.forwarding.models import Exit
from app.forwarding.passing import NotPassedOn, Prepared, Way
from app.forwarding.trainers_page import Card, TrainerLinkEnded
from app.invitations import links
from app.outside import number
from app.placements.models import Trainer

blueprint = Blueprint("forwarding", __name__)
csrf.exempt(blueprint)  # the link in the form's address is the credential

ENDED = {"unknown": 404, "replaced": 410}
ACTING = "60 per hour"
BACK = "trainer-back"
OF_COLLEAGUE = {
    "bad_address": "colleague_bad_address",
    "own_address": "colleague_own_address",
    "reported": "colleague_reported",
}
TRAINERS_EXITS = (Exit.NOT_MINE, Exit.STOPPED, Exit.UNREACHABLE, Exit.DATES, Exit.COLLEAGUE)


def _link_in_path() -> str:
    return "trainer " + request.path


@blueprint.get("/t/<token>")
@security.link
def show_page(token: str):
    trainer = trainers_page.open_link(token)
    if not _is_remembered(trainer):
        return render_template("forwarding/who.html")
    return _show_students(trainer)


@blueprint.post("/t/<token>")
@limiter.limit(ACTING, key_func=_link_in_path, exempt_when=lambda: not {"via", "exit"} & request.form.keys())
@security.link
def act(token: str):
    """Say who is there, pass a student's link on, or say what stands in its way; each answers with what to do next."""
    trainer = trainers_page.open_link(token)
    if request.form.get("who") == "student":
        return render_template("forwarding/for_student.html")
    if request.form.get("who") != "trainer" and not _is_remembered(trainer):
        return render_template("forwarding/who.html")
    for name, do in (("via", _pass_on), ("ask", _ask_exits), ("exit", _leave), ("undo", _undo)):
        if name in request.form:
            return do(token, trainer)
    entries = [card.entry for card in trainers_page.cards(trainer)]
    trainers_page.enter(trainer, entries, languages.current())
    db.session.commit()
    return _remember(_show_students(trainer), trainer)


@blueprint.get("/t/back")
@security.public
def show_way_back():
    """Where a device that went to the student comes back to; only its own cookie knows whose page that is."""
    token, shown = request.cookies.get(BACK), {}
    if token:
        with contextlib.suppress(TrainerLinkEnded):
            shown = {"token": token, "language": trainers_page.open_link(token).language}
    return render_template("forwarding/back.html", **shown)


@blueprint.get("/t/take-over/<token>")
@security.link
def ask_take_over(token: str):
    """Ask a colleague for their address; looking takes nothing over."""
    seat = trainers_page.offered(token)
    return render_template("forwarding/take_over.html", about=trainers_page.about(seat))


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
        shown = {
            "about": trainers_page.about(seat),
            "address": address,
            "error": _words(OF_COLLEAGUE.get(error.fault, error.fault)),
        }
        return render_template("forwarding/take_over.html", **shown), 422
    db.session.commit()
    return render_template("forwarding/taken_over.html", address=address)


@blueprint.errorhandler(TrainerLinkEnded)
def show_ended(ended: TrainerLinkEnded):
    return render_template("forwarding/ended.html", state=ended.state), ENDED[ended.state]


def _pass_on(token: str, trainer: Trainer):
    way, language = request.form["via"], request.form.get("text")
    cards = trainers_page.chosen(trainer, request.form.get("seat", ""), all_at_once=way == Way.SHEET)
    if not cards or way not in [one.value for one in Way] or language not in (None, *languages.LANGUAGES):
        abort(400)
    try:
        address = request.form.get("address", "")
        prepared = [passing.pass_on(card.entry, Way(way), address, language) for card in cards]
    except NotPassedOn as error:
        db.session.rollback()
        return _show_students(trainer, _words(error.fault), cards[0].entry.student.id), 422
    db.session.commit()
    return _remember(_show_prepared(token, Way(way), prepared), trainer)


def _show_prepared(token: str, way: Way, prepared: list[Prepared]) -> Response:
    if way is Way.SHEET:
        return make_response(render_template("forwarding/sheets.html", sheets=prepared, svg=qr.svg))
    answer = make_response(render_template("forwarding/passed_on.html", prepared=prepared[0], svg=qr.svg))
    if way is Way.HERE:
        security.keep_in_browser(answer, BACK, token, "/t/back")
    return answer


def _ask_exits(token: str, trainer: Trainer):
    return _show_exits(trainer, _card(trainer))


def _leave(token: str, trainer: Trainer):
    """Take a way out of one student's link."""
    card, way = _card(trainer), request.form["exit"]
    if way == "offer":
        offer = url_for("forwarding.ask_take_over", token=exits.take_over_token(card.entry.trainer), lang=None)
        url = current_app.config["PUBLIC_URL"] + offer
        return _remember(make_response(render_template("forwarding/offer.html", card=card, url=url)), trainer)
    if way not in TRAINERS_EXITS:
        abort(400)
    try:
        if way == Exit.COLLEAGUE:
            exits.pass_to_colleague(card.entry, trainer, request.form.get("address", ""))
        else:
            exits.leave(card.entry, trainer, Exit(way), exits.day_of(request.form.get(f"{way}-day", "")))
    except NotLeft as error:
        db.session.rollback()
        return _show_exits(trainer, card, error.fault), 422
    db.session.commit()
    return _remember(_show_students(trainer, first=card.entry.student.id), trainer)


def _undo(token: str, trainer: Trainer):
    try:
        exits.undo(trainer, request.form.get("undo", 0, type=number))
    except NotLeft as error:
        db.session.rollback()
        return _show_students(trainer, _words(error.fault)), 422
    db.session.commit()
    return _remember(_show_students(trainer), trainer)


def _card(trainer: Trainer) -> Card:
    """Return the card of the student this request is about; anything else is a 400."""
    found = trainers_page.chosen(trainer, request.form.get("seat", ""))
    return found[0] if found else abort(400)


def _show_exits(trainer: Trainer, card: Card, fault: str | None = None) -> Response:
    words = fault if fault == "reported" else OF_COLLEAGUE.get(fault or "", fault)
    error = _words(words) if words else None
    months = exits.months(card.entry.placement.begins_on)
    shown = {"card": card, "months": months, "fault": fault, "error": error, "address": request.form.get("address", "")}
    return _remember(make_response(render_template("forwarding/exits.html", **shown)), trainer)


def _words(fault: str) -> str:
    return {
        "colleague_bad_address": _("This is not a mail address. Check it, for instance name@company.nl."),
        "colleague_own_address": _("This is your own address. Type your colleague's."),
        "cannot_mail": _("We cannot mail this address. Give your colleague a link instead."),
        "too_often": _("This student was handed over three times already. Ask the school to settle it."),
        "colleague_reported": _("Somebody told us something about this student already. Ask your colleague."),
        "no_day": _("Fill in the day on which the placement ends."),
        "reported": _("You told us something about this student already. Take that back first."),
        "taken": _("Your colleague has begun already, so this cannot be taken back here."),
        "bad_address": _("This is not a mail address. Check it, for instance name@school.nl."),
        "own_address": _("This is your own address. Type the student's."),
        "enough_mails": _("We mailed this student three times already. Please choose another way."),
        "sent": _("The student has already sent the questionnaire. You need not do anything."),
        "closed": _("This questionnaire is closed. You need not do anything."),
    }[fault]


def _show_students(
    trainer: Trainer, error: str | None = None, error_at: int | None = None, first: int | None = None
) -> Response:
    """Show all students; the one that something was said of just now stands on top."""
    cards = sorted(trainers_page.cards(trainer), key=lambda card: card.entry.student.id != first)
    shown = {"cards": cards, "handed_over": trainers_page.handed_over(trainer)}
    return make_response(render_template("forwarding/students.html", **shown, error=error, error_at=error_at))


def _cookie_name(trainer: Trainer) -> str:
    return f"trainer-{trainer.id}"


def _is_remembered(trainer: Trainer) -> bool:
    held = links.read_value("trainer-here", request.cookies.get(_cookie_name(trainer)))
    return held == f"{trainer.id}.{trainer.version}"


def _remember(answer: Response, trainer: Trainer) -> Response:
    """Remember that the trainer is there, so that coming back asks nothing."""
    value = links.sign_value("trainer-here", f"{trainer.id}.{trainer.version}")
    return security.keep_in_browser(answer, _cookie_name(trainer), value, "/t/")
