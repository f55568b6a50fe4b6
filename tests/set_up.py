"""Gets what the tests need besides Python packages: PostgreSQL, Chromium and, for a certificate, openssl.

As root on Debian or Ubuntu through apt, otherwise at user level. What cannot be had is said by the tests at their end.
Run as `python -m tests.set_up`; does nothing where all is there.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.servers import chromium
from tests.servers.postgresql import NoPostgreSQL, programs

PIP = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
PLAYWRIGHT = [sys.executable, "-m", "playwright", "install"]
APT = ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends"]


def main() -> None:
    if not _has_postgresql():
        print("Getting PostgreSQL for the tests…", flush=True)
        _first_that_works(_apt("postgresql"), [[*PIP, "pgserver"]])
    if shutil.which("openssl") is None:
        _first_that_works(_apt("openssl"))
    if chromium.find() is None:
        print("Getting Chromium for the tests…", flush=True)
        with_system = [[*PLAYWRIGHT, "--with-deps", "chromium"]] if _may_use_apt() else []
        _first_that_works([] if _is_ubuntu() else _apt("chromium"), with_system, [[*PLAYWRIGHT, "chromium"]])


def _has_postgresql() -> bool:
    try:
        programs()
    except NoPostgreSQL:
        return False
    return True


def _may_use_apt() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _is_ubuntu() -> bool:
    """On Ubuntu the package called chromium only points to a snap, which containers cannot install."""
    release = Path("/etc/os-release")
    return release.exists() and "ID=ubuntu" in release.read_text(encoding="utf-8")


def _apt(package: str) -> list[list[str]]:
    return [["apt-get", "update", "--quiet"], [*APT, package]] if _may_use_apt() else []


def _first_that_works(*ways: list[list[str]]) -> None:
    """Try ways to get something, each a series of commands, until one goes through."""
    for way in ways:
        if way and all(_runs(command) for command in way):
            return


def _runs(command: list[str]) -> bool:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(command, env=environment, capture_output=True, timeout=600)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


if __name__ == "__main__":
    main()
