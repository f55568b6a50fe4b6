"""Gets what the tests need besides Python packages: PostgreSQL, Chromium and what drives it, nginx, openssl.

As root on Debian or Ubuntu through apt, otherwise at user level. What cannot be had is named in one line, and again by
the tests that had to leave it out. Run as `python -m tests.set_up`; does nothing where all is there.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.servers import chromium, nginx
from tests.servers.postgresql import NoPostgreSQL, programs

PIP = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
PLAYWRIGHT = [sys.executable, "-m", "playwright", "install"]
APT = ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends"]


@dataclass(frozen=True)
class Need:
    """A program the tests use: its Debian package, whether it is there, and how to get it where apt gives none."""

    name: str
    package: str
    is_there: Callable[[], bool]
    ways: tuple[list[str], ...] = ()


def has_postgresql() -> bool:
    try:
        programs()
    except NoPostgreSQL:
        return False
    return True


# Playwright comes before Chromium, which it may have to get.
NEEDS = (
    Need("PostgreSQL", "postgresql", has_postgresql, ([*PIP, "pgserver"],)),
    Need("openssl", "openssl", lambda: shutil.which("openssl") is not None),
    Need("nginx", "nginx-light", lambda: nginx.find() is not None),
    Need("what Playwright needs", "libatomic1", chromium.driver_starts),
    Need("Chromium", "chromium", lambda: chromium.find() is not None, ([*PLAYWRIGHT, "chromium"],)),
)


def main() -> None:
    for need in NEEDS:
        ways = [way for way in (_apt(need.package), *([way] for way in need.ways)) if way]
        if ways and not need.is_there():
            print(f"Getting {need.name} for the tests…", flush=True)
            _first_that_works(ways)
    if lacking := [need.package for need in NEEDS if not need.is_there()]:
        print(f"Some tests are left out; as root get what they need: apt-get install {' '.join(lacking)}", flush=True)


def _apt(package: str) -> list[list[str]]:
    """Return the commands that install a Debian package; none where they cannot."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return []
    if package == "chromium" and _is_ubuntu():
        return [[*PLAYWRIGHT, "--with-deps", "chromium"]]
    return [["apt-get", "update", "--quiet"], [*APT, package]]


def _is_ubuntu() -> bool:
    """On Ubuntu the package called chromium only points to a snap, which containers cannot install."""
    release = Path("/etc/os-release")
    return release.exists() and "ID=ubuntu" in release.read_text(encoding="utf-8")


def _first_that_works(ways: list[list[list[str]]]) -> None:
    """Try ways to get something, each a series of commands, until one goes through."""
    any(all(_runs(command) for command in way) for way in ways)


def _runs(command: list[str]) -> bool:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(command, env=environment, capture_output=True, timeout=600)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


if __name__ == "__main__":
    main()
