"""Mail: a batch of real invitations through a real worker, beside raw smtplib on as many kept connections.

Both rates are the sink's own: mails taken between the first MAIL command and its last acceptance. Raw smtplib sends
ready-made mails of the same size from threads of one process. A count that does not add up is an error, not a figure.
"""

import argparse
import os
import resource
import smtplib
import statistics
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask_migrate import upgrade

import config
from app import create_app
from app.extensions import db
from app.invitations import batches, planner
from app.invitations.models import Event, Invitation
from app.mailing.models import Message
from bench import crowd, servers
from bench.figures import Figure
from bench.sink import Sink
from tests.worker.processes import environment, start

SENDER = "monitor@bpv.example"
PER_SECOND, RATIO = 500, 0.95


@dataclass(frozen=True)
class Setup:
    """One way to measure: the sink's delay in seconds, kept connections, mails per run, runs."""

    delay: float
    connections: int
    mails: int
    runs: int
    quickack: bool = True

    @property
    def name(self) -> str:
        sink = "acknowledges at once" if self.quickack else "ordinary"
        return f"{self.connections} connection(s), sink {sink}, {self.delay * 1000:.0f} ms per mail"


@dataclass(frozen=True)
class Run:
    """One run: mails per second, and of a worker its processor time (ms per mail) and memory (PSS, MiB)."""

    rate: float
    size: float
    processor: float = 0
    memory: float = 0


SETUPS = (
    Setup(0, 1, 4000, 5),
    Setup(0, 4, 4000, 5),
    Setup(0, 4, 4000, 3, quickack=False),
    Setup(0.06, 1, 400, 3),
    Setup(0.06, 4, 1600, 3),
    Setup(0.06, 16, 6400, 3),
)
QUICK = (Setup(0, 4, 1500, 3), Setup(0, 4, 1500, 1, quickack=False), Setup(0.06, 1, 100, 1), Setup(0.06, 16, 1600, 1))


def measure(quick: bool = False) -> list[Figure]:
    """Measure on both databases."""
    figures: list[Figure] = []
    for kind in servers.KINDS:
        with servers.database(kind) as (url, _processes):
            outbox = Outbox(url, max(setup.mails for setup in (QUICK if quick else SETUPS)))
            for setup in QUICK if quick else SETUPS:
                figures += compare(kind, setup, outbox)
    return figures


class Outbox:
    """A batch proposed and queued by the product's own services, which can be queued again as it was."""

    def __init__(self, url: str, mails: int):
        self.url = url
        self.app = create_app(config.load(os.environ | {"DATABASE_URL": url}))
        with self.app.app_context():
            upgrade(directory=str(Path(__file__).resolve().parents[1] / "migrations"))
            batch = planner.propose(crowd.fill(5 * mails, fresh=True))
            for _queued in batches.send(batch):
                db.session.commit()

    def queue(self, mails: int) -> None:
        """Queue the first mails as on the first day, and hold the others."""
        first = sa.select(Message.id).order_by(Message.id).limit(mails)
        fresh: dict[str, Any] = {"claimed_by": None, "ended_at": None, "reason": None, "attempts": 0}
        with self.app.app_context():
            db.session.execute(sa.update(Message.__table__).values(status="held", **fresh))
            queued = sa.update(Message.__table__).where(Message.id.in_(first)).values(status="queued")
            if db.session.execute(queued).rowcount != mails:
                raise SystemExit("fewer mails were queued than the measurement takes")
            db.session.execute(sa.update(Invitation.__table__).values(invited_at=None, mailed_at=None, route=None))
            db.session.execute(sa.delete(Event.__table__))
            db.session.commit()


def compare(kind: str, setup: Setup, outbox: Outbox) -> list[Figure]:
    """Let worker and raw smtplib take turns; returns the figures of their medians."""
    sink = Sink(setup.delay, setup.quickack)
    try:
        idle = worker(outbox, sink, 0, setup.connections)
        pairs = []
        for _turn in range(setup.runs):
            ours = worker(outbox, sink, setup.mails, setup.connections, idle.processor)
            pairs.append((ours, raw(sink, setup.mails, setup.connections, ours.size)))
    finally:
        sink.stop()
    return _figures(f"{kind}, {setup.name}", setup, pairs)


def worker(outbox: Outbox, sink: Sink, mails: int, connections: int, started: float = 0) -> Run:
    """Send with a worker process; its processor time leaves out the seconds it takes to be `started`."""
    outbox.queue(mails)
    sink.reset()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    settings = {"MAIL_CONNECTIONS": connections, "MAIL_DEFAULT_SENDER": SENDER, "BPV_NOW": ""}
    process = start(environment(outbox.url, sink, **settings), "--until-idle", "--json")  # type: ignore[arg-type]
    memory = 0.0
    while process.poll() is None:
        memory = max(memory, servers.memory([process.pid]))
        time.sleep(0.1)
    if process.wait():
        raise SystemExit(process.communicate()[1])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if not mails:
        return Run(0, 0, seconds)
    return _counted(sink, mails, (seconds - started) * 1000 / mails, memory)


def raw(sink: Sink, mails: int, connections: int, size: float) -> Run:
    """Send with smtplib and nothing else."""
    sink.reset()
    body = ("x" * 74 + "\r\n") * int(size / 76)
    ready = [f"Message-ID: <{number}@raw>\r\n\r\n{body}".encode() for number in range(mails)]
    threads = [threading.Thread(target=_send, args=(sink.port, ready[n::connections])) for n in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return _counted(sink, mails)


def _send(port: int, ready: list[bytes]) -> None:
    with smtplib.SMTP("127.0.0.1", port) as connection:
        for content in ready:
            connection.sendmail(SENDER, "trainer@company.example", content)


def _counted(sink: Sink, mails: int, processor: float = 0, memory: float = 0) -> Run:
    found = sink.count()
    if (found["mails"], found["different"]) != (mails, mails):
        raise SystemExit(f"{mails} mails queued, but the sink took {found['mails']}, {found['different']} different")
    return Run(mails / found["seconds"], found["size"] / mails, processor, memory)


def _figures(name: str, setup: Setup, pairs: list[tuple[Run, Run]]) -> list[Figure]:
    ours, against = ([run.rate for run in side] for side in zip(*pairs, strict=True))
    rate, raw_rate = statistics.median(ours), statistics.median(against)
    ratio = statistics.median(mine / other for mine, other in zip(ours, against, strict=True))
    target, met = (f"at least {RATIO} of raw", ratio >= RATIO) if setup.delay else (f"at least {PER_SECOND}/s", None)
    figures = [
        Figure(
            f"mail: {name}",
            f"{rate:.0f}/s = {ratio:.2f} of raw",
            f"raw smtplib {raw_rate:.0f}/s",
            target,
            rate >= PER_SECOND if met is None else met,
        )
    ]
    processor = statistics.median(run.processor for run, _raw in pairs)
    memory = max(run.memory for run, _raw in pairs)
    return [*figures, Figure(f"mail: {name}, the worker", f"{processor:.2f} ms processor per mail, {memory:.0f} MiB")]


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.mail", description="Measure mail beside raw smtplib.")
    parser.add_argument("--quick", action="store_true")
    for figure in measure(parser.parse_args().quick):
        print(f"{figure.name}: {figure.ours} | {figure.against} | {figure.target} | {figure.met}")


if __name__ == "__main__":
    main()
