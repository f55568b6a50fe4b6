"""Agreements at the desk: the advisers' list, and a school's page with its agreement, its talk and a forecast.

The register itself is app/agreements, which may not know of placements; these pages say how many it concerns.
"""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from app import clock, confirming, security
from app.accounts import audit_list
from app.accounts.models import Role
from app.agreements import interests, register, talks, words
from app.agreements.forms import AgreementForm, NoteForm
from app.agreements.register import AgreementRefused
from app.extensions import db
from app.invitations import forecast, pipeline, rounds
from app.invitations.pipeline import Standing
from app.refusing import mark

blueprint = Blueprint("agreements", __name__)

FAULTS = {
    "unknown_school": ("brin", _l("There is no school with this BRIN.")),
    "until_before_from": ("valid_until", _l("The last day lies before the first.")),
    "overlapping": ("valid_from", _l("This school already has an agreement in that time. End it first.")),
}


@blueprint.get("/desk/agreements")
@security.role(Role.ADMIN, Role.ADVISER)
def list_agreements():
    found = pipeline.standings(current_user.reach)
    stage = request.args.get("stage", "")
    return render_template(
        "agreements/list_agreements.html",
        shown=[one for one in found if one.stage == stage] if stage in words.STAGES else found,
        counts=pipeline.per_stage(found),
        stage=stage,
        today=clock.today(),
        words=words,
    )


@blueprint.get("/desk/agreements/new")
@security.role(Role.ADMIN)
def ask_agreement():
    return render_template("agreements/ask_agreement.html", form=AgreementForm(brin=request.args.get("brin", "")))


@blueprint.post("/desk/agreements/new")
@security.role(Role.ADMIN)
def sign():
    form = AgreementForm()
    if not form.validate_on_submit():
        return render_template("agreements/ask_agreement.html", form=form), 422
    try:
        signed = register.sign(**form.facts())
    except AgreementRefused as error:
        mark(form, FAULTS, error)
        return render_template("agreements/ask_agreement.html", form=form), 422
    db.session.commit()
    flash(_("The agreement is entered. From its first day the school may deliver addresses."), "success")
    return redirect(url_for("agreements.show_agreement", brin=signed.brin))


@blueprint.get("/desk/schools/<brin>/agreement")
@security.role(Role.ADMIN, Role.ADVISER)
def show_agreement(brin: str):
    return _page(_standing(brin))


@blueprint.post("/desk/schools/<brin>/agreement/end")
@security.role(Role.ADMIN)
def end(brin: str):
    confirming.require("agreements/confirm_end.html", brin=brin, school=_standing(brin).school.name)
    try:
        register.end(brin)
    except AgreementRefused:
        flash(_("This school has no agreement that could be ended."), "warning")
    else:
        db.session.commit()
        flash(_("The agreement is ended from today."), "success")
    return redirect(url_for("agreements.show_agreement", brin=brin))


@blueprint.post("/desk/schools/<brin>/agreement/notes")
@security.role(Role.ADMIN, Role.ADVISER)
def add_note(brin: str):
    standing = _standing(brin)
    form = NoteForm(standing.stage)
    if not form.validate_on_submit():
        return _page(standing, form), 422
    talks.note(brin, current_user.id, form.stage.data, form.text.data or "", form.next_on.data)
    db.session.commit()
    flash(_("Noted."), "success")
    return redirect(url_for("agreements.show_agreement", brin=brin))


@blueprint.post("/desk/schools/<brin>/agreement/interests/<int:interest_id>/handled")
@security.role(Role.ADMIN, Role.ADVISER)
def settle_interest(brin: str, interest_id: int):
    interest = interests.of_school(brin, interest_id)
    if interest is None:
        abort(404)
    interests.settle(interest)
    db.session.commit()
    flash(_("Noted."), "success")
    return redirect(url_for("agreements.show_agreement", brin=brin))


def _standing(brin: str) -> Standing:
    """Return where a school stands; one that does not exist is a 404."""
    found = pipeline.standings({brin})
    return found[0] if found else abort(404)


def _page(standing: Standing, form: NoteForm | None = None) -> str:
    brin, measured = standing.school.brin, next(iter(rounds.running()), None)
    return render_template(
        "agreements/show_agreement.html",
        standing=standing,
        school=standing.school,
        form=form or NoteForm(standing.stage),
        agreements=register.of_school(brin)[::-1],
        interests=interests.waiting(brin),
        notes=talks.notes(brin),
        acts=talks.acts(brin),
        round=measured,
        forecast=measured and forecast.of_school(brin, measured),
        today=clock.today(),
        words=words,
        act_words=audit_list.WORDS,
    )
