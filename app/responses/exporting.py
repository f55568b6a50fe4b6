"""Writes the answers of a round to a CSV file, for analysts; text answers included, so the file is for few eyes."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from app.accounts import audit
from app.cells import defused
from app.extensions import db
from app.invitations import rounds
from app.invitations.models import Role, Round
from app.responses.models import Response

BACKGROUND = ("month", "role", "channel", "questionnaire", "brin", "crebo", "pathway")


def export(exported: Round, out: Path) -> int:
    """Write one row per response, in random order, and return how many. Raises rounds.DefinitionChanged."""
    questions = _question_ids(exported)
    audit.record("responses_exported", round=exported.id)
    n = 0
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow([*BACKGROUND, *questions])
        for row in _rows(exported, questions):
            writer.writerow(row)
            n += 1
    return n


def _question_ids(exported: Round) -> list[str]:
    ids = [question.id for role in Role for question in rounds.questionnaire(exported, role).questions()]
    return list(dict.fromkeys(ids))


def _rows(exported: Round, questions: list[str]) -> Iterator[list[str]]:
    wanted = sa.select(Response).where(Response.round_id == exported.id).order_by(Response.key)
    for response in db.session.scalars(wanted.execution_options(yield_per=1000)):
        background = [str(getattr(response, name)) for name in BACKGROUND]
        yield background + [_cell(response.everything.get(id_)) for id_ in questions]


def _cell(value: object) -> str:
    if value is None:
        return ""
    return defused(
        "|".join(value) if isinstance(value, list) else value if isinstance(value, str) else json.dumps(value)
    )
