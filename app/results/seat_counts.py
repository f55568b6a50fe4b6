"""How far links got, per school, programme and pathway, as an edition keeps it: placements, due, opened, sent."""

from collections.abc import Iterator

import sqlalchemy as sa

from app import clock
from app.extensions import db
from app.invitations import blocks, facts, freezing
from app.invitations.blocks import Cell
from app.invitations.models import Invitation, Role, Round
from app.placements.models import Placement
from app.reference.models import Programme


def rows(measured: Round) -> Iterator[list]:
    """Yield rows of columns.REACH: per cell one with its placements, and one per role and route with its seats."""
    programmes = {one.crebo: one for one in db.session.scalars(sa.select(Programme))}
    drawn = blocks.of_round(measured.id)

    def of(brin: str, crebo: str, pathway: str) -> list:
        one = programmes[crebo]
        block = drawn.get(brin, {}).get(Cell(crebo, pathway, one.dossier, one.sector_code))
        return [brin, block, crebo, one.dossier, one.sector_code, pathway, one.level]

    for at, n in freezing.population(measured).items():
        yield [*of(*at), None, None, n, 0, 0, 0]
    for *cell, role, route, due, opened, sent in db.session.execute(_counted(measured)):
        yield [*of(*cell), role, route, 0, due, opened, sent]


def _counted(measured: Round) -> sa.Select:
    """Count the seats that are due; a trainer's seat has no route."""
    day = clock.today()
    route = sa.case((Invitation.role == Role.STUDENT, facts.route(day)), else_=sa.null())
    groups = (Placement.brin, facts.crebo(), facts.pathway(), Invitation.role, route)
    n = sa.func.count()
    counts = (n, n.filter(Invitation.opened_at.is_not(None)), n.filter(Invitation.sent.is_(True)))
    due = facts.joined(*groups, *counts).where(Invitation.round_id == measured.id, facts.due_on(day))
    return due.group_by(*groups)
