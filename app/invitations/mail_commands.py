"""`flask bounces` and `flask messages settle`: what a person decides about marked addresses and uncertain mails."""

from typing import Any

import click
from flask.cli import AppGroup
from werkzeug.datastructures import MultiDict

from app.cli import Unusable, date_option_type, emit, json_option
from app.extensions import db
from app.invitations import delivery, mail_lists
from app.invitations.commands import BatchParam
from app.invitations.mail_lists import MARKED, MailFilters
from app.mailing import commands
from app.mailing.states import MailStatus

bounces = AppGroup("bounces", help="Addresses marked as not existing.")
DECISIONS = {"arrived": MailStatus.SENT, "again": MailStatus.QUEUED}


def narrowing(command: Any) -> Any:
    """Give a command the options that narrow it to some mails; `given` holds them."""
    command = click.option("--answer", help="A text within what the server said.")(command)
    command = click.option("--until", type=date_option_type, help="Ended on this day or before.")(command)
    command = click.option("--since", type=date_option_type, help="Ended on this day or after.")(command)
    return click.option("--batch", type=BatchParam())(command)


@bounces.command("list")
@narrowing
@json_option
def list_bounces(as_json: bool, **given: Any) -> None:
    """List the mails that marked an address, with what the server said."""
    rows = [
        {"message": mail.id, "batch": mail.run_id, "on": mail.ended_at, "answer": mail.answer}
        for mail in db.session.scalars(mail_lists.mails(_filters(MARKED, given, whichever=True)))
    ]
    emit({"bounces": rows} if as_json else rows, as_json)


@bounces.command("lift")
@narrowing
@click.option("--dry-run", is_flag=True, help="Count; lift nothing.")
@json_option
def lift(dry_run: bool, as_json: bool, **given: Any) -> None:
    """Lift the marks of a batch, a period or an answer's text; they are in the next proposal."""
    lifted = delivery.lift(_filters(MARKED, given))
    if dry_run:
        db.session.rollback()
    db.session.commit()
    emit({"lifted": lifted}, as_json)


@commands.messages.command("settle")
@click.argument("decision", type=click.Choice(list(DECISIONS)))
@narrowing
@click.option("--dry-run", is_flag=True, help="Count; settle nothing.")
@json_option
def settle(decision: str, dry_run: bool, as_json: bool, **given: Any) -> None:
    """Settle uncertain mails together: they ARRIVED, or go AGAIN under the same Message-ID."""
    settled = 0
    for n in delivery.settle_all(_filters(MailStatus.UNCERTAIN, given), DECISIONS[decision]):
        settled += n
        if dry_run:
            db.session.rollback()
        db.session.commit()
    emit({"settled": settled}, as_json)


def _filters(state: str, given: dict[str, Any], *, whichever: bool = False) -> MailFilters:
    """Return the filters that the options say. Raises Unusable when none is given, unless `whichever` will do."""
    if not whichever and not any(given.values()):
        raise Unusable("say which: --batch, --since, --until or --answer")
    texts = {name: getattr(value, "id", value) for name, value in given.items() if value}
    return MailFilters(MultiDict({name: str(value) for name, value in (texts | {"state": state}).items()}))
