"""`flask messages list | release` and `flask optouts list`."""

import click
import sqlalchemy as sa
from flask.cli import AppGroup

from app.cli import emit, json_option
from app.extensions import db
from app.mailing import outbox
from app.mailing.models import Message, OptOut
from app.mailing.states import MailStatus

messages = AppGroup("messages", help="The outbox.")
optouts = AppGroup("optouts", help="Addresses that want no more mail, as keyed hashes.")


@messages.command("list")
@click.option("--state", type=click.Choice([status.value for status in MailStatus]))
@json_option
def list_messages(state: str | None, as_json: bool) -> None:
    """List messages by id, without addresses."""
    wanted = sa.select(Message).order_by(Message.id)
    if state:
        wanted = wanted.where(Message.status == state)
    rows = [
        {
            "id": message.id,
            "kind": message.kind,
            "run": message.run_id,
            "status": message.status,
            "attempts": message.attempts,
            "reason": message.reason,
            "not_before": message.not_before.isoformat(),
        }
        for message in db.session.scalars(wanted)
    ]
    emit({"messages": rows} if as_json else rows, as_json)


@messages.command("release")
@json_option
def release(as_json: bool) -> None:
    """After `flask restored`: queue the held mail that belongs to no batch. A batch is resumed by itself."""
    n = outbox.resume(None)
    db.session.commit()
    emit({"queued": n}, as_json)


@optouts.command("list")
@json_option
def list_optouts(as_json: bool) -> None:
    """List opt-outs by hash and day."""
    found = db.session.scalars(sa.select(OptOut).order_by(OptOut.at))
    rows = [{"address_hash": row.address_hash, "on": row.at.date().isoformat()} for row in found]
    emit({"optouts": rows} if as_json else rows, as_json)
