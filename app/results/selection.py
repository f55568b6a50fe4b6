"""What a page of results is asked for in its address: a round, a role, and a part of the scope."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, get_args

from flask import abort, request, url_for
from flask_babel import gettext as _

from app.invitations.models import Role, Round
from app.questionnaires.definition import PathwayName
from app.results import block_names, differences, editions, report
from app.results.block_names import Block
from app.results.differences import Difference
from app.results.figures import Figure
from app.results.models import Edition
from app.results.report import Report
from app.results.scopes import Scope

NO_BLOCK = Block(0, (), (), None)
PATHWAYS: tuple[str, ...] = get_args(PathwayName)


@dataclass(frozen=True)
class Side:
    """What one role says, the rest of the country and of the sector, and in what it differs from the country.

    Each is made when a page asks for it.
    """

    edition: Edition
    role: Role
    scope: Scope
    of_sector: str | None

    @cached_property
    def report(self) -> Report:
        return report.make(self.edition, self.role, self.scope)

    @cached_property
    def elsewhere(self) -> Report | None:
        return report.elsewhere(self.edition, self.report)

    @cached_property
    def sector(self) -> Report | None:
        return report.elsewhere_in_sector(self.edition, self.report, self.of_sector)

    @cached_property
    def differences(self) -> list[Difference]:
        return differences.named(self.report, self.elsewhere)

    @property
    def others(self) -> list[tuple[str, Report]]:
        """Return what there is to compare with, in words, widest first."""
        both = ((_("Elsewhere"), self.elsewhere), (_("Elsewhere in the sector"), self.sector))
        return [(label, one) for label, one in both if one]

    def gap(self, question: str) -> float:
        """Return how far a question's figure is from elsewhere, where that is more than chance; else 0."""
        return next((one.gap for one in self.differences if one.question.id == question), 0)


@dataclass(frozen=True)
class Selection:
    """What is shown, and all that can be chosen instead."""

    round: Round
    edition: Edition
    role: Role
    scope: Scope
    rounds: list[Round]
    blocks: list[Block]
    pathways: ClassVar = PATHWAYS

    @cached_property
    def sides(self) -> dict[Role, Side]:
        return {role: Side(self.edition, role, self.scope, self.sector) for role in Role}

    @property
    def side(self) -> Side:
        """Return the side of the role that was chosen."""
        return self.sides[self.role]

    @property
    def report(self) -> Report:
        return self.side.report

    @cached_property
    def pairs(self) -> list[tuple[Figure, Figure]]:
        """Return what both roles are asked: students, trainers."""
        return report.pairs(self.sides[Role.STUDENT].report, self.sides[Role.TRAINER].report)

    @property
    def sector(self) -> str | None:
        """Return the sector that all of what is shown lies in, if there is one."""
        shown = [one for one in self.blocks if self.scope.block in (None, one.number)]
        sectors = {one.sector for one in shown}
        return sectors.pop() if len(sectors) == 1 else None

    def address(self, endpoint: str, **changes: Any) -> str:
        """Return the address of another page of results, or of this one, with the same filters but for `changes`."""
        kept = request.view_args or {}
        asked = {name: value for name, value in request.args.items() if value and name in FILTERS}
        return url_for(endpoint, **(kept | asked | changes))


FILTERS = ("scope", "round", "role", "block", "pathway", "lang")


def of_request(scope: Scope, ignored: Collection[str] = (), crebos: Collection[str] | None = None) -> Selection | None:
    """Return what the request asks for within a scope, or None while there are no results; 404 for what is not there.

    What a page does not tell apart is `ignored`. Who is limited to some programmes sees blocks that hold one of them.
    """
    made = editions.in_use()
    if not made:
        return None
    edition = _one([editions.worth_showing(made), *made], "round", lambda one: one.round_id)
    blocks = block_names.of_school(edition.round_id, scope.code, crebos) if scope.kind == "school" else []
    whole: list[Block | None] = [None] if crebos is None else []
    block = _one([*whole, *blocks] or [NO_BLOCK], "block", lambda one: one and one.number, ignored)
    pathway = _one([None, *PATHWAYS], "pathway", lambda one: one, ignored)
    role = _one(list(Role), "role", lambda one: one.value)
    narrowed = scope.narrowed(block=block.number if block else None, pathway=None if block else pathway)
    return Selection(edition.round, edition, role, narrowed, [one.round for one in made], blocks)


def _one(choices: list[Any], name: str, key: Any, ignored: Collection[str] = ()) -> Any:
    """Return the choice that the address names, the first where it names none; 404 where it is none of them."""
    asked = "" if name in ignored else request.args.get(name, "")
    if not asked:
        return choices[0]
    return next((one for one in choices if str(key(one)) == asked), None) or abort(404)
