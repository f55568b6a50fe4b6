"""Starts `flask worker` as an operator would: a process of its own, set up by its environment."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import TODAY
from tests.servers.smtp import MailServer

ROOT = Path(__file__).resolve().parents[2]


def environment(database_url: str, server: MailServer, **changes: object) -> dict[str, str]:
    """Return the environment of a worker for a database and a mail server."""
    settings = {
        "BPV_ENV": "development",
        "DATABASE_URL": database_url,
        "MAIL_PORT": server.port,
        "BPV_NOW": f"{TODAY}T12:00:00",
        "PUBLIC_URL": "http://bpv.example",
        "MAIL_DEFAULT_SENDER": "monitor@bpv.example",
        "SECRET_KEY": "s" * 40,
        "LINK_KEYS": "k" * 40,
        "HASH_KEY": "h" * 40,
    }
    return os.environ | {name: str(value) for name, value in (settings | changes).items()}


def start(environ: dict[str, str], *options: str) -> subprocess.Popen:
    """Start a worker and return at once."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker", *options]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, cwd=ROOT, env=environ, text=True, **streams)


def run_until_idle(environ: dict[str, str]) -> dict[str, int]:
    """Run a worker until it is done; returns what it printed, which is one JSON object and nothing else."""
    process = start(environ, "--until-idle", "--json")
    out, words = process.communicate(timeout=120)
    assert process.returncode == 0, words
    return json.loads(out)
