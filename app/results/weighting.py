"""Weights of a round's answers: raked per role to the placements the round covers."""

from collections import Counter

import sqlalchemy as sa

from app.extensions import db
from app.invitations import freezing
from app.invitations.models import Role, Round
from app.reference.models import Programme
from app.responses.models import Response
from app.results.models import Increment
from app.results.statistics.weights import Cell, rake

Weights = dict[tuple[str, str, str, int], float]  # school, sector, pathway, level → weight


def weights(measured: Round, role: Role, increments: list[int]) -> Weights:
    """Return the weight of an answer per school, sector, pathway and level, over these increments."""
    raked = rake(_answers(measured.id, role, set(increments)), _population(measured))
    return {(cell.brin, cell.sector, cell.pathway, cell.level): weight for cell, weight in raked.items()}


def _answers(round_id: int, role: Role, increments: set[int]) -> Counter[Cell]:
    """Count the answers of these increments per cell."""
    of = (Programme.sector_code, Response.pathway, Programme.level, Response.brin)
    wanted = (
        sa.select(Response.increment_id, *of, sa.func.count())
        .join(Programme, Programme.crebo == Response.crebo)
        .join(Increment, Increment.id == Response.increment_id)
        .where(Increment.round_id == round_id, Increment.role == role)
        .group_by(Response.increment_id, *of)
    )
    counted: Counter[Cell] = Counter()
    for increment, sector, pathway, level, brin, n in db.session.execute(wanted):
        if increment in increments:
            counted[Cell(sector, pathway, level, brin)] += n
    return counted


def _population(measured: Round) -> Counter[Cell]:
    wanted = sa.select(Programme.crebo, Programme.sector_code, Programme.level)
    programmes = {crebo: (sector, level) for crebo, sector, level in db.session.execute(wanted)}
    counted: Counter[Cell] = Counter()
    for (brin, crebo, pathway), n in freezing.population(measured).items():
        sector, level = programmes[crebo]
        counted[Cell(sector, pathway, level, brin)] += n
    return counted
