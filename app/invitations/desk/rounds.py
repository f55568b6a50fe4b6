"""Rounds at the desk: list, open, look, close, propose a batch."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import clock, confirming, security
from app.accounts.models import Role
from app.extensions import db
from app.invitations import batches, counting, planner, reach, rounds
from app.invitations.desk.blueprint import blueprint
from app.invitations.forms import RoundForm
from app.invitations.models import Round
from app.invitations.rounds import RoundRefused
from app.refusing import mark

FAULTS = {
    "no_name": ("name", _l("Give the round a name.")),
    "name_taken": ("name", _l("There already is a round with this name.")),
    "until_before_from": ("ends_until", _l("The last day lies before the first.")),
    "closes_before_end": ("closes_on", _l("The round would close before its interval begins.")),
    "overlapping": (
        "ends_from",
        _l("This interval overlaps with round “%(round)s”. Each placement belongs to one round."),
    ),
    "unknown_questionnaire": ("student_questionnaire", _l("This questionnaire does not exist.")),
    "wrong_role": ("student_questionnaire", _l("This questionnaire is for the other role.")),
    "no_module": ("modules", _l("The questionnaire for students does not ask about this.")),
}


@blueprint.get("/desk/rounds")
@security.role(Role.ADMIN)
def list_rounds():
    today = clock.today()
    return render_template("invitations/list_rounds.html", rounds=rounds.everything(), today=today)


@blueprint.get("/desk/rounds/new")
@security.role(Role.ADMIN)
def ask_round():
    return render_template("invitations/ask_round.html", form=RoundForm())


@blueprint.post("/desk/rounds/new")
@security.role(Role.ADMIN)
def open_round():
    form = RoundForm()
    if not form.validate_on_submit():
        return render_template("invitations/ask_round.html", form=form), 422
    values = {name: value for name, value in form.data.items() if name != "csrf_token"}
    try:
        opened = rounds.open_round(values.pop("name"), values.pop("ends_from"), values.pop("ends_until"), **values)
    except RoundRefused as error:
        db.session.rollback()
        mark(form, FAULTS, error)
        return render_template("invitations/ask_round.html", form=form), 422
    db.session.commit()
    flash(_("The round is open. Now propose who is invited."), "success")
    return redirect(url_for("invitations.show_round", round_id=opened.id))


@blueprint.get("/desk/rounds/<int:round_id>")
@security.role(Role.ADMIN)
def show_round(round_id: int):
    shown = db.get_or_404(Round, round_id)
    counts, counted_at = counting.latest(shown)
    return render_template(
        "invitations/show_round.html",
        round=shown,
        reach=reach,
        counts=counts,
        counted_at=counted_at,
        batches=batches.everything(shown.id),
        closed=shown.is_closed(clock.today()),
    )


@blueprint.post("/desk/rounds/<int:round_id>/propose")
@security.role(Role.ADMIN)
def propose_batch(round_id: int):
    batch = planner.propose(db.get_or_404(Round, round_id))
    db.session.commit()
    return redirect(url_for("invitations.show_batch", batch_id=batch.id))


@blueprint.post("/desk/rounds/<int:round_id>/close")
@security.role(Role.ADMIN)
def close_round(round_id: int):
    closing = db.get_or_404(Round, round_id)
    confirming.require("invitations/confirm_close.html", round=closing.name, round_id=round_id)
    rounds.close_round(closing)
    db.session.commit()
    flash(_("The round is closed. Whoever began has one more hour to send."), "success")
    return redirect(url_for("invitations.show_round", round_id=round_id))
