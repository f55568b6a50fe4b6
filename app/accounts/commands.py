"""`flask accounts create | invite | list` and `flask audit list`."""

import os

import click
from flask.cli import AppGroup

from app.accounts import audit, register
from app.accounts.models import Role, User
from app.accounts.register import Scope
from app.cli import emit, json_option, refusals_in
from app.extensions import db

accounts = AppGroup("accounts", help="Who may sign in.")
audit_log = AppGroup("audit", help="Who did what.")
FAULTS = {
    "not_an_address": "this is not a mail address",
    "short_password": "the password needs at least 12 characters",
    "guessable": "the password is easy to guess; choose another one",
    "taken": "there already is an account with this address",
    "no_school": "this role needs a school; name one with --school BRIN",
    "no_sector": "this role needs a sector; name one with --sector CODE",
    "unknown": "there is no such school, programme or sector; check the codes",
}


def _options(command):
    """Add what every account needs: its address, role and reach."""
    for option in (
        click.option("--sector", help="Code of the sector a sector reader sees."),
        click.option("--programme", "crebos", multiple=True, help="Crebo to which a school user is limited."),
        click.option("--school", "brins", multiple=True, help="BRIN of a school the account reaches."),
        click.option("--role", required=True, type=click.Choice([role.value for role in Role])),
        click.argument("email"),
    ):
        command = option(command)
    return command


def _scope(role: str, brins: tuple[str, ...], crebos: tuple[str, ...], sector: str | None) -> Scope:
    return Scope(Role(role), [brin.strip().upper() for brin in brins], crebos, sector)


def _as_dict(user: User) -> dict:
    reach = {"schools": sorted(user.brins), "programmes": sorted(user.crebos or ()), "sector": user.sector_code}
    return {"id": user.id, "email": user.email, "role": user.role, "active": user.active, **reach}


@accounts.command("create")
@_options
@json_option
def create(email: str, as_json: bool, **scope) -> None:
    """Create an account; the password is asked for, or taken from BPV_PASSWORD."""
    password = os.environ.get("BPV_PASSWORD") or click.prompt(
        "Password", hide_input=True, confirmation_prompt=True, err=True
    )
    with refusals_in(FAULTS):
        user = register.create(email, password, _scope(**scope))
    db.session.commit()
    emit(_as_dict(user), as_json)


@accounts.command("invite")
@_options
@json_option
def invite(email: str, as_json: bool, **scope) -> None:
    """Create an account, and mail its owner a link to choose a password."""
    with refusals_in(FAULTS):
        user = register.invite(email, _scope(**scope))
    db.session.commit()
    emit(_as_dict(user), as_json)


@accounts.command("list")
@json_option
def list_accounts(as_json: bool) -> None:
    """List all accounts."""
    rows = [_as_dict(user) for user in register.everything()]
    emit({"accounts": rows} if as_json else rows, as_json)


@audit_log.command("list")
@click.option("--school", "brin", help="Only what concerns this school.")
@click.option("--limit", default=100, show_default=True, help="At most so many entries, the latest first.")
@json_option
def list_entries(brin: str | None, limit: int, as_json: bool) -> None:
    """List the latest entries of the audit log."""
    rows = [
        {"at": one.at, "actor": one.actor, "action": one.action, "school": one.brin, "details": one.details}
        for one in db.session.scalars(audit.entries(brin).limit(limit))
    ]
    emit({"entries": rows} if as_json else rows, as_json)
