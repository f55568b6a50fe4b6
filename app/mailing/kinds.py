"""The kinds of mail. Features register theirs; mailing asks them what to say and tells them what became of it."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app

from app.mailing.letter import Letter
from app.mailing.models import Message


def _nothing(_message: Message) -> None:
    return None


@dataclass(frozen=True)
class Kind:
    """A kind of mail.

    `render` returns the letter or raises NotWanted; `on_sent` and `on_bounce` run in the transaction that records the
    fact. Mail that somebody did not ask for has `opt_out`: it carries List-Unsubscribe and heeds opt-outs.
    """

    name: str
    render: Callable[[Message], Letter]
    opt_out: bool = True
    on_sent: Callable[[Message], None] = _nothing
    on_bounce: Callable[[Message], None] = _nothing


def register(app: Flask, kind: Kind) -> None:
    """Make a kind of mail known."""
    app.extensions.setdefault("mail_kinds", {})[kind.name] = kind


def kind_of(message: Message) -> Kind:
    """Return the kind of a message."""
    return current_app.extensions["mail_kinds"][message.kind]
