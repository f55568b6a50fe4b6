"""`flask results`: editions and figures."""

from typing import Any

import click
from flask.cli import AppGroup

from app.cli import Unusable, emit, json_option
from app.extensions import db
from app.invitations.commands import RoundParam
from app.invitations.models import Role, Round
from app.results import editions, increments, report, scopes
from app.results.downloads.contents import name_of
from app.results.figures import Figure
from app.results.models import Edition
from app.results.report import Report
from app.results.scopes import Scope, UnknownScope

group = AppGroup("results", help="What people say, in figures.")


class ScopeParam(click.ParamType):
    """A scope by its name."""

    name = "scope"

    def convert(self, value: Any, param: Any, ctx: Any) -> Scope:
        try:
            return value if isinstance(value, Scope) else scopes.parse(value)
        except UnknownScope as error:
            words = f"{value} is no scope; write national, sector:NN, school:BRIN or programme:CREBO"
            raise Unusable(words) from error


@group.command("edition")
@click.option("--round", "round_", type=RoundParam(), help="Only of this round; else of each that has answers.")
@json_option
def make_edition(round_: Round | None, as_json: bool) -> None:
    """Write new editions now, whatever came in since the last one."""
    measured = [round_] if round_ else editions.with_answers()
    made = []
    for one in measured:
        try:
            steps = editions.steps(one)
            while not (edition := next(steps)):
                db.session.commit()  # step by step, so that on SQLite nobody waits for it
            db.session.commit()
        except increments.Moved as error:
            raise Unusable("answers were withdrawn meanwhile; nothing was written, try again") from error
        made.append({"edition": edition.id, "round": one.name, **edition.manifest["rows"]})
    words = "\n".join(f"{one['round']}: {one['student']} students, {one['trainer']} trainers" for one in made)
    emit({"editions": made}, as_json, words or "no round has answers yet")


@group.command("show")
@click.option(
    "--scope", type=ScopeParam(), default="national", help="national, sector:NN, school:BRIN, programme:CREBO"
)
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--round", "round_", type=RoundParam(), help="A round by name; else the last one that has results.")
@json_option
def show(scope: Scope, role: str, round_: Round | None, as_json: bool) -> None:
    """Show the figures of a role in a scope."""
    edition = edition_of(round_)
    if name_of(scope) is None:
        raise Unusable(f"there is no {scope.kind} {scope.code}; check the code")
    emit(as_data(report.make(edition, Role(role), scope)), as_json)


def as_data(shown: Report) -> dict[str, Any]:
    """Return a report as JSON can hold it: n, response, and per question its n, counts, measure and margin."""
    return {
        "n": shown.persons,
        "precision": shown.precision.value,
        "response": shown.response,
        "questions": {id_: _figure(one) for id_, one in shown.figures.items() if one.is_shown},
        "edition": shown.edition,
    }


def _figure(one: Figure) -> dict[str, Any]:
    measured = {one.measure: one.value, "low": one.low, "high": one.high} if one.value is not None else {}
    return {"n": one.persons, "counts": dict(one.counts), "precision": one.precision.value} | measured


def edition_of(round_: Round | None) -> Edition:
    """Return the edition of a round, else the one worth showing. Raises Unusable."""
    made = editions.in_use()
    edition = next((one for one in made if one.round == round_), None) if round_ else editions.worth_showing(made)
    if edition is None:
        raise Unusable("there is no edition yet; make one with `flask results edition`")
    return edition
