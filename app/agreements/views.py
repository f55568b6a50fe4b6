"""The register of agreements: see, sign, end."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from app import clock, security
from app.accounts.models import Role
from app.agreements import register
from app.agreements.forms import SignForm
from app.agreements.register import AgreementRefused
from app.extensions import db

blueprint = Blueprint("agreements", __name__)


@blueprint.get("/desk/agreements")
@security.role(Role.ADMIN)
def list_agreements():
    return _page(SignForm())


@blueprint.post("/desk/agreements")
@security.role(Role.ADMIN)
def sign():
    form = SignForm()
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        register.sign(form.brin.data or "", form.valid_from.data, form.valid_until.data)
    except AgreementRefused as error:
        _mark(form, error.fault)
        return _page(form), 422
    db.session.commit()
    flash(_("The agreement is entered. From its first day the school may deliver addresses."), "success")
    return redirect(url_for("agreements.list_agreements"))


@blueprint.post("/desk/agreements/<brin>/end")
@security.role(Role.ADMIN)
def end(brin: str):
    try:
        register.end(brin)
    except AgreementRefused:
        flash(_("This school has no agreement that could be ended."), "warning")
    else:
        db.session.commit()
        flash(_("The agreement is ended from today."), "success")
    return redirect(url_for("agreements.list_agreements"))


def _page(form: SignForm) -> str:
    agreements, today = register.everything(), clock.today()
    return render_template("agreements/list_agreements.html", agreements=agreements, today=today, form=form)


def _mark(form: SignForm, fault: str) -> None:
    field, words = {
        "unknown_school": (form.brin, _("There is no school with this BRIN.")),
        "until_before_from": (form.valid_until, _("The last day lies before the first.")),
        "overlapping": (form.valid_from, _("This school already has an agreement in that time. End it first.")),
    }[fault]
    field.errors = [*field.errors, words]
