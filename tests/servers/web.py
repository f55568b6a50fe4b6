"""The product as it is served: gunicorn with its own configuration, two worker processes, on a free loopback port."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from tests.servers.ports import free_port

ROOT = Path(__file__).resolve().parents[2]


class Web:
    """A running server; what it writes to standard error is kept in a file."""

    def __init__(self, environ: dict[str, str], log: Path):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environ = environ | {"BIND": f"127.0.0.1:{self.port}", "PUBLIC_URL": self.url, "WEB_WORKERS": "2"}
        self.log = log

    def start(self) -> None:
        command = [sys.executable, "-m", "gunicorn", "wsgi:app"]
        with self.log.open("a") as log:
            # in a group of its own, so that stopping takes the workers along whatever became of their master
            how = {"cwd": ROOT, "env": self.environ, "stdout": log, "stderr": log, "start_new_session": True}
            self.master = subprocess.Popen(command, **how)
        self._wait()

    def _wait(self) -> None:
        """Return once a worker answers; just killed ones may still hold the port for a moment."""
        until = time.monotonic() + 30
        while True:
            try:
                return urllib.request.urlopen(f"{self.url}/health", timeout=20).close()
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)

    def stop(self) -> None:
        self.master.terminate()
        self.master.wait(20)

    def workers(self) -> list[int]:
        children = Path(f"/proc/{self.master.pid}/task/{self.master.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def kill_worker(self) -> None:
        os.kill(self.workers()[0], signal.SIGKILL)

    def kill_all(self) -> None:
        os.killpg(self.master.pid, signal.SIGKILL)
        self.master.wait(20)
