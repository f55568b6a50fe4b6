"""Signing in and choosing a password: the library's forms in our words, and how often one may try.

The library also hands out tokens and answers in JSON; no page of ours does, so that is switched off.
"""

import hashlib
from typing import Any

from flask import Flask, Response, abort, after_this_request, current_app, flash, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import user_logged_in
from flask_security.forms import LoginForm, ResetPasswordForm
from flask_wtf import FlaskForm
from itsdangerous import BadSignature, URLSafeSerializer
from wtforms import EmailField, PasswordField, ValidationError

from app import security as access
from app.accounts import register
from app.accounts.models import User
from app.extensions import db, limiter, security
from app.outside import network

PER_ADDRESS = "20 per 5 minutes"
PER_ACCOUNT = "10 per 5 minutes"
PER_ACCOUNT_ANYWHERE = "60 per hour"
PER_FORGETFUL = "5 per day"
KNOWN = "known"
# Flask-Security's own sentences exist in few languages; these come from our catalogue.
WRONG = _l("Address or password is not right. Check both and try again.")
PLEASE = _l("Please sign in to see this page.")
NO_LINK = _l("This link does not work any more. Fill in your mail address to get another one.")
NO_ADDRESS = _l("Fill in a mail address, such as name@organisation.nl.")
GUESSABLE = _l("This password is easy to guess. Choose another one, such as four words that do not belong together.")
ERRORS = {
    "GENERIC_AUTHN_FAILED": WRONG,
    "INVALID_PASSWORD": WRONG,
    "USER_DOES_NOT_EXIST": WRONG,
    "PASSWORD_NOT_PROVIDED": _l("Fill in the password."),
    "EMAIL_NOT_PROVIDED": _l("Fill in the mail address."),
    "INVALID_EMAIL_ADDRESS": NO_ADDRESS,
    "INVALID_RESET_PASSWORD_TOKEN": NO_LINK,
    "PASSWORD_RESET_EXPIRED": NO_LINK,
    "RETYPE_PASSWORD_MISMATCH": _l("The two passwords are not the same."),
    "PASSWORD_INVALID_LENGTH": _l("A password has at least twelve characters."),
}
MESSAGES = {
    "LOGIN": PLEASE,
    "UNAUTHENTICATED": PLEASE,
    "PASSWORD_RESET_NO_LOGIN": _l("The password is chosen. Sign in with it."),
}
WORDS = {f"SECURITY_MSG_{name}": (words, "error") for name, words in ERRORS.items()}
WORDS |= {f"SECURITY_MSG_{name}": (words, "message") for name, words in MESSAGES.items()}


class Bounded:
    """Of a password only so much is read as can be hashed."""

    def filter_password(self, typed: str | None) -> str | None:
        return typed and typed[: register.LONGEST]

    filter_password_confirm = filter_password


class SignInForm(Bounded, LoginForm):
    """Flask-Security's form, without a box that keeps one signed in; its labels come from our catalogue."""

    remember = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.email.label.text = _l("Mail address")
        self.password.label.text = _l("Password")
        self.submit.label.text = _l("Sign in")

    def filter_email(self, typed: str | None) -> str | None:
        """Take away the space that phones put behind an address."""
        return typed.strip() if typed else typed


class ForgottenForm(FlaskForm):
    """The address to mail a link to."""

    email = EmailField(_l("Mail address"))

    def validate_email(self, field: EmailField) -> None:
        if register.address_of(field.data or "") is None:
            raise ValidationError(NO_ADDRESS)


class ChooseForm(Bounded, ResetPasswordForm):
    """A password, twice."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.password.label.text = _l("New password")
        self.password_confirm.label.text = _l("The same password again")

    def validate_password(self, field: PasswordField) -> None:
        if len(field.data or "") >= register.SHORTEST and register.is_guessable(field.data):
            raise ValidationError(GUESSABLE)


FORMS = {"login_form": SignInForm, "reset_password_form": ChooseForm}


def ask_for_a_link() -> str:
    """Mail a link to choose a password. In place of the library's page, which tells known addresses by its time."""
    form = ForgottenForm()
    if form.validate_on_submit():
        register.send_link(form.email.data)
        db.session.commit()
        flash(_("If we know this address, a mail with a link is on its way."))
    return render_template("accounts/forgot_password.html", form=form)


def init_app(app: Flask) -> None:
    """Leave a session as the only way to be signed in, and count attempts in the database all processes share.

    Whoever tries passwords from elsewhere uses up the tries of browsers that never signed in to that account, not
    those of the owner's browser (the device cookies of the OWASP cheat sheet on credential stuffing).
    """
    app.login_manager.request_loader(lambda _request: None)  # type: ignore[attr-defined]
    security.want_json(lambda _request: False)
    app.view_functions["security.forgot_password"] = ask_for_a_link
    _limit(app, "security.login", PER_ADDRESS, network)
    _limit(app, "security.login", PER_ACCOUNT, _account_here)
    _limit(app, "security.login", PER_ACCOUNT_ANYWHERE, _account, exempt_when=_is_known)
    _limit(app, "security.forgot_password", PER_ADDRESS, network)
    _limit(app, "security.forgot_password", PER_FORGETFUL, _account)
    app.before_request(_refuse_json)
    user_logged_in.connect(_welcome, app)


def _limit(app: Flask, endpoint: str, often: str, key: Any, **how: Any) -> None:
    view: Any = app.view_functions[endpoint]
    app.view_functions[endpoint] = limiter.limit(often, key_func=key, methods=["POST"], **how)(view)


def _refuse_json() -> None:
    """Refuse what the library would take besides forms: the limits count by what stands in a form."""
    if request.blueprint == "security" and request.is_json:
        abort(415)


def _account() -> str:
    """Return the address that was typed, in the one spelling the library looks it up by."""
    return register.address_of(request.form.get("email", "")) or "nobody"


def _account_here() -> str:
    return f"{_account()} {KNOWN if _is_known() else network()}"


def _is_known() -> bool:
    """Tell whether this browser signed in to this account before."""
    try:
        return _serializer().loads(request.cookies.get(KNOWN, "")) == _marked(_account())
    except BadSignature:
        return False


def _welcome(_app: Flask, user: User) -> None:
    """Remember the browser; lead to the page that was asked for, or to the start of who may not see that."""

    @after_this_request
    def lead(answer: Response) -> Response:
        if not access.leads_to_a_page(answer.location or "", user):
            answer.location = url_for("accounts.start")
        path = current_app.config["SECURITY_LOGIN_URL"]
        return access.keep_in_browser(answer, KNOWN, str(_serializer().dumps(_marked(user.email))), path)


def _marked(email: str) -> str:
    return hashlib.sha256(email.encode()).hexdigest()[:32]


def _serializer() -> URLSafeSerializer:
    keys = [*current_app.config["SECRET_KEY_FALLBACKS"][::-1], current_app.config["SECRET_KEY"]]
    return URLSafeSerializer(keys, salt="known browser")
