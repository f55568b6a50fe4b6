"""Acts that are refused: the error that says so in one word, and the form that says it in the reader's.

Commands say it with cli.refusals_in.
"""

from collections.abc import Mapping
from typing import Any


class Refused(Exception):
    """An act that cannot be done; `fault` says why, for the caller's words, and `details` what to fill in there."""

    def __init__(self, fault: str, **details: Any):
        super().__init__(fault)
        self.fault = fault
        self.details = details

    @classmethod
    def when(cls, condition: bool, fault: str) -> None:
        """Refuse where this is so."""
        if condition:
            raise cls(fault)


def mark(form: Any, words: Mapping[str, tuple[str, Any]], refused: Refused) -> None:
    """Say at the field that is to blame why an act was refused; `words` hold field and sentence by fault."""
    name, says = words[refused.fault]
    form[name].errors = [*form[name].errors, str(says) % refused.details]
