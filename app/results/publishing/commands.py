"""`flask results publish` and `flask results verify`."""

from typing import Any

import click
import sqlalchemy as sa

from app.cli import Unusable, emit, json_option
from app.extensions import db
from app.invitations.commands import RoundParam
from app.invitations.models import Round
from app.results import increments
from app.results.models import Publication
from app.results.publishing import publication
from app.results.publishing.publication import PublicationRefused, Verdict

FAULTS = {
    "not_closed": "is not closed yet, or not for an hour: whoever began may still send",
    "published": "was published already, and what was published stays as it is",
    "year_taken": "ends in a year of which another round was published",
    "too_few": "has too few answers to publish anything",
}


@click.command("publish")
@click.argument("round_", metavar="ROUND", type=RoundParam())
@json_option
def publish(round_: Round, as_json: bool) -> None:
    """Publish the results of a closed ROUND: for everyone, once and for good."""
    try:
        made = publication.publish(round_)
    except PublicationRefused as error:
        raise Unusable(f"round {round_.name!r} {FAULTS[error.fault]}") from error
    except increments.Moved as error:
        raise Unusable("answers were withdrawn meanwhile; nothing was published, try again") from error
    db.session.commit()
    national = made.figures["scopes"]["national"]
    persons = {role: told["persons"] for role, told in national.items()}
    emit({"round": round_.name, "year": round_.ends_until.year, "edition": made.figures["edition"], **persons}, as_json)


@click.command("verify")
@json_option
def verify(as_json: bool) -> None:
    """Make all published figures again from their editions; exit 1 where they, or an edition, changed.

    An edition may lose answers that were withdrawn: how many is said, and is no fault.
    """
    wanted = sa.select(Publication).join(Round).order_by(Round.ends_until)
    checked = {one.round.name: publication.verdict(one) for one in db.session.scalars(wanted)}
    rows = [{"round": name, "figures": _said(one.figures), "edition": _edition(one)} for name, one in checked.items()]
    emit({"publications": rows} if as_json else rows, as_json, None if rows or as_json else "nothing is published yet")
    if not all(one.holds for one in checked.values()):
        raise click.exceptions.Exit(1)


def _edition(one: Verdict) -> Any:
    return f"{one.withdrawn} withdrawn since" if one.digest and one.withdrawn else _said(one.digest)


def _said(agrees: bool | None) -> Any:
    return {True: "the same", False: "differs", None: "erased"}[agrees]
