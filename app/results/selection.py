"""What a page of results is asked for in its address: a round, a role, and a part of the scope."""

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, get_args

from flask import abort, request, url_for

from app.invitations.models import Role, Round
from app.questionnaires.definition import PathwayName
from app.results import benchmarks, block_names, differences, editions, report
from app.results.block_names import Block
from app.results.differences import Difference
from app.results.models import Edition
from app.results.report import Report
from app.results.scopes import Scope

NO_BLOCK = Block(0, (), (), None)
PATHWAYS: tuple[str, ...] = get_args(PathwayName)


@dataclass(frozen=True)
class Selection:
    """What is shown, and all that can be chosen instead; reports are made when a page asks for them."""

    round: Round
    edition: Edition
    role: Role
    scope: Scope
    rounds: list[Round]
    blocks: list[Block]
    reports: dict[Role, Report] = field(default_factory=dict)
    pathways: ClassVar = PATHWAYS

    @cached_property
    def report(self) -> Report:
        return self.of(self.role)

    def of(self, role: Role) -> Report:
        if role not in self.reports:
            self.reports[role] = report.make(self.edition, role, self.scope)
        return self.reports[role]

    @property
    def both(self) -> list[Report]:
        """Return what each role says."""
        return [self.of(role) for role in Role]

    @cached_property
    def benchmark(self) -> Report | None:
        return benchmarks.national(self.edition, self.report)

    @cached_property
    def sector_benchmark(self) -> Report | None:
        return benchmarks.of_sector(self.edition, self.report, self.sector)

    @cached_property
    def differences(self) -> list[Difference]:
        return differences.named(self.report, self.benchmark)

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
