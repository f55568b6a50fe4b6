"""The kinds of mail. Features register theirs; mailing asks them what to say and tells them what became of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Flask, current_app

from app.mailing.letter import Letter, NotWanted
from app.mailing.models import Message

Letters = Mapping[int, Letter | NotWanted]


def _nothing(_message: Message) -> None:
    return None


@dataclass(frozen=True)
class Kind:
    """A kind of mail.

    `render_many` returns by message id the letter, or why it is not wanted; `on_sent` and `on_bounce` run in the
    transaction that records the fact. Mail that somebody did not ask for has `opt_out`: it carries List-Unsubscribe
    and heeds opt-outs. What goes `by_day` leaves between 8:00 and 18:00 on weekdays only.
    """

    name: str
    render_many: Callable[[Sequence[Message]], Letters]
    opt_out: bool = True
    on_sent: Callable[[Message], None] = _nothing
    on_bounce: Callable[[Message], None] = _nothing
    by_day: bool = False


def each(render: Callable[[Message], Letter], messages: Sequence[Message]) -> Letters:
    """Render message by message; `render` returns the letter or raises NotWanted."""
    letters: dict[int, Letter | NotWanted] = {}
    for message in messages:
        try:
            letters[message.id] = render(message)
        except NotWanted as unwanted:
            letters[message.id] = unwanted
    return letters


def register(app: Flask, kind: Kind) -> None:
    """Make a kind of mail known."""
    app.extensions.setdefault("mail_kinds", {})[kind.name] = kind


def register_each(app: Flask, name: str, render: Callable[[Message], Letter], **how: Any) -> None:
    """Make a kind of mail known that is rendered message by message, in all else as Kind says."""
    register(app, Kind(name, partial(each, render), **how))


def names_where(condition: Callable[[Kind], bool]) -> list[str]:
    """Return the names of the kinds that fit a condition."""
    return sorted(kind.name for kind in current_app.extensions.get("mail_kinds", {}).values() if condition(kind))


def kind_of(message: Message) -> Kind:
    """Return the kind of a message."""
    return current_app.extensions["mail_kinds"][message.kind]
