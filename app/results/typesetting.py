"""PDF with Typst: a template of ours and data as JSON in, the bytes of a PDF out. Nothing is fetched from a network.

Typst keeps the memory it once used, some hundreds of megabytes after ten reports. So each PDF is set by a process of
its own, which is this file run by itself.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import typst

TEMPLATES = Path(__file__).parent / "typst"
PATIENCE = 60  # seconds


def pdf(template: str, data: dict[str, Any]) -> bytes:
    """Set a template of the folder `typst` (`school.typ`), which reads `data` with json(bytes(sys.inputs.data)).

    The file declares itself PDF/UA-1: what readers for the blind need, such as a title and headings, must be there.
    Raises subprocess.CalledProcessError when the template and the data do not fit.
    """
    command = [sys.executable, "-I", __file__, template]
    done = subprocess.run(command, input=json.dumps(data).encode(), capture_output=True, timeout=PATIENCE, check=True)  # noqa: S603
    return done.stdout


def _set(template: str, data: str) -> bytes:
    made = typst.compile(
        str(TEMPLATES / template), root=str(TEMPLATES), sys_inputs={"data": data}, pdf_standards=["ua-1"]
    )
    if not isinstance(made, bytes):
        raise TypeError("a PDF is one file")
    return made


if __name__ == "__main__":
    sys.stdout.buffer.write(_set(sys.argv[1], sys.stdin.buffer.read().decode()))
