"""What results cost a process of its own: `python -m bench.results_runs NAME` prints its numbers as one JSON object."""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import suppress

import sqlalchemy as sa
from flask import Flask

from app.extensions import db
from app.invitations.models import Role, Round
from app.responses.models import Response
from app.results import after_sending, editions
from app.results.models import Increment
from bench import servers
from bench.ten_years import forget_counts, signed_in
from wsgi import app

TIMES, MANY = 20, 100_000
Numbers = dict[str, float]


def write(of: Flask) -> Numbers:
    """Write the first edition of a round of MANY answers, increments included; and again, as a day without answers.

    It is the largest round, to which answers of others are added; nothing of it stays.
    """
    with of.app_context():
        measured = _largest()
        _fill(measured)
        db.session.execute(sa.update(Response.__table__).where(_of(measured)).values(increment_id=None))
        db.session.execute(sa.delete(Increment).where(Increment.round_id == measured.id))
        if db.engine.dialect.name == "postgresql":
            db.session.execute(sa.text("ANALYZE responses"))  # it takes answers without increments for rare
        first, content = _made(measured)
        again, _content = _made(measured)
        db.session.rollback()
    return first | {"again": again["seconds"], "peak": servers.peak(os.getpid()), **content}


def _largest() -> Round:
    answers = sa.select(sa.func.count()).where(Response.round_id == Round.id).scalar_subquery()
    return db.session.scalars(sa.select(Round).order_by(answers.desc()).limit(1)).one()


def _fill(measured: Round) -> None:
    """Add answers of other rounds until there are MANY, or no more."""
    missing = MANY - (db.session.scalar(sa.select(sa.func.count()).where(_of(measured))) or 0)
    others = sa.select(Response.key).where(~_of(measured)).order_by(Response.key).limit(max(missing, 0))
    db.session.execute(sa.update(Response.__table__).where(Response.key.in_(others)).values(round_id=measured.id))


def _of(measured: Round) -> sa.ColumnElement[bool]:
    return Response.round_id == measured.id


def _made(measured: Round) -> tuple[Numbers, Numbers]:
    begun, processor = time.perf_counter(), time.process_time()
    edition = editions.make(measured)
    took = {"seconds": time.perf_counter() - begun, "processor": time.process_time() - processor}
    sizes = {f"bytes_{one.name}": len(one.content) for one in edition.files}
    return took, {"answers": edition.answers, **sizes}


def first(of: Flask) -> Numbers:
    """Open the country's trend as the first page of results of a process."""
    reader = signed_in(of)
    begun = time.perf_counter()
    answer = reader.client.get("/desk/results/all/trend", base_url=reader.base_url)
    milliseconds = (time.perf_counter() - begun) * 1000
    return {"milliseconds": milliseconds, "status": answer.status_code}


def thanks(of: Flask) -> Numbers:
    """Show the own answers beside others, as a trainer: at first, a minute later with the same edition, and between."""
    with of.test_request_context():
        response = db.session.scalars(sa.select(Response).where(Response.role == Role.TRAINER).limit(1)).one()
        after_sending.beside(response)  # templates and settings are read once
        fresh = [_beside(response, lambda: (forget_counts(), forget_reports(of))) for _n in range(TIMES)]
        minute = [_beside(response, lambda: forget_reports(of)) for _n in range(TIMES)]
        between = [_beside(response, lambda: None) for _n in range(TIMES)]
    found = {"fresh": fresh, "minute": minute, "between": between}
    return {name: statistics.median(times) for name, times in found.items()} | {"worst": max(fresh)}


def _beside(response: Response, forget: Callable[[], object]) -> float:
    forget()
    begun = time.perf_counter()
    after_sending.beside(response)
    return (time.perf_counter() - begun) * 1000


def forget_reports(of: Flask) -> None:
    """Forget the reports, as when their minute is over."""
    of.extensions.get(after_sending.EXTENSION, {}).clear()


RUNS = {one.__name__: one for one in (write, first, thanks)}

if __name__ == "__main__":
    with suppress(BrokenPipeError):
        print(json.dumps(RUNS[sys.argv[1]](app)))
