"""What a respondent sees right after sending: own answers beside those of the country, a trainer the sector's too.

Of the newest edition with enough answers. Which that is, is looked up once a minute, since people send all the time.
"""

import time
from typing import Any

from flask import current_app, render_template
from markupsafe import Markup

from app.extensions import db
from app.invitations.models import Role
from app.questionnaires import loader
from app.reference.models import Programme
from app.responses.models import Response
from app.results import editions, report, words
from app.results.figures import DISTRIBUTION
from app.results.report import Report
from app.results.scopes import Scope

ENOUGH = 100  # persons of the role
FRESH = 60  # seconds
EXTENSION = "results_after_sending"


def beside(response: Response) -> Markup:
    """Return the own answers beside the figures of others; nothing while too few answered these."""
    national = _newest(response.role, Scope())
    if national is None:
        return Markup("")
    sector = None
    if response.role == Role.TRAINER:
        programme = db.session.get_one(Programme, response.crebo)
        sector = _newest(response.role, Scope("sector", programme.sector_code))
    rows = _rows(response, national, sector)
    shown = {"rows": rows, "national": national, "sector": sector}
    return Markup(render_template("results/after_sending.html", **shown))  # noqa: S704


def _rows(response: Response, national: Report, sector: Report | None) -> list[dict[str, Any]]:
    """Return per question its title, the answer given, and the figures of the country and perhaps the sector."""
    asked = loader.load_all()[response.questionnaire]
    rows = []
    for id_, value in response.answers.items():
        figure = national.figures.get(id_)
        if figure and figure.is_full and figure.measure != DISTRIBUTION:
            answer = words.answers(asked.question(id_), response.pathway)[str(value)]
            of_sector = sector.figures.get(id_) if sector else None
            of_others = {"national": figure, "sector": of_sector if of_sector and of_sector.is_full else None}
            rows.append({"title": words.title(id_), "answer": answer} | of_others)
    return rows


def _newest(role: str, scope: Scope) -> Report | None:
    """Return the newest report of a role with ENOUGH persons, looked up anew after FRESH seconds."""
    kept: dict[Any, tuple[float, Report | None]] = current_app.extensions.setdefault(EXTENSION, {})
    key = (role, scope)
    if key not in kept or kept[key][0] < time.monotonic() - FRESH:
        reports = (report.make(edition, Role(role), scope) for edition in editions.in_use())
        kept[key] = (time.monotonic(), next((one for one in reports if one.persons >= ENOUGH), None))
    return kept[key][1]
