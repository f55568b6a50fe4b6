"""Withdrawn answers leave every edition, published or not, with the increment that each entered the figures in.

An edition may lose rows and nothing else. Its manifest then names the increments it `lost`, and the digest of what is
`left`; the digest it was made with stays, and so do the figures that were published of it.
"""

from collections.abc import Iterator

import sqlalchemy as sa

from app.database import reading_in_pieces
from app.extensions import db
from app.invitations.models import Role
from app.results import columns, files, increments, parquet
from app.results.models import Edition, EditionFile, counts_name
from app.results.parquet import Written


def take_out() -> Iterator[int]:
    """Take increments of which an answer is gone out of all editions, and of this machine's files.

    Yields rows where the caller is to commit; the files are made while nobody waits for the database.
    """
    yield 0
    with reading_in_pieces():
        wanted = sa.select(Edition.id).where(Edition.files.any()).order_by(Edition.id)
        found = {
            id_: lost for id_ in db.session.scalars(wanted) if (lost := _to_lose(db.session.get_one(Edition, id_)))
        }
    for id_, lost in found.items():
        with reading_in_pieces():
            made = _without(id_, lost)
        yield 0
        yield _keep(id_, lost, made)
    if found:
        files.forget_gone(in_use=0)


def rows_of_whole(edition: Edition) -> str:
    """Return the condition in SQL on rows of an edition that no answer of their increment was withdrawn until now."""
    gone = ", ".join(map(str, increments.missing(edition.round_id)))
    return f"increment NOT IN ({gone})" if gone else "true"


def withdrawn_since(edition: Edition) -> int:
    """Return how many answers an edition lost since it was made, those that went with them not counted."""
    missing = increments.missing(edition.round_id)
    return sum(missing.get(id_, 0) for id_ in edition.manifest.get("lost", ()))


def _to_lose(edition: Edition) -> list[int]:
    known = {*edition.manifest.get("without", ()), *edition.manifest.get("lost", ())}
    return sorted(increments.missing(edition.round_id).keys() - known)


def _without(id_: int, lost: list[int]) -> dict[str, Written]:
    """Return the files of an edition's answers without some increments, by name."""
    made: dict[str, Written] = {}
    kept = f"SELECT * FROM read_parquet(?) WHERE increment NOT IN ({', '.join(map(str, lost))})"  # noqa: S608
    for role in Role:
        content = db.session.scalar(sa.select(EditionFile.content).where(*_file(id_, role.value)))
        if content is not None:
            made[role.value] = parquet.derived(kept, content)
            made[counts_name(role)] = parquet.derived(columns.COUNTS, made[role.value].content)
    return made


def _keep(id_: int, lost: list[int], made: dict[str, Written]) -> int:
    """Write what an edition still holds; returns how many rows it lost, none where it was replaced meanwhile."""
    edition = db.session.get(Edition, id_, populate_existing=True, with_for_update=True)
    if edition is None:
        return 0
    for name, one in made.items():
        changed = sa.update(EditionFile).where(*_file(id_, name)).values(content=one.content, digest=one.digest)
        db.session.execute(changed)
    digests = sa.select(EditionFile.name, EditionFile.digest).where(EditionFile.edition_id == id_)
    rows = edition.manifest["rows"]
    left = rows | {name: one.rows for name, one in made.items() if name in rows}
    changes = {"rows": left, "lost": sorted({*edition.manifest.get("lost", ()), *lost})}
    edition.manifest = edition.manifest | changes | {"left": parquet.digest_of(dict(db.session.execute(digests).all()))}
    return sum(rows.values()) - sum(left.values())


def _file(id_: int, name: str) -> tuple[sa.ColumnElement[bool], ...]:
    return EditionFile.edition_id == id_, EditionFile.name == name
