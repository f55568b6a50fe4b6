"""What a file of results is made from: what each role says, what it is compared with, and whose it is."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from app.extensions import db
from app.invitations.models import Role
from app.reference.models import Programme, School, Sector
from app.results import report, trend
from app.results.figures import Figure
from app.results.report import Report
from app.results.scopes import Scope
from app.results.selection import Selection, Side
from app.results.trend import Line

NAMED: dict[str, Any] = {"school": School, "sector": Sector, "programme": Programme}
FOLLOWED = 5  # key questions, over the years


class NothingShown(Exception):
    """Too few answered to show anything of what was asked."""


@dataclass(frozen=True)
class Contents:
    """The selection, and whose results these are in words; the rest is made when it is asked for."""

    chosen: Selection
    whose: str

    @property
    def shown(self) -> list[Side]:
        """Return the sides there is something to show of."""
        return [side for side in self.chosen.sides.values() if side.report.is_shown]

    def programmes(self, role: Role) -> list[tuple[str, Report]]:
        """Return the blocks of a school with their names; none of a part of a school, or where there is but one."""
        blocks, scope = self.chosen.blocks, self.chosen.scope
        if len(blocks) < 2 or scope.block or scope.pathway:
            return []
        reports = report.per_block(self.chosen.edition, role, scope, [one.number for one in blocks])
        return [(one.title, reports[one.number]) for one in blocks]

    def trends(self, role: Role) -> list[tuple[str, str, list[Line]]]:
        """Return question, measure and lines of the first key questions that were asked in any year."""
        asked = trend.questions(role)
        key = [id_ for id_ in report.key_questions(self.chosen.sides[role].report.questionnaire) if id_ in asked]
        return [(id_, asked[id_], trend.lines(id_, asked[id_], role, self.chosen.scope)) for id_ in key[:FOLLOWED]]

    @property
    def part(self) -> str:
        """Say which part of the scope this is; empty for all of it."""
        names = [one.title for one in self.chosen.blocks if one.number == self.chosen.scope.block]
        return names[0] if names else self.chosen.scope.pathway or ""


def theme_of(report: Report | None, page_id: str) -> Figure | None:
    """Return a report's figure of a theme, if it has one."""
    return next((one.figure for one in report.themes if one.page.id == page_id), None) if report else None


def name_of(scope: Scope) -> str | None:
    """Return the name of a scope for people, or None where there is no such school, sector or programme."""
    if scope.kind not in NAMED:
        return _("The whole country") if scope.kind == "national" else scope.name
    found = db.session.get(NAMED[scope.kind], scope.code)
    return found.name if found else None
