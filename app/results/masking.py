"""Masks in a text what leads to a person: mail and web addresses, postcodes, phone and other long numbers. Pure.

Names are for whoever releases a text to see; nothing finds those for certain.
"""

import re
from collections.abc import Mapping

MASK = "[…]"
PATTERNS = (
    re.compile(r"\S+@\S+"),
    re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE),
    re.compile(r"@[A-Za-z0-9_.]{3,}"),
    re.compile(r"\b[1-9][0-9]{3} ?[A-Z]{2}\b(?:[ ,]*[0-9]+\w*)?"),
    re.compile(r"\b[1-9][0-9]{3} ?[a-z]{2},? ?[0-9]+\w*"),
    re.compile(r"\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,}(?: ?[A-Z0-9]{1,4})?\b"),
    re.compile(r"(?<![0-9])\+?[0-9](?:[ ()./-]{0,3}[0-9]){5,}(?![0-9])"),
)


def masked(text: str) -> str:
    """Return the text with MASK in place of what leads to a person."""
    for pattern in PATTERNS:
        text = pattern.sub(MASK, text)
    return text


def all_masked(texts: Mapping[str, str]) -> dict[str, str]:
    """Return the same of texts by question."""
    return {question: masked(text) for question, text in texts.items()}
