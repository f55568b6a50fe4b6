"""Accounts: creating them."""

import uuid

import sqlalchemy as sa
from email_validator import EmailNotValidError, validate_email
from flask import current_app
from flask_security import hash_password

from app import clock
from app.accounts import audit
from app.accounts.models import Role, User
from app.extensions import db


class AccountRefused(Exception):
    """An account cannot be made like this; the message says what to change."""


def create(email: str, password: str, role: Role) -> User:
    """Create an account that can sign in at once. Raises AccountRefused."""
    try:
        address = validate_email(email, check_deliverability=False).normalized.casefold()
    except EmailNotValidError as error:
        raise AccountRefused(f"{email!r} is not a mail address") from error
    shortest = current_app.config["SECURITY_PASSWORD_LENGTH_MIN"]
    if len(password) < shortest:
        raise AccountRefused(f"the password needs at least {shortest} characters")
    if db.session.scalar(sa.select(User.id).where(User.email == address)):
        raise AccountRefused("there already is an account with this address")
    user = User(
        email=address,
        password=hash_password(password),
        fs_uniquifier=uuid.uuid4().hex,
        role=role,
        created_at=clock.now(),
    )
    db.session.add(user)
    db.session.flush()
    audit.record("account_created", account=user.id, role=role)
    return user
