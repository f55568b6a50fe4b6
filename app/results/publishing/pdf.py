"""The yearly report as a PDF: the same sections as the page, set by Typst."""

import json
from collections.abc import Sequence
from functools import lru_cache

from flask import current_app
from flask_babel import format_date
from flask_babel import gettext as _

from app import languages
from app.results import typesetting
from app.results.publishing import story as publication_story
from app.results.publishing import years as publication_years
from app.results.publishing.parts import Section
from app.results.publishing.publication import Yearbook


def pdf(book: Yearbook, others: Sequence[Yearbook]) -> bytes:
    """Return the report in the language of the reader."""
    sections = publication_story.tell(book, others)
    if (sources := publication_years.sources(book)).items:
        sections.append(Section("sources", _("Sources of what was published earlier"), [sources]))
    data = {
        "language": languages.current(),
        "organisation": current_app.config["ORGANISATION"],
        "title": _("BPV Monitor %(year)s", year=book.year),
        "subtitle": _("How students and trainers see work placements"),
        "period": publication_story.period(book),
        "published": _("Published on %(day)s.", day=format_date(book.published_at, "d MMMM y")),
        "edition": book.figures["edition"],
        "labels": {
            "good": _("Satisfied or very satisfied"),
            "middle": _("Neither"),
            "bad": _("Dissatisfied or very dissatisfied"),
            "ours": _("With margin"),
            "published": _("Published earlier"),
            "digest": _("Digest of the edition the figures are made of"),
        },
        "sections": [section.plain() for section in sections],
    }
    return _set(json.dumps(data))


@lru_cache(maxsize=8)
def _set(data: str) -> bytes:
    """Set a report once per process: anyone may ask for it, and it takes a while."""
    return typesetting.pdf("national.typ", json.loads(data))
