"""Publishing a round's results: once, from its last edition, and as they stay. What was published can be made again."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from app import clock
from app.accounts import audit
from app.extensions import db
from app.invitations import freezing
from app.invitations.models import Role, Round
from app.results import differences, editions, parquet, withdrawing
from app.results.differences import Difference
from app.results.models import Edition, Publication
from app.results.publishing import figures as publication_figures
from app.results.publishing.figures import NATIONAL
from app.results.report import Report


class PublicationRefused(Exception):
    """A round cannot be published: `fault` is not_closed, published, year_taken or too_few."""

    def __init__(self, fault: str):
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True)
class Yearbook:
    """The results of a year as they were published, or, without `published_at`, as they would be."""

    round: Round
    edition: Edition
    figures: Mapping[str, Any]
    published_at: dt.datetime | None = None

    @property
    def year(self) -> int:
        return self.round.ends_until.year

    @cached_property
    def national(self) -> dict[Role, Report]:
        """Return what each role says in the whole country; a role of which too few answered is not there."""
        return {role: found for role in Role if (found := self.of_scope(role, NATIONAL))}

    def moved_since(self, before: "Yearbook", role: Role) -> list[Difference]:
        """Return in what a role's answers differ from those of another year by more than chance."""
        now, then = self.national.get(role), before.national.get(role)
        return differences.named(now, then) if now and then else []

    def of_scope(self, role: Role, scope: str) -> Report | None:
        return publication_figures.read(self.figures, scope, role, self.edition)


@dataclass(frozen=True)
class Verdict:
    """Whether a publication still stands: is it what its edition says, and is the edition what it was?

    None where the edition's answers are gone, as they are some day. Once some were withdrawn the figures cannot be made
    again, and are held against their own digest.
    """

    figures: bool | None
    digest: bool | None
    withdrawn: int = 0

    @property
    def holds(self) -> bool:
        return self.figures is not False and self.digest is not False


def publish(measured: Round) -> Publication:
    """Publish a round that is over; the caller commits. Raises PublicationRefused, and Moved as editions do."""
    editions.lock(measured)
    if fault := fault_of(measured):
        raise PublicationRefused(fault)
    if measured.frozen_at is None:
        freezing.freeze(measured)
    edition = editions.newest(measured.id)
    assert measured.frozen_at
    if edition is None or edition.made_at < measured.frozen_at or editions.is_due(measured):
        edition = editions.make(measured)  # with all that came in
    figures = publication_figures.of_edition(edition)
    if NATIONAL not in figures["scopes"]:
        raise PublicationRefused("too_few")
    made = Publication(round_id=measured.id, edition_id=edition.id, published_at=clock.now(), figures=figures)
    made.digest = _digest(figures)
    db.session.add(made)
    db.session.flush()
    audit.record("results_published", round=measured.id, edition=edition.id)
    return made


def fault_of(measured: Round) -> str | None:
    """Return why a round cannot be published now, or None."""
    if db.session.get(Publication, measured.id):
        return "published"
    if not measured.is_over():
        return "not_closed"
    return "year_taken" if of_year(measured.ends_until.year) else None


def preview(measured: Round) -> Yearbook | None:
    """Return what publishing would make of the newest edition, or None without one; nothing is stored."""
    edition = editions.newest(measured.id)
    figures = publication_figures.of_edition(edition) if edition else {"scopes": ()}
    return Yearbook(measured, edition, figures) if edition and NATIONAL in figures["scopes"] else None


def everything() -> list[Yearbook]:
    """Return all that was published, the newest year first."""
    wanted = sa.select(Publication).join(Round).order_by(Round.ends_until.desc())
    return [_yearbook(one) for one in db.session.scalars(wanted)]


def of_year(year: int) -> Yearbook | None:
    wanted = sa.select(Publication).join(Round).where(sa.extract("year", Round.ends_until) == year)
    found = db.session.scalar(wanted) if year < dt.MAXYEAR else None
    return _yearbook(found) if found else None


def verdict(published: Publication) -> Verdict:
    """Return whether what was published is what its edition says today, and whether the edition is untouched."""
    if not published.edition.files:
        return Verdict(None, None)
    manifest = published.edition.manifest
    are_the_same = _digest(published.figures) == published.digest
    if "lost" not in manifest:
        are_the_same = are_the_same and publication_figures.of_edition(published.edition) == published.figures
    digests = {one.name: hashlib.sha256(one.content).hexdigest() for one in published.edition.files}
    is_what_it_was = parquet.digest_of(digests) == manifest.get("left", manifest["digest"])
    is_of_it = manifest["digest"] == published.figures["edition"]
    return Verdict(are_the_same, is_what_it_was and is_of_it, withdrawing.withdrawn_since(published.edition))


def _digest(figures: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(figures, sort_keys=True).encode()).hexdigest()


def _yearbook(one: Publication) -> Yearbook:
    return Yearbook(one.round, one.edition, one.figures, one.published_at)
