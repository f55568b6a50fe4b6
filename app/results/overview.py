"""What a reader learns first: what stands out for each role, and the two roles side by side."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from app.extensions import db
from app.invitations.models import Role
from app.reference.models import School
from app.results import benchmarks, counting, differences, files
from app.results.differences import Difference
from app.results.figures import DISTRIBUTION, Figure
from app.results.report import Report, Theme
from app.results.scopes import Scope
from app.results.selection import Selection

MOST = 5  # differences on the first page; all of them stand with the questions


@dataclass(frozen=True)
class Standing:
    """What one role says, what it says elsewhere if there is an elsewhere, and in what these differ."""

    report: Report
    elsewhere: Report | None
    differences: list[Difference]

    @property
    def extremes(self) -> tuple[Theme, Theme] | None:
        return extremes(self.report)


def standing(chosen: Selection) -> list[Standing]:
    """Return how a scope stands by what each role says."""
    return [_standing(chosen, role) for role in Role]


def _standing(chosen: Selection, role: Role) -> Standing:
    ours = chosen.of(role)
    theirs = benchmarks.national(chosen.edition, ours)
    return Standing(ours, theirs, differences.named(ours, theirs)[:MOST])


def extremes(shown: Report) -> tuple[Theme, Theme] | None:
    """Return the themes with which most and fewest are satisfied, where two are shown in full."""
    full = sorted((one for one in shown.themes if one.figure.is_full), key=lambda one: one.figure.value or 0)
    return (full[-1], full[0]) if len(full) > 1 else None


def pairs(students: Report, trainers: Report) -> list[tuple[Figure, Figure]]:
    """Return the questions both roles are asked, where both figures are shown, in the students' order."""
    both = [(figure, trainers.figures.get(id_)) for id_, figure in students.figures.items()]
    return [(one, other) for one, other in both if other and _are_shown(one, other)]


def _are_shown(one: Figure, other: Figure) -> bool:
    return one.is_shown and other.is_shown and one.measure == other.measure != DISTRIBUTION


def schools(chosen: Selection, brins: Collection[str] | None) -> list[tuple[School, dict[str, int]]]:
    """Return these schools, or all, with the persons of each role whose answers count: whole groups, so 0 or LEAST."""
    wanted = sa.select(School).order_by(School.name)
    found = list(db.session.scalars(wanted if brins is None else wanted.where(School.brin.in_(brins))))
    counted = {role: counting.persons_per_school(files.counts_of(chosen.edition, role), Scope()) for role in Role}
    return [(school, {role: counted[role].get(school.brin, 0) for role in Role}) for school in found]
