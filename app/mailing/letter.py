"""What a mail says, before it is laid out: plain values, so that its HTML and its plain text cannot differ."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    text: str
    kind = "text"


@dataclass(frozen=True)
class Heading:
    text: str
    kind = "heading"


@dataclass(frozen=True)
class Button:
    """The thing to do: a label and the address it leads to."""

    label: str
    url: str
    kind = "button"


@dataclass(frozen=True)
class Bullets:
    items: tuple[str, ...]
    kind = "bullets"


@dataclass(frozen=True)
class Small:
    """Small print at the end."""

    text: str
    kind = "small"


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
