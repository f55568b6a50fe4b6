"""Texts that are the same for everybody but for a few places: rendered once per process, then only filled in.

Rendering takes most of the time of a respondent's page and of a mail, and nearly always makes the same text.
"""

import re
from collections.abc import Callable, Hashable, Mapping
from typing import Any

from flask import current_app, render_template
from markupsafe import escape

from app import languages

PLACE = re.compile("\ue000([a-z0-9_]+)\ue001")  # characters of no language, so no text holds them
Skeleton = list[str]  # text and the name of a place in turn


def mark(name: str) -> str:
    """Return what stands for a place while a skeleton is rendered."""
    return f"\ue000{name}\ue001"


def split(rendered: str) -> Skeleton:
    return PLACE.split(rendered)


def fill(skeleton: Skeleton, value: Callable[[str], str]) -> str:
    """Return the text with the value of each place, written as it is."""
    parts = list(skeleton)
    parts[1::2] = map(value, parts[1::2])
    return "".join(parts)


def page(template: str, same_for: Hashable, places: Mapping[str, str], shown: Callable[[], Mapping[str, Any]]) -> str:
    """Return a page of which `places` differ from reader to reader: variables that the template only writes out.

    `shown` gives its other variables, and is asked for them once for each value of `same_for`, which has to tell apart
    whatever they and the template depend on beside the language.
    """
    key = (template, languages.current(), languages.asked(), same_for, *places)
    kept = current_app.extensions.setdefault("skeletons", {})
    if key not in kept:
        marks = {name: mark(name) for name in places}
        kept[key] = split(render_template(template, **marks, **shown()))
    return fill(kept[key], lambda name: escape(places[name]))
