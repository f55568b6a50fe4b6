"""Accounts at the desk, one's own sign-ins, the audit log, and where each role begins."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, logout_user

from app import confirming, desk, security
from app.accounts import audit_list, register, sign_ins
from app.accounts.forms import ROLES, InviteForm, ScopeForm
from app.accounts.models import Role, User
from app.accounts.register import AccountRefused
from app.extensions import db
from app.refusing import mark

blueprint = Blueprint("accounts", __name__)

FAULTS = {
    "not_an_address": ("email", _l("Fill in a mail address, such as name@organisation.nl.")),
    "taken": ("email", _l("There is an account with this address already.")),
    "no_school": ("brins", _l("This role needs at least one school.")),
    "no_sector": ("sector", _l("This role needs a sector.")),
    "unknown": ("brins", _l("One of these codes does not exist. Check schools, programmes and sector.")),
}


@blueprint.get("/desk/start")
@security.role(*Role)
def start():
    """Lead to the first page that this role is for."""
    first = next((endpoint for endpoint, _label in desk.menu()), "accounts.show_own")
    return redirect(url_for(first))


@blueprint.post("/sign-out")
@security.public
def sign_out():
    logout_user()
    db.session.commit()
    return redirect(url_for("public.show_home"))


@blueprint.get("/desk/account")
@security.role(*Role)
def show_own():
    return render_template("accounts/show_own.html", **_signed_in(current_user), words=ROLES)


@blueprint.post("/desk/account/sign-ins/<int:sign_in_id>/end")
@security.role(*Role)
def end_own_sign_in(sign_in_id: int):
    _ask_to_end(current_user, sign_in_id, url_for("accounts.show_own"))
    sign_ins.end(current_user.id, sign_in_id)
    db.session.commit()
    return redirect(url_for("accounts.show_own"))


@blueprint.get("/desk/accounts")
@security.role(Role.ADMIN)
def list_accounts():
    return _list_page(InviteForm())


@blueprint.post("/desk/accounts")
@security.role(Role.ADMIN)
def invite():
    form = InviteForm()
    if not form.validate_on_submit():
        return _list_page(form), 422
    try:
        register.invite(form.email.data or "", form.scope())
    except AccountRefused as error:
        mark(form, FAULTS, error)
        return _list_page(form), 422
    db.session.commit()
    flash(_("The account is made. A mail with a link to choose a password is on its way."), "success")
    return redirect(url_for("accounts.list_accounts"))


@blueprint.get("/desk/accounts/<int:user_id>")
@security.role(Role.ADMIN)
def show_account(user_id: int):
    user = db.get_or_404(User, user_id)
    return _page(user, ScopeForm.of(user))


@blueprint.post("/desk/accounts/<int:user_id>")
@security.role(Role.ADMIN)
def change_scope(user_id: int):
    user, form = _other(user_id), ScopeForm()
    if not form.validate_on_submit():
        return _page(user, form), 422
    try:
        register.change_scope(user, form.scope())
    except AccountRefused as error:
        db.session.rollback()
        mark(form, FAULTS, error)
        return _page(user, form), 422
    db.session.commit()
    flash(_("The account is changed."), "success")
    return redirect(url_for("accounts.show_account", user_id=user_id))


@blueprint.post("/desk/accounts/<int:user_id>/<any(invite, on, off):act>")
@security.role(Role.ADMIN)
def act_on_account(user_id: int, act: str):
    user = _other(user_id)
    if act != "on":
        confirming.require("accounts/confirm_account.html", act=act, address=user.email, user_id=user_id)
    if act == "invite":
        register.send_invitation(user)
        flash(_("A mail with a link to choose a password is on its way."), "success")
    else:
        register.switch(user, on=act == "on")
    db.session.commit()
    return redirect(url_for("accounts.show_account", user_id=user_id))


@blueprint.post("/desk/accounts/<int:user_id>/sign-ins/<int:sign_in_id>/end")
@security.role(Role.ADMIN)
def end_sign_in(user_id: int, sign_in_id: int):
    _ask_to_end(db.get_or_404(User, user_id), sign_in_id, url_for("accounts.show_account", user_id=user_id))
    sign_ins.end(user_id, sign_in_id)
    db.session.commit()
    return redirect(url_for("accounts.show_account", user_id=user_id))


@blueprint.get("/desk/audit")
@security.role(Role.ADMIN)
def list_audit():
    filters = audit_list.AuditFilters(request.args)
    shown = audit_list.LISTING.page(filters.narrowed())
    return render_template("accounts/list_audit.html", filters=filters, shown=shown)


@blueprint.get("/desk/audit.csv")
@security.role(Role.ADMIN)
def download_audit():
    return audit_list.LISTING.csv(audit_list.AuditFilters(request.args).narrowed(), "audit")


def _ask_to_end(user: User, sign_in_id: int, back: str) -> None:
    browser = next((one.browser for one in sign_ins.of_user(user.id) if one.id == sign_in_id), "")
    confirming.require("accounts/confirm_sign_in.html", address=user.email, browser=browser, back=back)


def _other(user_id: int) -> User:
    """Return an account that is not one's own: nobody locks themselves out."""
    if user_id == current_user.id:
        abort(403)
    return db.get_or_404(User, user_id)


def _signed_in(user: User) -> dict:
    return {"user": user, "sign_ins": sign_ins.of_user(user.id), "current": sign_ins.current_id()}


def _list_page(form: InviteForm) -> str:
    return render_template("accounts/list_accounts.html", users=register.everything(), form=form, words=ROLES)


def _page(user: User, form: ScopeForm) -> str:
    return render_template("accounts/show_account.html", **_signed_in(user), form=form, words=ROLES)
