"""Editions: the answers of a round as figures are made of them, written by the worker, the same for every web process.

The database holds an edition's files as bytes; `files.py` fetches them once per machine. All of an edition is written
in one transaction, so that a crash leaves the one before in use.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import starmap
from typing import Any

import sqlalchemy as sa
import structlog
from flask import current_app
from sqlalchemy.orm import contains_eager, selectinload

from app import clock
from app.accounts import audit
from app.database import reading_in_pieces
from app.extensions import db
from app.invitations import blocks, rounds
from app.invitations.models import Role, Round
from app.reference.models import Programme
from app.responses.models import Response
from app.results import columns, increments, parquet, seat_counts, weighting
from app.results.models import Edition, EditionFile, Increment, Publication, counts_name
from app.results.parquet import Written

log = structlog.get_logger()
WORTH = 100  # answers, before a round is the first to be shown
ENOUGH = 25  # new answers, before a day's edition is worth making


def make(measured: Round) -> Edition:
    """Write a new edition of a round and forget the unpublished ones before it; the caller commits.

    Raises increments.Moved when answers were withdrawn meanwhile.
    """
    *_steps, edition = steps(measured)
    assert edition
    return edition


def steps(measured: Round) -> Iterator[Edition | None]:
    """Make an edition, and yield wherever the caller may commit; the last is the edition.

    Only the first and the last step write, so that on SQLite nobody waits while the files are made. Raises Moved.
    """
    lock(measured)
    blocks.draw_all(measured)
    increments.form(measured)
    without = sorted(increments.missing(measured.id))  # what is withdrawn from now on may be in the files
    yield None
    with reading_in_pieces():
        files = {role.value: _answers(measured, role) for role in Role}
        files["reach"] = parquet.written(columns.REACH, seat_counts.rows(measured))
        files |= {counts_name(role): parquet.derived(columns.COUNTS, files[role].content) for role in Role}
        manifest = _manifest(measured, files) | {"without": without}
    yield None
    edition = Edition(round_id=measured.id, made_at=clock.now(), manifest=manifest)
    edition.files = [EditionFile(name=name, digest=one.digest, content=one.content) for name, one in files.items()]
    db.session.add(edition)
    db.session.flush()
    _forget_before(edition)
    audit.record("edition_made", round=measured.id, edition=edition.id, **manifest["rows"])
    yield edition


def lock(measured: Round) -> None:
    """Let one at a time make an edition of a round or publish it; answers come in meanwhile."""
    db.session.execute(sa.select(Round.id).where(Round.id == measured.id).with_for_update(key_share=True))


def make_due() -> Iterator[int]:
    """Make an edition of each round in which enough changed since the last one; yields rows where to commit."""
    for measured in rounds.everything():
        if is_due(measured):
            try:
                yield from (sum(made.manifest["rows"].values()) if made else 0 for made in steps(measured))
            except increments.Moved:  # the others are made today all the same
                db.session.rollback()
                log.warning("answers were withdrawn while an edition was made of them", round=measured.id)


def is_due(measured: Round) -> bool:
    """Tell whether ENOUGH answers came in, one that counts withdrawn, or the round was over since its last.

    Answers that go by their term are no reason: they leave the edition there is, as withdrawn ones do (withdrawing.py).
    """
    last, now = newest(measured.id), _state(measured)
    if last is None:
        return now["answers"] > 0
    before = last.manifest["state"]
    enough = now["answers"] >= before["answers"] + ENOUGH
    withdrawn = now["withdrawn"] > before["withdrawn"] and not _loses_answers(measured)
    return enough or withdrawn or now["closed"] != before["closed"]


def _loses_answers(measured: Round) -> bool:
    """Tell whether a round is so old that its first answers go by their term, which counts in months."""
    today = clock.today()
    return measured.ends_from < dt.date(today.year - current_app.config["ANSWER_YEARS"], today.month, 1)


def newest(round_id: int) -> Edition | None:
    """Return the edition that pages of a round show; what was published of it stays as it was."""
    wanted = sa.select(Edition).where(Edition.round_id == round_id).order_by(Edition.id.desc()).limit(1)
    return db.session.scalar(wanted)


def in_use() -> list[Edition]:
    """Return the edition that pages of each round show, the newest round first, without rounds whose files are gone."""
    last = sa.select(sa.func.max(Edition.id)).group_by(Edition.round_id)
    wanted = sa.select(Edition).join(Edition.round).where(Edition.id.in_(last), Edition.files.any())
    at_once = contains_eager(Edition.round), selectinload(Edition.files)
    return list(db.session.scalars(wanted.options(*at_once).order_by(Round.ends_until.desc())))


def worth_showing(made: Sequence[Edition]) -> Edition | None:
    """Return the newest edition of WORTH answers, else the newest of any: a round that just began can be chosen."""
    return next((one for one in made if one.answers >= WORTH), next(iter(made), None))


def with_answers() -> list[Round]:
    """Return the rounds to make editions of, the newest first: not again where answers went by their term."""
    answered = sa.select(Response.round_id).where(Response.round_id == Round.id).exists()
    wanted = sa.select(Round).where(answered).order_by(Round.ends_until.desc())
    return [one for one in db.session.scalars(wanted) if not _loses_answers(one) or newest(one.id) is None]


def _answers(measured: Round, role: Role) -> Written:
    """Return the Parquet file of a role's answers in whole increments."""
    questionnaire = rounds.questionnaire(measured, role)
    types = columns.BACKGROUND | {f"q_{one.id}": "VARCHAR" for one in columns.closed_questions(questionnaire)}
    held, forms = _increments(measured.id, role)
    weights = weighting.weights(measured, role, list(held))
    read = columns.reader(questionnaire)

    def row(increment: int, cell: tuple, firsts: tuple[bool, bool], pathway: str, answers: dict) -> list[Any]:
        return [increment, *held[increment], *firsts, weights[cell], *read(answers, pathway)]

    written = parquet.written(types, starmap(row, _responses(measured.id, role, list(held))))
    if written.rows != sum(forms.values()):
        raise increments.Moved
    return written


def _responses(round_id: int, role: Role, held: list[int]) -> Iterator[tuple]:
    """Yield the answers of these increments, in an order that says nothing."""
    of = (Response.increment_id, Response.brin, Programme.sector_code, Response.pathway, Programme.level)
    wanted = (
        sa.select(*of, Response.is_first, Response.is_first_in_round, Response.answers)
        .join(Programme, Programme.crebo == Response.crebo)
        .where(Response.round_id == round_id, Response.role == role, Response.increment_id.is_not(None))
        .order_by(Response.key)
        .execution_options(yield_per=2000)
    )
    kept = set(held)
    for increment, brin, sector, pathway, level, *firsts, answers in db.session.execute(wanted):
        if increment in kept:
            yield increment, (brin, sector, pathway, level), tuple(firsts), pathway, answers


def _increments(round_id: int, role: Role) -> tuple[dict[int, tuple], dict[int, int]]:
    """Return the increments that are whole: school, block, what each lies in wholly by BREAKDOWNS; and their forms."""
    of = (
        Response.crebo,
        Programme.dossier,
        Programme.sector_code,
        Response.pathway,
        sa.cast(Programme.level, sa.String),
    )
    wholly = [sa.case((sa.func.min(one) == sa.func.max(one), sa.func.min(one))) for one in of]
    wanted = (
        sa.select(Increment.id, Increment.forms, Increment.brin, Increment.block, *wholly)
        .join(Response, Response.increment_id == Increment.id)
        .join(Programme, Programme.crebo == Response.crebo)
        .where(Increment.round_id == round_id, Increment.role == role)
        .group_by(Increment.id, Increment.brin, Increment.block, Increment.forms)
        .having(sa.func.count() == Increment.forms)
    )
    rows = db.session.execute(wanted).all()
    return {row[0]: tuple(row[2:]) for row in rows}, {row[0]: row[1] for row in rows}


def _manifest(measured: Round, files: dict[str, Written]) -> dict[str, Any]:
    return {
        "rows": {name: files[name].rows for name in (*Role, "reach")},
        "questionnaires": {role.value: measured.questionnaire(role) for role in Role},
        "digest": parquet.digest_of({name: one.digest for name, one in files.items()}),
        "state": _state(measured),
    }


def _state(measured: Round) -> dict[str, Any]:
    """Return what decides whether a next edition is due."""
    answers = sa.select(sa.func.count()).select_from(Response).where(Response.round_id == measured.id)
    withdrawn = sum(increments.missing(measured.id).values())
    return {"answers": db.session.scalar(answers), "withdrawn": withdrawn, "closed": measured.is_over()}


def _forget_before(edition: Edition) -> None:
    """Delete the round's other editions, but for one that was published."""
    published = sa.select(Publication.edition_id)
    old = sa.select(Edition.id).where(Edition.round_id == edition.round_id, Edition.id < edition.id)
    ids = list(db.session.scalars(old.where(Edition.id.not_in(published))))
    db.session.execute(sa.delete(EditionFile).where(EditionFile.edition_id.in_(ids)))
    db.session.execute(sa.delete(Edition).where(Edition.id.in_(ids)))
