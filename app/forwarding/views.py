"""The trainer's page, and the pages that say what to do next after choosing a way to pass a link on."""

from flask import Blueprint, Response, abort, make_response, render_template, request
from flask_babel import gettext as _

from app import languages, security
from app.extensions import csrf, db, limiter
from app.forwarding import passing, trainers_page
from app.forwarding.passing import NotPassedOn, Way
from app.forwarding.trainers_page import TrainerLinkEnded
from app.invitations import links
from app.placements.models import Trainer

blueprint = Blueprint("forwarding", __name__)
csrf.exempt(blueprint)  # the link in the form's address is the credential

ENDED = {"unknown": 404, "replaced": 410}
PASSING_ON = "60 per hour"


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
@limiter.limit(PASSING_ON, key_func=_link_in_path, exempt_when=lambda: "via" not in request.form)
@security.link
def act(token: str):
    """Say who is there, or pass a student's link on; each answers with what to do next."""
    trainer = trainers_page.open_link(token)
    if request.form.get("who") == "student":
        return render_template("forwarding/for_student.html")
    if request.form.get("who") != "trainer" and not _is_remembered(trainer):
        return render_template("forwarding/who.html")
    if "via" in request.form:
        return _pass_on(trainer)
    entries = [card.entry for card in trainers_page.cards(trainer)]
    trainers_page.enter(trainer, entries, languages.current())
    db.session.commit()
    return _remember(_show_students(trainer), trainer)


@blueprint.errorhandler(TrainerLinkEnded)
def show_ended(ended: TrainerLinkEnded):
    return render_template("forwarding/ended.html", state=ended.state), ENDED[ended.state]


def _pass_on(trainer: Trainer):
    card = trainers_page.card_of(trainer, request.form.get("seat", ""))
    if card is None or request.form["via"] not in [way.value for way in Way]:
        abort(400)
    try:
        prepared = passing.pass_on(card.entry, Way(request.form["via"]), request.form.get("address", ""))
    except NotPassedOn as error:
        db.session.rollback()
        return _show_students(trainer, _words(error.fault), card.entry.student.id), 422
    db.session.commit()
    return _remember(make_response(render_template("forwarding/passed_on.html", prepared=prepared)), trainer)


def _words(fault: str) -> str:
    return {
        "bad_address": _("This is not a mail address. Check it, for instance name@school.nl."),
        "own_address": _("This is your own address. Type the student's."),
        "enough_mails": _("We mailed this student three times already. Please choose another way."),
        "sent": _("The student has already sent the questionnaire. You need not do anything."),
        "closed": _("This questionnaire is closed. You need not do anything."),
    }[fault]


def _show_students(trainer: Trainer, error: str | None = None, error_at: int | None = None) -> Response:
    cards = trainers_page.cards(trainer)
    return make_response(
        render_template("forwarding/students.html", cards=cards, trainer=trainer, error=error, error_at=error_at)
    )


def _cookie_name(trainer: Trainer) -> str:
    return f"trainer-{trainer.id}"


def _is_remembered(trainer: Trainer) -> bool:
    held = links.read_value("trainer-here", request.cookies.get(_cookie_name(trainer)))
    return held == f"{trainer.id}.{trainer.version}"


def _remember(answer: Response, trainer: Trainer) -> Response:
    """Remember that the trainer is there, so that coming back asks nothing."""
    value = links.sign_value("trainer-here", f"{trainer.id}.{trainer.version}")
    return security.keep_in_browser(answer, _cookie_name(trainer), value, "/t/")
