"""The one door to figures: an edition, a role and a scope in, what may be shown out.

A report is compared with the rest of the country, or of its sector, and never with a total it is part of.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from app.invitations import rounds
from app.invitations.models import Role, Route
from app.questionnaires.definition import Page, Questionnaire
from app.results import counting, figures, files, thresholds
from app.results.columns import closed_questions
from app.results.counting import ANY, NOTHING, Counts, Seats, Tally, together
from app.results.figures import DISTRIBUTION, MEASURES, Base, Figure
from app.results.models import Edition
from app.results.scopes import Scope
from app.results.thresholds import FULL, LEAST, SCHOOLS, Precision

# What is worth naming before the rest, where it is asked; what the questionnaire leads with comes first.
KEY = (
    "grade",
    "guidance_school",
    "guidance_company",
    "prepared_by_school",
    "learned_enough",
    "contact_satisfaction",
    "effort_motivation",
    "prepared_by_company",
    "level_fits",
    "goals_attainable",
)


@dataclass(frozen=True)
class Theme:
    """The satisfaction items of a page of the questionnaire taken together."""

    page: Page
    figure: Figure


@dataclass(frozen=True)
class Report:
    """What one role says within a scope, as far as it may be shown.

    `forms` of `persons` count. Below the least number of persons there are no figures, and where readers may not see
    every school none of fewer than SCHOOLS: then they are not `enough_schools`. `response` is how many placements there
    are, are due, were opened and sent; None stands for fewer than LEAST. Sent ÷ due is the response, sent ÷ opened the
    completion. `routes` are the seats per route of a student's link, where that tells of no few.
    """

    edition: int
    made_at: dt.datetime
    questionnaire: Questionnaire
    role: Role
    scope: Scope
    persons: int
    forms: int
    enough_schools: bool
    precision: Precision
    response: Mapping[str, int | None]
    figures: Mapping[str, Figure]
    themes: tuple[Theme, ...]
    routes: Mapping[str, Seats] = field(default_factory=dict)

    @property
    def is_shown(self) -> bool:
        return self.precision != Precision.HIDDEN

    @property
    def extremes(self) -> tuple[Theme, Theme] | None:
        """Return the themes with which most and fewest are satisfied, where two are shown in full."""
        full = sorted((one for one in self.themes if one.figure.is_full), key=lambda one: one.figure.value or 0)
        return (full[-1], full[0]) if len(full) > 1 else None

    @property
    def headline(self) -> Figure | None:
        """Return the figure that stands for the whole, where the questionnaire names one."""
        return self.figures.get(self.questionnaire.headline or "")

    @property
    def in_short(self) -> list[Figure]:
        """Return the figures of the themes, then the headline."""
        return [*(one.figure for one in self.themes), *([self.headline] if self.headline else [])]


def make(edition: Edition, role: Role, scope: Scope) -> Report:
    """Return the report of a role's answers in a scope."""
    seen = _may_be_seen(edition, role, scope)
    counted = counting.counts(files.counts_of(edition, role), scope) if seen else NOTHING
    items = _items(_questionnaire(edition, role))
    themes = {page: together(counted.questions.get(id_, {}) for id_ in asked) for page, asked in items.items()}
    return _report(edition, role, scope, counted, themes)


def elsewhere(edition: Edition, ours: Report) -> Report | None:
    """Return the report of all others, or None where there are too few schools among them."""
    return _rest(edition, ours, ours.scope.rest)


def elsewhere_in_sector(edition: Edition, ours: Report, sector: str | None) -> Report | None:
    """Return the report of all others in a sector, or None where there are too few or the scope is no school."""
    rest = ours.scope.rest
    if sector is None or rest is None or ours.scope.kind != "school":
        return None
    return _rest(edition, ours, rest.narrowed(kind="sector", code=sector))


def _rest(edition: Edition, ours: Report, scope: Scope | None) -> Report | None:
    return make(edition, ours.role, scope) if scope and may_be_compared_with(edition, ours.role, scope) else None


def may_be_compared_with(edition: Edition, role: Role, scope: Scope, question: str = ANY) -> bool:
    """Tell whether so many schools have so many answers in a scope that it is something to compare with.

    `question` is one that is counted all the same: the answer does not depend on it.
    """
    persons = counting.persons_per_school(files.counts_of(edition, role), scope, question).values()
    return sum(n >= FULL for n in persons) >= SCHOOLS


def per_block(edition: Edition, role: Role, scope: Scope, blocks: Iterable[int]) -> dict[int, Report]:
    """Return a report per block of a school, of its themes and its headline: a large school has many blocks."""
    questionnaire = _questionnaire(edition, role)
    items, headline = _items(questionnaire), questionnaire.headline
    groups = (
        (ANY, ANY),
        *([(headline, headline)] if headline else []),
        *((id_, f"page {page}") for page, asked in items.items() for id_ in asked),
    )
    found = counting.per_block(files.counts_of(edition, role), scope, groups)
    reports = {}
    for block in blocks:
        counted = found.get(block, NOTHING)
        themes = {page: counted.questions.get(f"page {page}", {}) for page in items}
        reports[block] = _report(edition, role, scope.narrowed(block=block), counted, themes)
    return reports


def figure(edition: Edition, role: Role, scope: Scope, question_id: str) -> Figure | None:
    """Return the figure of one question alone, or None where this role was not asked it."""
    questionnaire = _questionnaire(edition, role)
    asked = {one.id: one for one in closed_questions(questionnaire)}
    if question_id not in asked or not _may_be_seen(edition, role, scope):
        return None
    counted = counting.counts(files.counts_of(edition, role), scope, question_id)
    return figures.of_question(asked[question_id], counted.questions.get(question_id, {}), Base(scope.is_weighted))


def measures(edition: Edition, role: Role) -> dict[str, str]:
    """Return the questions of an edition that have one figure → its measure."""
    asked = closed_questions(_questionnaire(edition, role))
    return {one.id: MEASURES[one.kind][0] for one in asked if one.kind in MEASURES}


def leading(*asked: Questionnaire) -> dict[str, str]:
    """Return the headlines and first trends that questionnaires name → their measures."""
    named = [(one, getattr(one, key)) for key in ("headline", "first_trend") for one in asked]
    return {id_: MEASURES[one.question(id_).kind][0] for one, id_ in named if id_}


def key_questions(*asked: Questionnaire) -> list[str]:
    """Return what is named before the rest, in order; not all of it is asked."""
    return list(dict.fromkeys([*leading(*asked), *KEY]))


def pairs(ours: Report, theirs: Report) -> list[tuple[Figure, Figure]]:
    """Return the figures of what both were asked, where both are shown and have one measure, in the order of ours."""
    both = [(figure, theirs.figures.get(id_)) for id_, figure in ours.figures.items()]
    return [
        (one, other)
        for one, other in both
        if other and one.is_shown and other.is_shown and one.measure == other.measure != DISTRIBUTION
    ]


def _may_be_seen(edition: Edition, role: Role, scope: Scope) -> bool:
    """Tell whether so many schools answered in a scope that none of them is what is seen."""
    return not scope.several or len(counting.persons_per_school(files.counts_of(edition, role), scope)) >= SCHOOLS


def _report(
    edition: Edition, role: Role, scope: Scope, counted: Counts, themes: Mapping[str, Mapping[str, Tally]]
) -> Report:
    questionnaire = _questionnaire(edition, role)
    base = Base(scope.is_weighted)
    persons = base.persons(counted.all)
    precision = thresholds.precision(persons)
    shown = precision != Precision.HIDDEN
    response, routes = _reach(edition, role, scope)
    made = {
        one.id: figures.of_question(one, counted.questions[one.id], base)
        for one in closed_questions(questionnaire)
        if shown and one.id in counted.questions
    }
    return Report(
        edition=edition.id,
        made_at=edition.made_at,
        questionnaire=questionnaire,
        role=role,
        scope=scope,
        persons=persons if shown else 0,
        forms=counted.all.forms if shown else 0,
        enough_schools=_may_be_seen(edition, role, scope),
        precision=precision,
        response=response,
        routes=routes,
        figures=made,
        themes=_themes(questionnaire, themes, base) if shown else (),
    )


def _questionnaire(edition: Edition, role: Role) -> Questionnaire:
    return rounds.questionnaire(edition.round, role)


def _reach(edition: Edition, role: Role, scope: Scope) -> tuple[dict[str, int | None], dict[str, Seats]]:
    """Return the response, and a student's routes unless a count is so small that it, or the total less it, tells."""
    counted = counting.seats(files.path_of(edition, "reach"), scope)
    of_role: tuple[str | None, ...] = tuple(Route) if role == Role.STUDENT else (None,)
    seats = {route: counted.get((role, route), Seats()) for route in of_role}
    placements, *sums = zip(*seats.values(), strict=True)
    whole = Seats(max(placements), *map(sum, sums))
    response = {name: n if n == 0 or n >= LEAST else None for name, n in whole._asdict().items()}
    routes = {str(route): one for route, one in seats.items() if route is not None}
    small = any(0 < n < LEAST for one in routes.values() for n in (one.due, one.opened, one.sent))
    return response, {} if small else routes


def _items(questionnaire: Questionnaire) -> dict[str, list[str]]:
    """Return page → what it asks of how satisfied people are, of the pages that do: these are the themes.

    A sensitive question is one alone or in none: else it could be worked out from the theme and the others.
    """
    rated = {page.id: [one for one in page.questions if one.kind == "satisfaction"] for page in questionnaire.pages}
    alone = {page for page, asked in rated.items() if len(asked) == 1}
    items = {page: [one.id for one in asked if page in alone or not one.sensitive] for page, asked in rated.items()}
    return {page: asked for page, asked in items.items() if asked}


def _themes(questionnaire: Questionnaire, counted: Mapping[str, Mapping[str, Tally]], base: Base) -> tuple[Theme, ...]:
    """Return a figure per theme, over its questions together.

    Persons are the average over its questions: people answer several alike, so that answers are no independent persons.
    """
    pages = {page.id: page for page in questionnaire.pages}
    found = []
    for id_, asked in _items(questionnaire).items():
        over = Base(base.weighted, len(asked))
        sensitive = any(questionnaire.question(one).sensitive for one in asked)
        figure = figures.of_question(questionnaire.question(asked[0]), counted[id_], over, sensitive=sensitive)
        found.append(Theme(pages[id_], figure))
    return tuple(found)
