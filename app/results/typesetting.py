"""PDF with Typst: a template of ours and data as JSON in, the bytes of a PDF out. Nothing is fetched from a network."""

import json
from pathlib import Path
from typing import Any

import typst

TEMPLATES = Path(__file__).parent / "typst"


def pdf(template: str, data: dict[str, Any]) -> bytes:
    """Set a template of the folder `typst` (`school.typ`), which reads `data` with json(bytes(sys.inputs.data)).

    The file declares itself PDF/UA-1: what readers for the blind need, such as a title and headings, must be there.
    """
    set_ = typst.compile(
        str(TEMPLATES / template), root=str(TEMPLATES), sys_inputs={"data": json.dumps(data)}, pdf_standards=["ua-1"]
    )
    if not isinstance(set_, bytes):
        raise TypeError("a PDF is one file")
    return set_
