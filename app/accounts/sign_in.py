"""Signing in and choosing a password: the library's forms in our words, and how often one may try."""

import hashlib
from typing import Any

from flask import Flask, Response, abort, after_this_request, current_app, request
from flask_babel import lazy_gettext as _l
from flask_limiter.util import get_remote_address
from flask_login import user_logged_in
from flask_security.forms import ForgotPasswordForm, LoginForm, ResetPasswordForm
from itsdangerous import BadSignature, URLSafeSerializer

from app.accounts import register
from app.accounts.models import User
from app.extensions import limiter
from app.security import keep_in_browser

PER_ADDRESS = "20 per 5 minutes"
PER_ACCOUNT = "10 per 5 minutes"
PER_ACCOUNT_ANYWHERE = "60 per hour"
PER_FORGETFUL = "5 per day"
KNOWN = "known"
LIMITED = ("security.login", "security.forgot_password")
# Flask-Security's own sentences exist in few languages; these come from our catalogue.
WRONG = _l("Address or password is not right. Check both and try again.")
PLEASE = _l("Please sign in to see this page.")
NO_LINK = _l("This link does not work any more. Fill in your mail address to get another one.")
ERRORS = {
    "GENERIC_AUTHN_FAILED": WRONG,
    "INVALID_PASSWORD": WRONG,
    "USER_DOES_NOT_EXIST": WRONG,
    "PASSWORD_NOT_PROVIDED": _l("Fill in the password."),
    "EMAIL_NOT_PROVIDED": _l("Fill in the mail address."),
    "INVALID_EMAIL_ADDRESS": _l("Fill in a mail address, such as name@organisation.nl."),
    "INVALID_RESET_PASSWORD_TOKEN": NO_LINK,
    "PASSWORD_RESET_EXPIRED": NO_LINK,
    "RETYPE_PASSWORD_MISMATCH": _l("The two passwords are not the same."),
    "PASSWORD_INVALID_LENGTH": _l("A password has at least twelve characters."),
}
MESSAGES = {
    "LOGIN": PLEASE,
    "UNAUTHENTICATED": PLEASE,
    "PASSWORD_RESET_REQUEST": _l("If we know this address, a mail with a link is on its way."),
    "PASSWORD_RESET_NO_LOGIN": _l("The password is chosen. Sign in with it."),
}
WORDS = {f"SECURITY_MSG_{name}": (words, "error") for name, words in ERRORS.items()}
WORDS |= {f"SECURITY_MSG_{name}": (words, "message") for name, words in MESSAGES.items()}


class SignInForm(LoginForm):
    """Flask-Security's form; its labels come from our catalogue."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.email.label.text = _l("Mail address")
        self.password.label.text = _l("Password")
        self.submit.label.text = _l("Sign in")

    def filter_email(self, typed: str | None) -> str | None:
        """Take away the space that phones put behind an address."""
        return typed.strip() if typed else typed


class ForgottenForm(ForgotPasswordForm):
    """The address to mail a link to."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.email.label.text = _l("Mail address")


class ChooseForm(ResetPasswordForm):
    """A password, twice."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.password.label.text = _l("New password")
        self.password_confirm.label.text = _l("The same password again")


FORMS = {"login_form": SignInForm, "forgot_password_form": ForgottenForm, "reset_password_form": ChooseForm}


def limit(app: Flask) -> None:
    """Count attempts in the database all processes share.

    Whoever tries passwords from elsewhere uses up the tries of browsers that never signed in to that account, not
    those of the owner's browser (the device cookies of the OWASP cheat sheet on credential stuffing).
    """
    _limit(app, "security.login", PER_ADDRESS, get_remote_address)
    _limit(app, "security.login", PER_ACCOUNT, _account_here)
    _limit(app, "security.login", PER_ACCOUNT_ANYWHERE, _account, exempt_when=_is_known)
    _limit(app, "security.forgot_password", PER_ADDRESS, get_remote_address)
    _limit(app, "security.forgot_password", PER_FORGETFUL, _account)
    app.before_request(_refuse_json)
    user_logged_in.connect(_remember_browser, app)


def _limit(app: Flask, endpoint: str, often: str, key: Any, **how: Any) -> None:
    view: Any = app.view_functions[endpoint]
    app.view_functions[endpoint] = limiter.limit(often, key_func=key, methods=["POST"], **how)(view)


def _refuse_json() -> None:
    """Refuse what the library would take besides forms: the limits count by what stands in a form."""
    if request.method == "POST" and request.endpoint in LIMITED and request.is_json:
        abort(415)


def _account() -> str:
    """Return the address that was typed, in the one spelling the library looks it up by."""
    return register.address_of(request.form.get("email", "")) or "nobody"


def _account_here() -> str:
    return f"{_account()} {KNOWN if _is_known() else get_remote_address()}"


def _is_known() -> bool:
    """Tell whether this browser signed in to this account before."""
    try:
        return _serializer().loads(request.cookies.get(KNOWN, "")) == _marked(_account())
    except BadSignature:
        return False


def _remember_browser(_app: Flask, user: User) -> None:
    @after_this_request
    def keep(answer: Response) -> Response:
        path = current_app.config["SECURITY_LOGIN_URL"]
        return keep_in_browser(answer, KNOWN, str(_serializer().dumps(_marked(user.email))), path)


def _marked(email: str) -> str:
    return hashlib.sha256(email.encode()).hexdigest()[:32]


def _serializer() -> URLSafeSerializer:
    keys = [*current_app.config["SECRET_KEY_FALLBACKS"][::-1], current_app.config["SECRET_KEY"]]
    return URLSafeSerializer(keys, salt="known browser")
