"""Creating accounts."""

import pytest
import sqlalchemy as sa
from flask_security import verify_password

from app.accounts import register
from app.accounts.models import AuditEntry, Role, User
from app.accounts.register import AccountRefused
from app.extensions import db

PASSWORD = "correct horse battery"


def test_an_account_can_sign_in_at_once(context):
    user = register.create("Admin@School.example", PASSWORD, Role.ADMIN)
    assert (user.email, user.role, user.active) == ("admin@school.example", "admin", True)
    assert verify_password(PASSWORD, user.password)


def test_the_password_is_not_kept(context):
    register.create("admin@school.example", PASSWORD, Role.ADMIN)
    assert db.session.scalar(sa.select(User.password)).startswith("$argon2")


@pytest.mark.parametrize("email", ["", "admin", "admin@", "a b@school.example"])
def test_an_address_must_be_one(context, email):
    with pytest.raises(AccountRefused, match="not_an_address"):
        register.create(email, PASSWORD, Role.ADMIN)


def test_a_short_password_is_refused(context):
    with pytest.raises(AccountRefused, match="short_password"):
        register.create("admin@school.example", "short", Role.ADMIN)


@pytest.mark.parametrize("password", ["aaaaaaaaaaaa", "qwertyuiop12", "a" * 5000])
def test_a_password_that_is_easy_to_guess_is_refused(context, password):
    with pytest.raises(AccountRefused, match="guessable"):
        register.create("admin@school.example", password, Role.ADMIN)


def test_one_address_has_one_account(context):
    register.create("admin@school.example", PASSWORD, Role.ADMIN)
    with pytest.raises(AccountRefused, match="taken"):
        register.create("ADMIN@school.example", PASSWORD, Role.ADMIN)


def test_creating_is_noted_without_the_address(context):
    user = register.create("admin@school.example", PASSWORD, Role.ADMIN)
    entry = db.session.scalars(sa.select(AuditEntry)).one()
    assert (entry.action, entry.details) == ("account_created", {"account": user.id, "role": "admin"})
