"""Editions: the answers of a round as figures are made of them, written by the worker, the same for every web process.

The database holds an edition's files as bytes; `files.py` fetches them once per machine. All of an edition is written
in one transaction, so that a crash leaves the one before in use.
"""

import hashlib
from collections.abc import Iterator
from itertools import starmap
from typing import Any

import sqlalchemy as sa

from app import clock
from app.accounts import audit
from app.database import reading_in_pieces
from app.extensions import db
from app.invitations import blocks, rounds
from app.invitations.models import Role, Round
from app.questionnaires import loader
from app.reference.models import Programme
from app.responses.models import Response
from app.results import columns, increments, parquet, seat_counts, weighting
from app.results.models import Edition, EditionFile, Increment, Publication
from app.results.parquet import Written

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
    db.session.execute(sa.select(Round.id).where(Round.id == measured.id).with_for_update())  # one at a time
    blocks.draw_all(measured)
    increments.form(measured)
    yield None
    with reading_in_pieces():
        files = {role.value: _answers(measured, role) for role in Role}
        files["reach"] = parquet.written(columns.REACH, seat_counts.rows(measured))
        manifest = _manifest(measured, files)
    yield None
    edition = Edition(round_id=measured.id, made_at=clock.now(), manifest=manifest)
    edition.files = [EditionFile(name=name, digest=one.digest, content=one.content) for name, one in files.items()]
    db.session.add(edition)
    db.session.flush()
    _forget_before(edition)
    audit.record("edition_made", round=measured.id, edition=edition.id, **manifest["rows"])
    yield edition


def make_due() -> Iterator[int]:
    """Make an edition of each round in which enough changed since the last one; yields rows where to commit."""
    for measured in rounds.everything():
        if is_due(measured):
            yield from (sum(made.manifest["rows"].values()) if made else 0 for made in steps(measured))


def is_due(measured: Round) -> bool:
    """Tell whether ENOUGH answers came in, one was withdrawn, or the round closed since its last edition."""
    if db.session.get(Publication, measured.id):
        return False
    last, now = newest(measured.id), _state(measured)
    if last is None:
        return now["answers"] > 0
    before = last.manifest["state"]
    enough = now["answers"] >= before["answers"] + ENOUGH
    return enough or now["answers"] < before["answers"] or now["closed"] != before["closed"]


def newest(round_id: int) -> Edition | None:
    wanted = sa.select(Edition).where(Edition.round_id == round_id).order_by(Edition.id.desc()).limit(1)
    return db.session.scalar(wanted)


def in_use(round_id: int) -> Edition | None:
    """Return the edition that pages of a round show: the published one, else the newest."""
    publication = db.session.get(Publication, round_id)
    return publication.edition if publication else newest(round_id)


def with_answers() -> list[Round]:
    """Return the rounds that have answers and are not published, the newest first."""
    answered = sa.select(Response.round_id).where(Response.round_id == Round.id).exists()
    published = sa.select(Publication.round_id)
    wanted = sa.select(Round).where(answered, Round.id.not_in(published)).order_by(Round.ends_until.desc())
    return list(db.session.scalars(wanted))


def with_editions() -> list[Round]:
    """Return the rounds that have an edition, the newest first."""
    made = sa.select(Edition.round_id).join(EditionFile, EditionFile.edition_id == Edition.id)
    return list(db.session.scalars(sa.select(Round).where(Round.id.in_(made)).order_by(Round.ends_until.desc())))


def _answers(measured: Round, role: Role) -> Written:
    """Return the Parquet file of a role's answers in whole increments."""
    questionnaire = loader.load_all()[measured.questionnaire(role)]
    types = columns.BACKGROUND | columns.question_types(questionnaire)
    held, forms = _increments(measured.id, role)
    weights = weighting.weights(measured, role, list(held))
    read = columns.reader(questionnaire)

    def row(increment: int, crebo: str, pathway: str, level: int, sector: str, school: str, *rest: Any) -> list:
        channel, asked, is_first, answers = rest
        background = [*held[increment], crebo, pathway, level, sector, channel, asked, is_first]
        return [increment, *background, weights[(school, sector, pathway, level)], *read(answers, pathway)]

    written = parquet.written(types, starmap(row, _responses(measured.id, role, list(held))))
    if written.rows != sum(forms.values()):
        raise increments.Moved
    return written


def _responses(round_id: int, role: Role, held: list[int]) -> Iterator[Any]:
    """Yield the answers of these increments, in an order that says nothing."""
    of = (Response.increment_id, Response.crebo, Response.pathway, Programme.level, Programme.sector_code)
    rest = (Response.brin, Response.channel, Response.questionnaire, Response.is_first, Response.answers)
    wanted = (
        sa.select(*of, *rest)
        .join(Programme, Programme.crebo == Response.crebo)
        .where(Response.round_id == round_id, Response.role == role, Response.increment_id.is_not(None))
        .order_by(Response.key)
        .execution_options(yield_per=2000)
    )
    kept = set(held)
    return (tuple(row) for row in db.session.execute(wanted) if row[0] in kept)


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
    together = hashlib.sha256("".join(files[name].digest for name in sorted(files)).encode()).hexdigest()
    return {
        "rows": {name: one.rows for name, one in files.items()},
        "questionnaires": {role.value: measured.questionnaire(role) for role in Role},
        "digest": together,
        "state": _state(measured),
    }


def _state(measured: Round) -> dict[str, Any]:
    """Return what decides whether a next edition is due."""
    answers = sa.select(sa.func.count()).select_from(Response).where(Response.round_id == measured.id)
    return {"answers": db.session.scalar(answers), "closed": measured.is_closed(clock.today())}


def _forget_before(edition: Edition) -> None:
    """Delete the round's other editions, but for one that was published."""
    published = sa.select(Publication.edition_id)
    old = sa.select(Edition.id).where(Edition.round_id == edition.round_id, Edition.id < edition.id)
    ids = list(db.session.scalars(old.where(Edition.id.not_in(published))))
    db.session.execute(sa.delete(EditionFile).where(EditionFile.edition_id.in_(ids)))
    db.session.execute(sa.delete(Edition).where(Edition.id.in_(ids)))
