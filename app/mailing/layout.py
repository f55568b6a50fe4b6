"""Lays a letter out as HTML and as plain text. The MJML is compiled once per process, then only filled."""

import functools
import itertools
import textwrap
from dataclasses import dataclass, replace

import mrml
from flask import current_app
from flask_babel import gettext as _
from markupsafe import escape

from app import skeletons
from app.languages import force_locale
from app.mailing.letter import Letter, Text
from app.skeletons import PLACE, Skeleton


@dataclass(frozen=True)
class LaidOut:
    """A letter as its two bodies."""

    html: str
    text: str


def lay_out(letter: Letter, opt_out_url: str | None = None) -> LaidOut:
    """Return both bodies of `letter`; with `opt_out_url` they end with how to stop these mails."""
    kept = current_app.extensions.setdefault("mail_skeletons", {})
    shape = (letter.language, opt_out_url is None, *((block.kind, len(block.strings)) for block in letter.blocks))
    if shape not in kept:
        kept[shape] = _skeletons(letter, opt_out_url is not None)
    html, text = kept[shape]
    strings = _strings(letter, opt_out_url)

    def plain(place: str) -> str:
        return _wrap(strings[int(place[:-1])]) if place[-1] == "w" else strings[int(place)]

    return LaidOut(skeletons.fill(html, lambda place: escape(strings[int(place)])), skeletons.fill(text, plain))


def _strings(letter: Letter, opt_out_url: str | None) -> list[str]:
    """Return all that letters of one shape do not share: their places are the numbers in this list."""
    preview = next((block.text for block in letter.blocks if isinstance(block, Text)), "")
    return [letter.subject, preview, opt_out_url or "", *(text for block in letter.blocks for text in block.strings)]


def _skeletons(letter: Letter, has_opt_out: bool) -> tuple[Skeleton, Skeleton]:
    """Return HTML and text of the letters that have the shape of this one. In the text a `w` marks what is wrapped."""
    marks = (skeletons.mark(str(number)) for number in itertools.count())
    subject, preview, opt_out_url = (next(marks) for _n in range(3))
    blocks = tuple(block.with_strings(*(next(marks) for _text in block.strings)) for block in letter.blocks)
    with force_locale(letter.language):
        words = {
            "letter": replace(letter, subject=subject, blocks=blocks),
            "preview": preview,
            "opt_out_url": opt_out_url if has_opt_out else None,
            "opt_out_text": _("You no longer want these mails?"),
            "opt_out_label": _("Stop them here"),
            "wrap": lambda text: PLACE.sub(lambda place: skeletons.mark(place[1] + "w"), text),
        }
        html = current_app.jinja_env.overlay(autoescape=True).from_string(_compiled())
        text = current_app.jinja_env.get_template("mails/letter.txt")
        return skeletons.split(html.render(words)), skeletons.split(text.render(words))


@functools.lru_cache(200)  # most sentences are the same in every letter
def _wrap(text: str) -> str:
    lines = (textwrap.fill(line, 76, break_long_words=False, break_on_hyphens=False) for line in text.splitlines())
    return "\n".join(lines)


@functools.cache
def _compiled() -> str:
    source, _path, _fresh = current_app.jinja_loader.get_source(current_app.jinja_env, "mails/letter.mjml")  # type: ignore[union-attr]
    return mrml.to_html(source).content
