"""Text on its way into a spreadsheet's cell, and back."""

import re

FORMULA_STARTS = tuple("=+-@\t\r")
GUARDED = tuple("'" + start for start in FORMULA_STARTS)
PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")


def defused(text: str) -> str:
    """Put a quotation mark before text that a spreadsheet would run as a formula; plain numbers stay."""
    if text.startswith(FORMULA_STARTS) and not PLAIN_NUMBER.fullmatch(text):
        return "'" + text
    return text


def undefused(text: str) -> str:
    """Undo `defused`, so that a sheet given back and loaded again is the same."""
    return text[1:] if text.startswith(GUARDED) else text
