"""How many placements agreements cover: those due in a round, and those of the last twelve months."""

import datetime as dt
from collections.abc import Collection
from dataclasses import astuple, dataclass

import sqlalchemy as sa

from app import clock
from app.agreements import register
from app.agreements.models import Agreement
from app.extensions import db
from app.invitations import facts
from app.invitations.models import Invitation, Role, Round
from app.placements.models import Placement, StudentContact
from app.reference.models import Programme

YEAR = dt.timedelta(days=365)


@dataclass(frozen=True)
class Cover:
    """Placements due; of them those at a school with an agreement, with an address, whose student opened the link."""

    due: int = 0
    under: int = 0
    with_address: int = 0
    opened: int = 0

    def __add__(self, other: "Cover") -> "Cover":
        return Cover(*map(sum, zip(astuple(self), astuple(other), strict=True)))

    def share(self, name: str) -> float | None:
        return getattr(self, name) / self.due if self.due else None


@dataclass(frozen=True)
class Volume:
    """How many placements of a school ended in the last twelve months, and of them on a day under an agreement."""

    ended: int = 0
    under: int = 0


Covers = dict[tuple[str, str], Cover]  # by school and sector


def of_round(measured: Round, brins: Collection[str] | None = None) -> Covers:
    """Return the cover of the placements due in a round today, of these schools or of all."""
    return covers(count(measured), brins)


def count(measured: Round) -> list[list]:
    """Return per school and sector: both codes, placements due, with an address, opened; as JSON can keep it."""
    counts = (sa.func.count(), sa.func.count(StudentContact.address), sa.func.count(Invitation.opened_at))
    groups = (Placement.brin, Programme.sector_code)
    wanted = (
        facts.joined(*groups, *counts)
        .join(Programme, Programme.crebo == facts.crebo())
        .where(Invitation.round_id == measured.id, Invitation.role == Role.STUDENT)
        .where(facts.due_on(clock.today()))
        .group_by(*groups)
    )
    return [list(row) for row in db.session.execute(wanted)]


def covers(counted: list[list], brins: Collection[str] | None = None) -> Covers:
    """Return what was counted as covers, by the agreements of today, of these schools or of all."""
    sharing = register.sharing_on(clock.today())
    return {
        (brin, sector): Cover(due, due if brin in sharing else 0, with_address, opened)
        for brin, sector, due, with_address, opened in counted
        if brins is None or brin in brins
    }


def together(found: Covers, by: int) -> dict[str, Cover]:
    """Add up covers per school (`by` 0) or per sector (1), most placements first."""
    sums: dict[str, Cover] = {}
    for key, cover in found.items():
        sums[key[by]] = sums.get(key[by], Cover()) + cover
    return dict(sorted(sums.items(), key=lambda one: (-one[1].due, one[0])))


def last_year(brins: Collection[str]) -> dict[str, Volume]:
    """Return the volume of each of these schools that has one; an index holds all this asks for."""
    today = clock.today()
    under = sa.select(Agreement.id).where(Agreement.brin == Placement.brin, Agreement.valid_on(Placement.ends_on))
    wanted = (
        sa.select(Placement.brin, sa.func.count(), sa.func.count().filter(under.exists()))
        .where(Placement.brin.in_(brins), Placement.ends_on > today - YEAR, Placement.ends_on <= today)
        .group_by(Placement.brin)
    )
    return {brin: Volume(ended, covered) for brin, ended, covered in db.session.execute(wanted)}
