"""Lays a letter out as HTML and as plain text. The MJML is compiled once per process, then only filled."""

import functools
import textwrap
from dataclasses import dataclass

import mrml
from flask import current_app
from flask_babel import force_locale, get_translations
from jinja2 import Template

from app.mailing.letter import Letter, Text


@dataclass(frozen=True)
class LaidOut:
    """A letter as its two bodies."""

    html: str
    text: str


def lay_out(letter: Letter, opt_out_url: str | None = None) -> LaidOut:
    """Return both bodies of `letter`; with `opt_out_url` they end with how to stop these mails."""
    with force_locale(letter.language):
        _ = get_translations().gettext  # looked up once instead of for every sentence
        words = {
            "letter": letter,
            "preview": next((block.text for block in letter.blocks if isinstance(block, Text)), ""),
            "opt_out_url": opt_out_url,
            "opt_out_text": _("You no longer want these mails?"),
            "opt_out_label": _("Stop them here"),
            "wrap": _wrap,
        }
        text = current_app.jinja_env.get_template("mails/letter.txt")
        return LaidOut(_layout().render(words), text.render(words))


@functools.lru_cache(200)  # most sentences are the same in every letter
def _wrap(text: str) -> str:
    lines = (textwrap.fill(line, 76, break_long_words=False, break_on_hyphens=False) for line in text.splitlines())
    return "\n".join(lines)


@functools.cache
def _compiled() -> str:
    source, _path, _fresh = current_app.jinja_loader.get_source(current_app.jinja_env, "mails/letter.mjml")  # type: ignore[union-attr]
    return mrml.to_html(source).content


def _layout() -> Template:
    cache = current_app.extensions.setdefault("mail_layout", {})
    if "html" not in cache:
        environment = current_app.jinja_env.overlay(autoescape=True)
        cache["html"] = environment.from_string(_compiled())
    return cache["html"]
