"""What a mail says, before it is laid out: plain values, so that its HTML and its plain text cannot differ."""

from dataclasses import dataclass, field
from typing import Self


class OfTexts:
    """A block whose fields are its texts, in order."""

    @property
    def strings(self) -> tuple[str, ...]:
        return tuple(vars(self).values())

    @classmethod
    def with_strings(cls, *strings: str) -> Self:
        return cls(*strings)


@dataclass(frozen=True)
class Words(OfTexts):
    """A block that is one text."""

    text: str


class Text(Words):
    """A paragraph."""

    kind = "text"


class Heading(Words):
    kind = "heading"


class Small(Words):
    """Small print at the end."""

    kind = "small"


@dataclass(frozen=True)
class Button(OfTexts):
    """The thing to do: a label and the address it leads to."""

    label: str
    url: str
    kind = "button"


@dataclass(frozen=True)
class Bullets:
    items: tuple[str, ...]
    kind = "bullets"

    @property
    def strings(self) -> tuple[str, ...]:
        return self.items

    @classmethod
    def with_strings(cls, *strings: str) -> Self:
        return cls(strings)


Block = Text | Heading | Button | Bullets | Small


class NotWanted(Exception):
    """A message that need not go any more; `reason` is one word for the screens."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Letter:
    """A mail's recipient, language ("nl" or "en"), subject and blocks."""

    to: str
    language: str
    subject: str
    blocks: tuple[Block, ...] = field(default_factory=tuple)
