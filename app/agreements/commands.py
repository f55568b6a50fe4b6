"""`flask agreements sign | list | end`."""

import datetime as dt

import click
from flask.cli import AppGroup

from app import clock
from app.agreements import register
from app.agreements.register import AgreementRefused
from app.cli import Unusable, date_option_type, emit, json_option
from app.extensions import db

group = AppGroup("agreements", help="Which schools share their students' addresses.")

FAULTS = {
    "unknown_school": "there is no school {brin}; load the reference tables, or check the BRIN",
    "until_before_from": "the agreement would end before it begins; check --from and --until",
    "overlapping": "{brin} already has an agreement in that time; end it first",
    "nothing_to_end": "{brin} has no agreement that could be ended",
}


def _as_dict(agreement) -> dict:
    return {
        "brin": agreement.brin,
        "from": agreement.valid_from,
        "until": agreement.valid_until,
        "ended_on": agreement.ended_on,
        "state": agreement.state(clock.today()),
    }


@group.command("sign")
@click.argument("brin")
@click.option("--from", "valid_from", required=True, type=date_option_type)
@click.option("--until", "valid_until", type=date_option_type)
@json_option
def sign(brin: str, valid_from: dt.datetime, valid_until: dt.datetime | None, as_json: bool) -> None:
    """Enter an agreement: from its first day on BRIN may deliver students' addresses."""
    brin = brin.strip().upper()
    try:
        agreement = register.sign(brin, valid_from.date(), valid_until.date() if valid_until else None)
    except AgreementRefused as error:
        raise Unusable(FAULTS[error.fault].format(brin=brin)) from error
    db.session.commit()
    emit(_as_dict(agreement), as_json)


@group.command("end")
@click.argument("brin")
@json_option
def end(brin: str, as_json: bool) -> None:
    """End BRIN's agreement from today on."""
    brin = brin.strip().upper()
    try:
        agreement = register.end(brin)
    except AgreementRefused as error:
        raise Unusable(FAULTS[error.fault].format(brin=brin)) from error
    db.session.commit()
    emit(_as_dict(agreement), as_json)


@group.command("list")
@json_option
def list_agreements(as_json: bool) -> None:
    """List all agreements."""
    rows = [_as_dict(agreement) for agreement in register.everything()]
    emit({"agreements": rows} if as_json else rows, as_json)
