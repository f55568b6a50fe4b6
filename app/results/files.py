"""An edition's files on this machine: fetched once from the database, shared by its processes, gone with it."""

import contextlib
import os
import secrets
import time
from pathlib import Path

import sqlalchemy as sa
from flask import current_app

from app.extensions import db
from app.invitations.models import Role
from app.results.models import Edition, EditionFile, counts_name

IN_USE = 600  # seconds in which a page may still read a file whose edition was replaced


class EditionGone(Exception):
    """An edition was replaced, or went by its term, after somebody asked for it."""


def path_of(edition: Edition, name: str) -> Path:
    """Return where a file of an edition lies (EditionFile.name), under its digest, so never stale.

    Raises EditionGone.
    """
    digests = {one.name: one.digest for one in edition.files}
    if name not in digests:
        raise EditionGone
    path = _folder() / f"{digests[name]}.parquet"
    if not path.exists():
        _fetch(edition.id, path)
        forget_gone()
    return path


def counts_of(edition: Edition, role: Role) -> Path:
    """Return where the counts of a role's answers lie."""
    return path_of(edition, counts_name(role))


def forget_gone(in_use: int | None = None) -> int:
    """Delete what belongs to no edition and is older than `in_use` seconds (IN_USE); returns how many files."""
    kept = set(db.session.scalars(sa.select(EditionFile.digest)))
    old = time.time() - (IN_USE if in_use is None else in_use)
    gone = [path for path in _folder().glob("*") if path.stem not in kept or path.suffix != ".parquet"]
    deleted = 0
    for path in gone:
        with contextlib.suppress(FileNotFoundError):  # another process on this folder was first
            if path.stat().st_mtime < old:
                path.unlink()
                deleted += 1
    return deleted


def _fetch(edition_id: int, path: Path) -> None:
    """Write the file beside its place first, so that no process reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    wanted = sa.select(EditionFile.content).where(EditionFile.edition_id == edition_id)
    content = db.session.scalar(wanted.where(EditionFile.digest == path.stem).limit(1))
    if content is None:
        raise EditionGone
    unfinished = path.with_suffix(f".{secrets.token_hex(4)}")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    unfinished.replace(path)


def _folder() -> Path:
    return current_app.config["DATA_DIR"] / "editions"
