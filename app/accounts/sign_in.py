"""Signing in: the form in our words, and how often one may try."""

from typing import Any

from flask import Flask, request
from flask_babel import lazy_gettext as _l
from flask_limiter.util import get_remote_address
from flask_security.forms import LoginForm

from app.extensions import limiter

PER_ADDRESS = "20 per 5 minutes"
PER_ACCOUNT = "10 per 5 minutes"
# Flask-Security's own sentences exist in few languages; these come from our catalogue.
WRONG = (_l("Address or password is not right. Check both and try again."), "error")
WORDS = {f"SECURITY_MSG_{name}": WRONG for name in ("GENERIC_AUTHN_FAILED", "INVALID_PASSWORD", "USER_DOES_NOT_EXIST")}
WORDS["SECURITY_MSG_PASSWORD_NOT_PROVIDED"] = (_l("Fill in the password."), "error")
WORDS["SECURITY_MSG_EMAIL_NOT_PROVIDED"] = (_l("Fill in the mail address."), "error")
WORDS["SECURITY_MSG_INVALID_EMAIL_ADDRESS"] = (_l("Fill in a mail address, such as name@organisation.nl."), "error")
WORDS["SECURITY_MSG_LOGIN"] = (_l("Please sign in to see this page."), "message")
WORDS["SECURITY_MSG_UNAUTHENTICATED"] = (_l("Please sign in to see this page."), "message")


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


def limit(app: Flask) -> None:
    """Count attempts per network address and per account, in the database all processes share."""
    view: Any = app.view_functions["security.login"]
    view = limiter.limit(PER_ADDRESS, key_func=get_remote_address, methods=["POST"])(view)
    view = limiter.limit(PER_ACCOUNT, key_func=_account, methods=["POST"])(view)
    app.view_functions["security.login"] = view


def _account() -> str:
    return f"{request.form.get('email', '').strip().casefold()[:255]} {get_remote_address()}"
