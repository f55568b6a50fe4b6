"""The mails to accounts: an invitation, a link for who forgot the password, and word that it was changed."""

from typing import Any

from flask import Flask, current_app
from flask_babel import gettext as _
from flask_security.recoverable import generate_reset_password_token
from flask_security.signals import password_reset

from app.accounts import sign_ins
from app.accounts.models import User
from app.accounts.register import FORGOTTEN, INVITED
from app.extensions import db
from app.languages import DEFAULT, force_locale
from app.mailing import kinds, outbox
from app.mailing.letter import Block, Button, Letter, NotWanted, Small, Text
from app.mailing.models import Message

CHANGED = "password_changed"
Told = tuple[str, tuple[Block, ...]]  # subject and blocks


def render(message: Message) -> Letter:
    user = db.session.get(User, message.subject_id)
    if user is None or not user.active:
        raise NotWanted("withdrawn")
    with force_locale(DEFAULT):
        subject, blocks = LETTERS[message.kind](user)
        return Letter(user.email, DEFAULT, subject, blocks)


def _invited(user: User) -> Told:
    return _("Your account for the BPV Monitor"), (
        Text(_("An account was made for you. Choose a password, and sign in with this mail address.")),
        Button(_("Choose a password"), _link(user)),
        Small(_("The link works for three days. Later you can ask for another one at the sign-in page.")),
    )


def _forgotten(user: User) -> Told:
    return _("Choose another password"), (
        Text(_("Somebody asked for another password for this account. Was that you? Then choose one.")),
        Button(_("Choose a password"), _link(user)),
        Small(_("The link works for three days. Was it not you? Then you need not do anything.")),
    )


def _changed(_user: User) -> Told:
    return _("Your password was changed"), (
        Text(_("The password of your account was changed, and every browser was signed out.")),
        Small(_("Was it not you? Ask for another password at the sign-in page at once, and tell us.")),
    )


def _link(user: User) -> str:
    path = current_app.config["SECURITY_RESET_URL"]
    return f"{current_app.config['PUBLIC_URL']}{path}/{generate_reset_password_token(user)}"


LETTERS = {INVITED: _invited, FORGOTTEN: _forgotten, CHANGED: _changed}


def _chose(_app: Flask, user: User, **_more: Any) -> None:
    outbox.enqueue(CHANGED, user.id)
    sign_ins.end_all(user.id)


def init_app(app: Flask) -> None:
    password_reset.connect(_chose, app)
    for name in LETTERS:
        kinds.register_each(app, name, render, opt_out=False)
