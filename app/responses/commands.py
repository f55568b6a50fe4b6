"""`flask responses export` and `flask receipts read | withdraw`."""

from pathlib import Path

import click
from flask.cli import AppGroup

from app.accounts import audit
from app.cli import OutFile, Unusable, emit, json_option
from app.extensions import db
from app.invitations.commands import RoundParam
from app.invitations.models import Round
from app.responses import exporting
from app.responses import receipts as receipt_book

responses = AppGroup("responses", help="What was answered.")
receipts = AppGroup("receipts", help="What a respondent can do with a receipt.")


@responses.command("export")
@click.argument("round_", metavar="ROUND", type=RoundParam())
@click.option("--out", required=True, type=OutFile())
@json_option
def export(round_: Round, out: Path, as_json: bool) -> None:
    """Write the answers of ROUND to a CSV file."""
    n = exporting.export(round_, out)
    db.session.commit()
    emit({"responses": n}, as_json)


@receipts.command("read")
@click.argument("code")
@json_option
def read(code: str, as_json: bool) -> None:
    """Show the answers that belong to a receipt."""
    response = receipt_book.find(code)
    if response is None:
        raise Unusable("no answers belong to this receipt; check the twenty characters")
    emit(
        {"questionnaire": response.questionnaire, "month": response.month, "answers": response.everything},
        as_json,
    )


@receipts.command("withdraw")
@click.argument("code")
@json_option
def withdraw(code: str, as_json: bool) -> None:
    """Delete the answers that belong to a receipt, for good."""
    if not receipt_book.withdraw(code):
        raise Unusable("no answers belong to this receipt; they may be withdrawn already")
    audit.record("answers_withdrawn")
    db.session.commit()
    emit({"withdrawn": 1}, as_json)
