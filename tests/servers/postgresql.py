"""A PostgreSQL of the tests' own: the newest on this machine, else the one that comes as a wheel; half a second."""

import os
import pwd
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from tests.servers.ports import free_port

FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")


class NoPostgreSQL(Exception):
    """There is no PostgreSQL server on this machine."""


class PostgreSQL:
    """A server on a free port of the loopback interface, with its data in a temporary folder."""

    def __init__(self, options: Sequence[str] = FAST) -> None:
        self.options = options
        self.bin = programs()
        self.folder = Path(tempfile.mkdtemp(prefix="bpv-postgresql-"))
        self.port = free_port()
        self.url = f"postgresql://postgres@127.0.0.1:{self.port}"

    def start(self) -> None:
        if os.geteuid() == 0:  # the server refuses to run as root
            owner = pwd.getpwnam("postgres" if _has_user("postgres") else "nobody")
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        data = self.folder / "data"
        self._run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        options = " ".join(f"-c {option}" for option in self.options)
        self._run(
            "pg_ctl", "-D", data, "-w", "-l", self.folder / "log", "start", "-o",
            f"-p {self.port} -h 127.0.0.1 -k {self.folder} {options}",
        )  # fmt: skip

    @contextmanager
    def away(self) -> Iterator[None]:
        """Stop the server for the length of the block, as for an update: every connection breaks."""
        self._run("pg_ctl", "-D", self.folder / "data", "-w", "-m", "fast", "stop")
        try:
            yield
        finally:  # with the options it was started with first
            options = shlex.split((self.folder / "data" / "postmaster.opts").read_text())[1:]
            self._run(
                "pg_ctl",
                "-D",
                self.folder / "data",
                "-w",
                "-l",
                self.folder / "log",
                "-o",
                shlex.join(options),
                "start",
            )

    def stop(self) -> None:
        self._run("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(self.bin / program), *map(str, arguments)]
        if os.geteuid() == 0:
            command = ["setpriv", *_as_owner(self.folder), *command]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.folder)


def programs() -> Path:
    """Return the folder of the newest server, or raise NoPostgreSQL."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    if on_path := shutil.which("initdb"):
        return Path(on_path).resolve().parent
    if wheel := find_spec("pgserver"):
        return Path(wheel.origin or "").parent / "pginstall" / "bin"
    raise NoPostgreSQL


def _as_owner(folder: Path) -> list[str]:
    owner = folder.stat()
    return [f"--reuid={owner.st_uid}", f"--regid={owner.st_gid}", "--clear-groups"]


def _has_user(name: str) -> bool:
    return any(entry.pw_name == name for entry in pwd.getpwall())
