"""Proposing the first batch of a round, nobody invited yet, beside counting the rows of the same join: the floor."""

import os
import subprocess
import sys
import time

import sqlalchemy as sa
from flask import Flask

from app.extensions import db
from app.invitations import facts
from app.invitations.models import Invitation, Round
from bench import crowd, servers
from bench.figures import Figure

PROPOSE = (
    "import os, time; from wsgi import app; from bench.servers import peak\n"
    "from app.extensions import db; from app.invitations import planner; from app.invitations.models import Round\n"
    "with app.app_context():\n"
    "    round_ = db.session.query(Round).one(); begun = time.perf_counter()\n"
    "    batch = planner.propose(round_); db.session.commit()\n"
    "    print(time.perf_counter() - begun, peak(os.getpid()),\n"
    "          batch.seats, sum(batch.left_out.values()))\n"
)


def measure(quick: bool = False) -> list[Figure]:
    """Measure on both databases."""
    return [_measure(kind, 20_000 if quick else 450_000) for kind in servers.KINDS]


def _measure(kind: str, placements: int) -> Figure:
    with servers.database(kind) as (url, _processes):
        app = crowd.build(url, placements, fresh=True)
        seats, floor = _count(app)
        command = [sys.executable, "-c", PROPOSE]
        environ = os.environ | crowd.environment(url)
        said = subprocess.run(command, cwd=servers.ROOT, env=environ, capture_output=True, text=True, check=True)
        seconds, memory, proposed, left_out = map(float, said.stdout.split())
    if proposed + left_out != seats:
        raise SystemExit(f"{proposed:.0f} proposed and {left_out:.0f} left out are not the round's {seats} seats")
    return Figure(
        f"{kind}: proposing from {seats:,} seats ({proposed:,.0f} proposed)",
        f"{seconds:.1f} s = {seconds / floor:.1f} × floor; {memory:.0f} MiB",
        f"counting the same join {floor:.1f} s",
    )


def _count(app: Flask) -> tuple[int, float]:
    """Return the seats of the round, and the seconds counting them took with all that decides about them."""
    with app.app_context():
        round_id = db.session.scalars(sa.select(Round.id)).one()
        joined = facts.joined(sa.func.count(), sa.func.max(Invitation.version))
        begun = time.perf_counter()
        seats = db.session.execute(joined.where(Invitation.round_id == round_id)).one()[0]
        seconds = time.perf_counter() - begun
        db.session.rollback()
        db.engine.dispose()
    return seats, seconds
