"""`flask accounts create`."""

import os

import click
from flask.cli import AppGroup

from app.accounts import register
from app.accounts.models import Role
from app.cli import Unusable, emit, json_option
from app.extensions import db

group = AppGroup("accounts", help="Who may sign in.")


@group.command("create")
@click.argument("email")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@json_option
def create(email: str, role: str, as_json: bool) -> None:
    """Create an account; the password is asked for, or taken from BPV_PASSWORD."""
    password = os.environ.get("BPV_PASSWORD") or click.prompt(
        "Password", hide_input=True, confirmation_prompt=True, err=True
    )
    try:
        user = register.create(email, password, Role(role))
    except register.AccountRefused as error:
        raise Unusable(str(error)) from error
    db.session.commit()
    emit({"id": user.id, "email": user.email, "role": user.role}, as_json)
