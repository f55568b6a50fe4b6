"""`flask rounds`, `batches`, `reach`, `links` and `questionnaires`."""

import datetime as dt
from pathlib import Path
from typing import Any, get_args

import click
from flask.cli import AppGroup

from app.cli import OutFile, Unusable, date_option_type, emit, json_option, refusals_in
from app.database import by_number
from app.extensions import db
from app.invitations import batches as batch_book
from app.invitations import exporting, planner
from app.invitations import reach as reach_figures
from app.invitations import rounds as round_book
from app.invitations.models import Batch, Role, Round
from app.questionnaires import loader
from app.questionnaires.definition import ModuleName

rounds = AppGroup("rounds", help="Measurement rounds.")
batches = AppGroup("batches", help="Runs of invitations.")
links = AppGroup("links", help="Personal links.")
questionnaires = AppGroup("questionnaires", help="What is asked.")

FAULTS = {
    "no_name": "give the round a name of at most 100 characters",
    "name_taken": "there already is a round {round!r}; choose another name",
    "until_before_from": "the interval ends before it begins; check --ends-from and --ends-until",
    "closes_before_end": "the round would close before its interval begins; check --closes-on",
    "overlapping": "its interval overlaps with round {round!r}; each placement belongs to one round",
    "unknown_questionnaire": "there is no questionnaire {questionnaire!r}",
    "wrong_role": "questionnaire {questionnaire!r} is for the other role",
    "no_module": "questionnaire {questionnaire!r} has no page of module {module!r}",
    "round_closed": "the round is closed; nothing was queued",
    "cancelled": "this batch was cancelled; make a new proposal",
}


class RoundParam(click.ParamType):
    """A round's name or id."""

    name = "round"

    def convert(self, value: Any, param: Any, ctx: Any) -> Round:
        found = round_book.find(value)
        if found is None:
            raise Unusable(f"there is no round {value!r}; `flask rounds list` names them")
        return found


class BatchParam(click.ParamType):
    """A batch's id."""

    name = "batch"

    def convert(self, value: Any, param: Any, ctx: Any) -> Batch:
        found = by_number(Batch, str(value))
        if found is None:
            raise Unusable(f"there is no batch {value!r}")
        return found


def _as_dict(shown: Round) -> dict[str, Any]:
    return {
        "id": shown.id,
        "name": shown.name,
        "ends_from": shown.ends_from,
        "ends_until": shown.ends_until,
        "closes_on": shown.closes_on,
        "closed": shown.closed_at is not None,
        "due_days": shown.due_days,
        "seat_days": shown.seat_days,
        "reminder_days": shown.reminder_days,
        "student_questionnaire": shown.student_questionnaire,
        "trainer_questionnaire": shown.trainer_questionnaire,
        "modules": shown.modules,
    }


@rounds.command("open")
@click.argument("name")
@click.option("--ends-from", required=True, type=date_option_type)
@click.option("--ends-until", required=True, type=date_option_type)
@click.option("--closes-on", type=date_option_type)
@click.option("--due-days", default=14, show_default=True, type=click.IntRange(0))
@click.option("--seat-days", default=28, show_default=True, type=click.IntRange(1))
@click.option("--mails-per-trainer", type=click.IntRange(1), help="At most so many invitations in 28 days.")
@click.option(
    "--remind-after",
    "reminder_days",
    multiple=True,
    default=(7, 14),
    show_default=True,
    type=click.IntRange(1, 365),
    help="Days after its mail on which a trainer is reminded; may be given more than once.",
)
@click.option("--student-questionnaire", default=round_book.DEFAULT_QUESTIONNAIRES["student"])
@click.option("--trainer-questionnaire", default=round_book.DEFAULT_QUESTIONNAIRES["trainer"])
@click.option("--module", "modules", multiple=True, type=click.Choice(get_args(ModuleName)), help="Ask its pages too.")
@json_option
def open_round(name: str, ends_from: dt.date, ends_until: dt.date, as_json: bool, **options: Any) -> None:
    """Open a round for the placements that end in an interval."""
    with refusals_in(FAULTS):
        opened = round_book.open_round(name, ends_from, ends_until, **options)
    db.session.commit()
    emit(_as_dict(opened), as_json)


@rounds.command("close")
@click.argument("round_", metavar="ROUND", type=RoundParam())
@json_option
def close(round_: Round, as_json: bool) -> None:
    """Close ROUND today."""
    round_book.close_round(round_)
    db.session.commit()
    emit(_as_dict(round_), as_json)


@rounds.command("list")
@json_option
def list_rounds(as_json: bool) -> None:
    """List all rounds."""
    rows = [_as_dict(one) for one in round_book.everything()]
    emit({"rounds": rows} if as_json else rows, as_json)


@batches.command("propose")
@click.argument("round_", metavar="ROUND", type=RoundParam())
@click.option("--on", "day", type=date_option_type, help="As if today were this day.")
@json_option
def propose(round_: Round, day: dt.date | None, as_json: bool) -> None:
    """Propose who would be mailed, and say who is left out and why."""
    batch = planner.propose(round_, day)
    db.session.commit()
    result = {
        "batch": batch.id,
        "trainers": batch.trainers,
        "students_direct": batch.students_direct,
        "seats": batch.seats,
        "left_out": batch.left_out,
    }
    emit(result, as_json)


@batches.command("send")
@click.argument("batch", type=BatchParam())
@json_option
def send(batch: Batch, as_json: bool) -> None:
    """Queue the mails of BATCH; the worker sends them."""
    queued = 0
    try:
        with refusals_in(FAULTS):
            for n in batch_book.send(batch):
                queued += n
                db.session.commit()
    except round_book.DefinitionChanged as error:
        raise click.ClickException(str(error)) from error
    emit({"queued": queued}, as_json)


@batches.command("show")
@click.argument("batch", type=BatchParam())
@json_option
def show(batch: Batch, as_json: bool) -> None:
    """Count the mails of BATCH per state."""
    emit(batch_book.counts(batch), as_json)


@batches.command("pause")
@click.argument("batch", type=BatchParam())
@json_option
def pause(batch: Batch, as_json: bool) -> None:
    """Hold what no mail server has seen yet."""
    held = batch_book.pause(batch)
    db.session.commit()
    emit({"held": held}, as_json)


@batches.command("resume")
@click.argument("batch", type=BatchParam())
@json_option
def resume(batch: Batch, as_json: bool) -> None:
    """Queue what was held."""
    queued = batch_book.resume(batch)
    db.session.commit()
    emit({"queued": queued}, as_json)


@batches.command("cancel")
@click.argument("batch", type=BatchParam())
@json_option
def cancel(batch: Batch, as_json: bool) -> None:
    """Drop what no mail server has seen yet; its seats can be proposed again."""
    dropped = batch_book.cancel(batch)
    db.session.commit()
    emit({"dropped": dropped}, as_json)


@click.command("reach")
@click.argument("round_", metavar="ROUND", type=RoundParam())
@click.option("--on", "day", type=date_option_type, help="Count what is due on this day.")
@json_option
def reach(round_: Round, day: dt.date | None, as_json: bool) -> None:
    """Count what is due, reachable, invited, passed on, opened, started and sent."""
    emit(reach_figures.reach(round_, day), as_json)


@links.command("export")
@click.argument("round_", metavar="ROUND", type=RoundParam())
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--out", required=True, type=OutFile())
@click.option("--parts", is_flag=True, help="The trainers' own parts (/s/) instead of their pages (/t/).")
@json_option
def export_links(round_: Round, role: str, out: Path, parts: bool, as_json: bool) -> None:
    """Write the personal links of ROUND to a CSV file; this is noted in the audit log."""
    round_book.bind(round_)
    n = exporting.export_links(round_, Role(role), out, parts=parts)
    db.session.commit()
    emit({"links": n}, as_json)


@questionnaires.command("check")
@json_option
def check_questionnaires(as_json: bool) -> None:
    """Check every definition, and each round against the ones it began with."""
    try:
        definitions = loader.load_all()
    except loader.DefinitionError as error:
        raise Unusable(str(error)) from error
    try:
        round_book.check_definitions()
    except round_book.DefinitionChanged as error:
        raise click.ClickException(str(error)) from error
    emit({id_: definition.digest for id_, definition in definitions.items()}, as_json)
