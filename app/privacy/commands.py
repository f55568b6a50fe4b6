"""`flask privacy due | erase | find | forget`."""

import json

import click
from flask.cli import AppGroup

from app.cli import Unusable, emit, json_option
from app.extensions import db
from app.placements import objections
from app.privacy import erasing, finding, forgetting

group = AppGroup("privacy", help="What goes when, and what persons ask.")


@group.command("due")
@json_option
def due(as_json: bool) -> None:
    """Say what would go today, per table; nothing goes."""
    emit({"due": erasing.count_due()}, as_json)


@group.command("erase")
@json_option
def erase(as_json: bool) -> None:
    """Erase what is due today."""
    erased: dict[str, int] = {}
    for so_far in erasing.erase():
        db.session.commit()
        erased = dict(so_far)
    erasing.empty_log()
    emit({"erased": erased, "remaining_due": sum(erasing.count_due().values())}, as_json)


@group.command("find")
@click.argument("words", metavar="ADDRESS|NUMBER")
@json_option
def find(words: str, as_json: bool) -> None:
    """Show all that is held of a person, but for sent answers, which are found by their receipt alone."""
    person = _person(words)
    found = finding.held(person)
    forgetting.record("person_looked_up", person)
    db.session.commit()
    emit({"held": found}, as_json, json.dumps(found, indent=2, ensure_ascii=False))


@group.command("forget")
@click.argument("words", metavar="ADDRESS|NUMBER")
@json_option
def forget(words: str, as_json: bool) -> None:
    """Erase a person, for good: no file and no backup brings them back."""
    objections.hold()
    person = _person(words)
    if not finding.held(person):
        raise Unusable("we hold nothing of this address or number; check how it is written")
    gone = forgetting.forget(person)
    db.session.commit()
    erasing.empty_log()
    emit({"forgotten": gone}, as_json)


def _person(words: str) -> finding.Person:
    try:
        return finding.find(words)
    except finding.SeveralPersons as error:
        words = f"more than one student has this number ({error}); write the BRIN before it, or use the mail address"
        raise Unusable(words) from error
