"""Text on its way into a spreadsheet's cell, and back."""

import re

# A formula begins where a cell does, and a spreadsheet may split a line at another mark than it was written with.
_CELL = r"(?:^|[,;|\t\r\n\"]) *"
_FORMULA = r"[=+\-@\t\r](?!(?<=[+-])[0-9]+(?:[.,][0-9]+)?(?:$|[,;|\t\r\n\"]))"  # plain numbers stay
FORMULA = re.compile(f"({_CELL})(?={_FORMULA})")
GUARDED = re.compile(f"({_CELL})'(?={_FORMULA})")
TEXT_GUARD = re.compile(r"""="([^"]*)"|'([0-9].*)""", re.DOTALL)


def defused(text: str) -> str:
    """Put a quotation mark before what a spreadsheet would run as a formula; plain numbers stay."""
    return FORMULA.sub(r"\1'", text)


def undefused(text: str) -> str:
    """Undo `defused`, and what other programs write to keep a number as it is: `="000001"` and `'000001`."""
    guard = TEXT_GUARD.fullmatch(text) if text.startswith(("'", "=")) else None
    return (guard[1] or guard[2] or "").strip() if guard else GUARDED.sub(r"\1", text)
