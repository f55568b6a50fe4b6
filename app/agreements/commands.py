"""`flask agreements sign | list | end`."""

import datetime as dt
from typing import Any

import click
from flask.cli import AppGroup

from app import clock
from app.agreements import register
from app.agreements.models import Category
from app.cli import date_option_type, emit, json_option, refusals_in
from app.extensions import db

group = AppGroup("agreements", help="Which schools share their students' addresses.")

FAULTS = {
    "unknown_school": "there is no school {brin}; load the reference tables, or check the BRIN",
    "until_before_from": "the agreement would end before it begins; check --from and --until",
    "overlapping": "{brin} already has an agreement in that time; end it first",
    "version_too_long": f"a version has at most {register.VERSION_LENGTH} characters",
    "wrong_days": f"--contact-days is a number from 0 to {register.MOST_DAYS}",
    "not_an_address": "a contact is a mail address; check --privacy-contact and --leak-contact",
    "nothing_to_end": "{brin} has no agreement that could be ended",
}


def _in_brief(agreement) -> dict:
    return {
        "brin": agreement.brin,
        "from": agreement.valid_from,
        "until": agreement.valid_until,
        "ended_on": agreement.ended_on,
        "state": agreement.state(clock.today()),
    }


def _in_full(agreement) -> dict:
    names = ("version", "signed_on", "categories", "contact_days", "privacy_contact", "leak_contact")
    return _in_brief(agreement) | {name: getattr(agreement, name) for name in names}


@group.command("sign")
@click.argument("brin")
@click.option("--from", "valid_from", required=True, type=date_option_type)
@click.option("--until", "valid_until", type=date_option_type)
@click.option("--version", default="", help="Which text was signed.")
@click.option("--signed-on", type=date_option_type, help="The day under the signature.")
@click.option(
    "--category",
    "categories",
    multiple=True,
    type=click.Choice([category.value for category in Category]),
    default=[category.value for category in Category],
    help="What may be shared of a student; may be given more than once, by default all.",
)
@click.option("--contact-days", type=int, help="Days this is kept after a seat closes; by default CONTACT_DAYS.")
@click.option("--privacy-contact", help="Mail address at the school for privacy.")
@click.option("--leak-contact", help="Mail address at the school to tell of a leak.")
@json_option
def sign(brin: str, valid_from: dt.date, valid_until: dt.date | None, as_json: bool, **facts: Any) -> None:
    """Enter an agreement: from its first day on BRIN may deliver students' addresses."""
    brin = brin.strip().upper()
    with refusals_in(FAULTS, brin=brin):
        agreement = register.sign(brin, valid_from, valid_until, **facts)
    db.session.commit()
    _show(agreement, as_json)


@group.command("end")
@click.argument("brin")
@json_option
def end(brin: str, as_json: bool) -> None:
    """End BRIN's agreement from today on."""
    brin = brin.strip().upper()
    with refusals_in(FAULTS, brin=brin):
        agreement = register.end(brin)
    db.session.commit()
    _show(agreement, as_json)


@group.command("list")
@json_option
def list_agreements(as_json: bool) -> None:
    """List all agreements."""
    agreements = register.everything()
    if as_json:
        emit({"agreements": [_in_full(agreement) for agreement in agreements]}, as_json)
    else:
        emit([_in_brief(agreement) for agreement in agreements], as_json)


def _show(agreement, as_json: bool) -> None:
    emit(_in_full(agreement) if as_json else _in_brief(agreement), as_json)
