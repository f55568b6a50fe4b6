"""What is measured, as it is served: gunicorn with the product or with the bare floor; databases as in production."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import crowd
from tests.servers.ports import free_port, wait_for_port
from tests.servers.postgresql import PostgreSQL

ROOT = Path(__file__).resolve().parents[1]
WORKER_SECONDS = 6
TICKS = os.sysconf("SC_CLK_TCK")
KINDS = ("SQLite", "PostgreSQL")


@contextmanager
def database(kind: str) -> Iterator[tuple[str, list[int]]]:
    """Yield the URL of an empty database, as durable as in production, and the processes that serve it."""
    if kind == "SQLite":
        with tempfile.TemporaryDirectory(prefix="bpv-bench-") as folder:
            yield f"sqlite:///{folder}/bpv.sqlite", []
        return
    server = PostgreSQL(options=("max_connections=100",))
    server.start()
    postmaster = int((server.folder / "data" / "postmaster.pid").read_text().split()[0])
    try:
        yield f"{server.url}/postgres", [postmaster]
    finally:
        server.stop()


@contextmanager
def gunicorn(application: str, environ: dict[str, str], *options: str) -> Iterator[tuple[int, int]]:
    """Serve an application on a free port; yields the port and the master's process id."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", application, "-b", f"127.0.0.1:{port}", *options]
    with tempfile.TemporaryFile() as log:
        how = {"cwd": ROOT, "env": os.environ | environ, "stdout": log, "stderr": log, "start_new_session": True}
        master = subprocess.Popen(command, **how)  # type: ignore[call-overload]
        try:
            wait_for_port(port)
            yield port, master.pid
        finally:
            master.terminate()
            master.wait(20)


def product(url: str):
    """Serve the product with its own configuration."""
    return gunicorn("wsgi:app", crowd.environment(url))


def bare(url: str, pages: Path):
    """Serve the floor with as many workers and threads as the product has."""
    options = ("--config", "/dev/null", "-k", "gthread", "-w", "2", "--threads", "4", "--no-control-socket")
    return gunicorn("bench.bare:app", {"BARE_DATABASE": url, "BARE_PAGES": str(pages)}, *options)


def family(roots: list[int]) -> list[int]:
    """Return these processes and all that descend from them."""
    found, waiting = [], list(roots)
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        try:
            waiting += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
        except FileNotFoundError:
            continue
    return found


def processor(roots: list[int]) -> float:
    """Return the processor seconds that these processes, their children and the ended ones among them took."""
    return sum(_ticks(pid) for pid in family(roots)) / TICKS


def _ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0
    return sum(map(int, fields[11:15]))  # its own, and those of its ended children


def memory(roots: list[int]) -> float:
    """Return the proportional memory (PSS) of these processes and their children, in MiB."""
    return sum(_pss(pid) for pid in family(roots))


def _pss(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0)


def peak(pid: int) -> float:
    """Return the most memory a process had since it became its program, in MiB."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), 0)


def worker_memory(url: str) -> float:
    """Return the memory of a worker with every connection to a mail server that refuses, in MiB, after some seconds."""
    environ = os.environ | crowd.environment(url) | {"MAIL_PORT": str(free_port())}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    worker = subprocess.Popen(command, cwd=ROOT, env=environ, **quiet)  # type: ignore[call-overload]
    try:
        time.sleep(WORKER_SECONDS)
        return memory([worker.pid])
    finally:
        worker.terminate()
        worker.wait(30)
