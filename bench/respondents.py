"""Respondents: whole journeys through the product as it is served, beside a bare application with the same pages.

Ours and the floor take turns on the same database server; medians count. Both use two processes of four threads.
A run counts only when as many answers were stored as journeys reported their thanks.
"""

import datetime as dt
import json
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from app import clock
from app.extensions import db
from app.invitations import links
from app.invitations.links import Channel
from app.invitations.models import Invitation, Role, Route
from app.responses.models import Response
from bench import client, crowd, servers, statements
from bench.client import Load
from bench.figures import Figure

SMALL, LARGE = 5_000, 500_000  # placements; each has two seats
WARM_UP = 48  # links, eight at a time: both processes have to have seen every page
PROCESSOR, FLOOR_RATIO, OPENING, FIRST_PAGE, MEMORY, GROWTH = 20, 1.5, 4, 3, 300, 1.2


@dataclass(frozen=True)
class Amount:
    """How much a run does: turns, journeys per turn at eight at a time and at one, placements of the large crowd."""

    turns: int
    journeys: int
    alone: int
    large: int


FULL, QUICK = Amount(5, 160, 100, LARGE), Amount(3, 40, 40, 50_000)


@dataclass(frozen=True)
class Turn:
    """One turn: what the client saw, and processor milliseconds of all server processes per journey."""

    load: Load
    processor: float

    @property
    def rate(self) -> float:
        return self.load.done / self.load.seconds


def measure(quick: bool = False) -> list[Figure]:
    """Measure on both databases."""
    amount = QUICK if quick else FULL
    figures: list[Figure] = []
    for kind in servers.KINDS:
        with servers.database(kind) as (url, processes):
            app = crowd.build(url, SMALL)
            small, found = _beside_the_floor(kind, app, url, processes, amount)
            figures += found
        with servers.database(kind) as (url, processes):
            app = crowd.build(url, amount.large)
            figures.append(_growth(kind, app, url, processes, amount, small))
    return figures


def tokens(app: Flask) -> Iterator[str]:
    """Return links of students that can still be answered and that nobody opened: mailed, and passed on by hand."""
    since = clock.machine_now() - dt.timedelta(days=25)
    open_seat = sa.select(Invitation).where(
        Invitation.role == Role.STUDENT,
        Invitation.opened_at.is_(None),
        sa.or_(Invitation.mailed_at.is_(None), Invitation.mailed_at > since),
    )
    with app.app_context():
        seats = db.session.scalars(open_seat.order_by(Invitation.id).limit(20_000))
        channels = {Route.DIRECT: Channel.DIRECT}
        return iter([links.seat_token(seat, channels.get(seat.route, Channel.HELPDESK)) for seat in seats])


def stored(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(Response)) or 0


@contextmanager
def saved_pages(load: Load, token: str) -> Iterator[Path]:
    """Write the pages of a journey where the floor reads them."""
    order = [name for name in load.pages if name not in ("start", "thanks")]
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump({"pages": load.pages, "order": order, "token": token}, file)
        file.flush()
        yield Path(file.name)


def turn(app: Flask | None, port: int, roots: list[int], links_: list[str], people: int, walk=client.journey) -> Turn:
    """Run the client once. With `app` the answers stored must be as many as the journeys done."""
    before, processor = stored(app) if app else 0, servers.processor(roots)
    load = client.run(port, links_, people, walk)
    spent = (servers.processor(roots) - processor) * 1000 / load.done
    if app and walk is client.journey and stored(app) - before != load.done:
        raise SystemExit(f"{load.done} journeys, but {stored(app) - before} answers stored")
    return Turn(load, spent)


def _beside_the_floor(
    kind: str, app: Flask, url: str, processes: list[int], amount: Amount
) -> tuple[float, list[Figure]]:
    fresh = tokens(app)
    asked = statements.of_journey(app, next(fresh))
    with servers.product(url) as (port, master):
        warm = list(islice(fresh, WARM_UP))
        load = turn(app, port, [], warm, 8).load
        with saved_pages(load, warm[0]) as pages, servers.bare(url, pages) as (bare_port, bare_master):
            turn(None, bare_port, [], warm, 8)
            ours, floor, alone, bare_alone = [], [], [], []
            for _turn in range(amount.turns):
                some = list(islice(fresh, amount.journeys))
                ours.append(turn(app, port, [master, *processes], some, 8))
                floor.append(turn(None, bare_port, [bare_master, *processes], some, 8))
                some = list(islice(fresh, amount.alone))
                alone.append(turn(app, port, [], some, 1, client.opening))
                bare_alone.append(turn(None, bare_port, [], some, 1, client.opening))
        memory = servers.memory([master])
    processor = statistics.median(one.processor for one in ours)
    return processor, [
        _processor(kind, ours, floor),
        _rate(kind, ours, floor),
        *_steps(kind, ours, floor),
        _opening(kind, alone, bare_alone),
        _memory(kind, memory, url),
        *_asked(kind, asked),
    ]


def _growth(kind: str, app: Flask, url: str, processes: list[int], amount: Amount, small: float) -> Figure:
    fresh = tokens(app)
    with servers.product(url) as (port, master):
        turn(app, port, [], list(islice(fresh, WARM_UP)), 8)
        turns = [
            turn(app, port, [master, *processes], list(islice(fresh, amount.journeys)), 8) for _n in range(amount.turns)
        ]
    large = statistics.median(one.processor for one in turns)
    return Figure(
        f"{kind}: processor time per journey, {2 * amount.large:,} seats beside {2 * SMALL:,}",
        f"{large:.1f} ms = {large / small:.2f} ×",
        f"{small:.1f} ms",
        f"≤ {GROWTH} ×",
        large / small <= GROWTH,
    )


def _ratio(ours: list[Turn], floor: list[Turn], what: Any) -> float:
    return statistics.median(what(mine) / what(other) for mine, other in zip(ours, floor, strict=True))


def _median(turns: list[Turn], what: Any) -> float:
    return statistics.median(what(one) for one in turns)


def _processor(kind: str, ours: list[Turn], floor: list[Turn]) -> Figure:
    def what(one: Turn) -> float:
        return one.processor

    mine, ratio = _median(ours, what), _ratio(ours, floor, what)
    return Figure(
        f"{kind}: processor time per journey, all server processes",
        f"{mine:.1f} ms = {ratio:.2f} × floor",
        f"floor {_median(floor, what):.1f} ms",
        f"≤ {PROCESSOR} ms, then ≤ {FLOOR_RATIO} × floor",
        mine <= PROCESSOR,
    )


def _rate(kind: str, ours: list[Turn], floor: list[Turn]) -> Figure:
    requests = ours[0].load.requests / ours[0].load.done, floor[0].load.requests / floor[0].load.done
    busy = max(one.load.busy for one in ours + floor)
    warning = "; the client filled its core, so this is its own limit" if busy > 0.8 else ""
    return Figure(
        f"{kind}: journeys per second, 8 people at once",
        f"{_median(ours, lambda one: one.rate):.1f}/s in {requests[0]:.0f} requests each",
        f"floor {_median(floor, lambda one: one.rate):.1f}/s in {requests[1]:.0f}; client busy {busy:.2f}{warning}",
    )


def _steps(kind: str, ours: list[Turn], floor: list[Turn]) -> list[Figure]:
    def p95(turns: list[Turn], step: str) -> float:
        seconds = sorted(value for one in turns for value in one.load.steps[step])
        return seconds[int(0.95 * (len(seconds) - 1))] * 1000

    return [
        Figure(f"{kind}: p95 of “{step}”, 8 at once", f"{p95(ours, step):.1f} ms", f"floor {p95(floor, step):.1f} ms")
        for step in ours[0].load.steps
    ]


def _opening(kind: str, ours: list[Turn], floor: list[Turn]) -> Figure:
    def p50(turns: list[Turn]) -> float:
        return statistics.median(value for one in turns for value in one.load.steps["open"]) * 1000

    return Figure(
        f"{kind}: opening a link, one at a time, p50",
        f"{p50(ours):.1f} ms",
        f"floor {p50(floor):.1f} ms",
        f"≤ {OPENING} ms",
        p50(ours) <= OPENING,
    )


def _memory(kind: str, web: float, url: str) -> Figure:
    worker = servers.worker_memory(url)
    return Figure(
        f"{kind}: memory (PSS) of web under load and worker",
        f"{web + worker:.0f} MiB = {web:.0f} + {worker:.0f}",
        "",
        f"≤ {MEMORY} MiB",
        web + worker <= MEMORY,
    )


def _asked(kind: str, asked: list[tuple[str, Any]]) -> list[Figure]:
    first = asked[0][1]["statements"]
    listed = ", ".join(f"{name} {counts['statements']}/{counts['writing commits']}" for name, counts in asked)
    return [
        Figure(f"{kind}: SQL statements for the first page", str(first), "", f"≤ {FIRST_PAGE}", first <= FIRST_PAGE),
        Figure(f"{kind}: statements/writing commits per request", listed),
    ]
