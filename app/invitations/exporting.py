"""Writes personal links to a file, for a helpdesk or a load test; noted in the audit log each time."""

import csv
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from app import clock
from app.accounts import audit
from app.cells import defused
from app.extensions import db
from app.invitations import facts, links
from app.invitations.links import Channel
from app.invitations.models import Invitation, Role, Round, Route
from app.placements.models import Placement

HEADER = ("brin", "pok", "role", "token", "url")


def export_links(exported: Round, role: Role, out: Path, *, parts: bool = False) -> int:
    """Write brin, pok, role, token and url per seat and return how many.

    A student's link is of channel `direct` where that is the seat's route, else `helpdesk`; a trainer's is the page
    with all students, or with `parts` the own part about one.
    """
    audit.record("links_exported", round=exported.id, role=role, parts=int(parts))
    n = 0
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for row in _rows(exported, role, parts):
            writer.writerow(map(defused, row))
            n += 1
    return n


def _rows(exported: Round, role: Role, parts: bool) -> Iterator[tuple[str, ...]]:
    for seat, route in _seats(exported, role):
        placement = seat.placement
        if role == Role.TRAINER and not parts:
            if placement.trainer is None:
                continue
            token, url = links.trainer_token(placement.trainer), links.trainer_url(placement.trainer)
        else:
            channel = _channel(role, route)
            token, url = links.seat_token(seat, channel), links.seat_url(seat, channel)
        yield placement.brin, placement.agreement_number or "", role.value, token, url


def _channel(role: Role, route: str) -> Channel:
    if role == Role.TRAINER:
        return Channel.PART
    return Channel.DIRECT if route == Route.DIRECT else Channel.HELPDESK


def _seats(exported: Round, role: Role) -> sa.Result:
    wanted = (
        facts.joined(Invitation, facts.route(clock.today()))
        .where(Invitation.round_id == exported.id, Invitation.role == role, ~facts.refused(clock.today()))
        .order_by(Invitation.id)
        .options(contains_eager(Invitation.placement).options(joinedload(Placement.trainer)))
    )
    return db.session.execute(wanted.execution_options(yield_per=1000))
