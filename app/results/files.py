"""An edition's files on this machine: fetched once from the database, shared by its processes, gone with it."""

import secrets
from pathlib import Path

import sqlalchemy as sa
from flask import current_app

from app.extensions import db
from app.results.models import Edition, EditionFile


def path_of(edition: Edition, name: str) -> Path:
    """Return where a file of an edition lies (`student`, `trainer`, `reach`), under its digest, so never stale."""
    digests = {one.name: one.digest for one in edition.files}
    path = _folder() / f"{digests[name]}.parquet"
    if not path.exists():
        _fetch(edition.id, name, path)
        forget_gone()
    return path


def forget_gone() -> int:
    """Delete the files of editions that are no more; returns how many."""
    kept = set(db.session.scalars(sa.select(EditionFile.digest)))
    gone = [path for path in _folder().glob("*.parquet") if path.stem not in kept]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def _fetch(edition_id: int, name: str, path: Path) -> None:
    """Write the file beside its place first, so that no process reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    wanted = sa.select(EditionFile.content).where(EditionFile.edition_id == edition_id, EditionFile.name == name)
    unfinished = path.with_suffix(f".{secrets.token_hex(4)}")
    unfinished.write_bytes(db.session.scalars(wanted).one())
    unfinished.replace(path)


def _folder() -> Path:
    return current_app.config["DATA_DIR"] / "editions"
