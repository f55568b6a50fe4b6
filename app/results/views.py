"""Pages of results: of a school, and of the country, a sector or a programme. The same pages, each at its scope."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import duckdb
import sqlalchemy as sa
from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_login import current_user

from app import security
from app.accounts.models import Role as AccountRole
from app.extensions import db
from app.invitations.models import Role
from app.reference.models import School
from app.results import counting, files, report, selection, trend, wide_scopes
from app.results.files import EditionGone
from app.results.history import metrics
from app.results.scopes import Scope
from app.results.selection import Selection

blueprint = Blueprint("results", __name__)


@blueprint.app_errorhandler(EditionGone)
@blueprint.app_errorhandler(duckdb.IOException)  # its file went between two looks at it
def look_again(_gone: EditionGone | duckdb.IOException):
    """Ask again for what an edition that was just replaced had; the newest is found then."""
    db.session.rollback()
    return redirect(request.full_path) if request.method == "GET" else abort(409)


READERS = (AccountRole.SCHOOL, AccountRole.ADVISER, AccountRole.ADMIN, AccountRole.ANALYST)
WIDE_READERS = (AccountRole.SECTOR, AccountRole.ADVISER, AccountRole.ADMIN, AccountRole.ANALYST)


@blueprint.get("/desk/results")
@security.role(*AccountRole)
def show_start():
    """Lead each reader to what is theirs: the only school, the list of schools, or the country or sector."""
    if current_user.role not in READERS[:2]:
        return redirect(url_for("results.show_wide_home"))
    brins = sorted(current_user.brins)
    if len(brins) == 1:
        return redirect(url_for("results.show_home", brin=brins[0]))
    return redirect(url_for("results.list_schools"))


@blueprint.get("/desk/results/schools")
@security.role(*READERS)
def list_schools():
    chosen = selection.of_request(Scope())
    return render_template("results/list_schools.html", chosen=chosen, rows=_schools(chosen) if chosen else [])


def _schools(chosen: Selection) -> list[tuple[School, dict[str, int]]]:
    """Return the schools of this reader, and of each role the persons whose answers count: in groups, so 0 or LEAST."""
    wanted, brins = sa.select(School).order_by(School.name), current_user.reach
    found = db.session.scalars(wanted if brins is None else wanted.where(School.brin.in_(brins)))
    counted = {role: counting.persons_per_school(files.counts_of(chosen.edition, role), Scope()) for role in Role}
    return [(school, {role: counted[role].get(school.brin, 0) for role in Role}) for school in found]


@dataclass(frozen=True)
class Page:
    """A page of results, of one role or `of_both`.

    `more` adds what its template needs, `ignored` are filters it does not know.
    """

    template: str
    more: Callable[[Selection], dict[str, Any]] | None = None
    ignored: Collection[str] = ()
    of_both: bool = False


def of_school(brin: str, page: Page):
    """Return a page of a school; 404 to an account that is limited to some programmes, where it is of all of them."""
    school = db.get_or_404(School, brin)
    pages = LIMITED_PAGES if current_user.crebos else SCHOOL_PAGES
    if request.endpoint not in pages:
        abort(404)
    chosen = selection.of_request(Scope("school", brin), page.ignored, current_user.crebos)
    return _render(page, chosen, school=school, pages=pages)


def _of_wide(page: Page):
    scope, whose = wide_scopes.asked(current_user, request.args.get("scope", ""))
    choices = wide_scopes.choices(current_user)
    return _render(page, selection.of_request(scope), choices=choices, whose=whose, pages=WIDE_PAGES)


def _render(page: Page, chosen: Selection | None, **shown: Any):
    if chosen is None:
        return render_template("results/none_yet.html", **shown)
    reports = [side.report for side in chosen.sides.values()] if page.of_both else [chosen.report]
    found = page.more(chosen) if page.more and any(one.is_shown for one in reports) else {}
    return render_template(page.template, chosen=chosen, reports=reports, **shown, **found)


def _programmes(chosen: Selection) -> dict[str, Any]:
    numbers = [block.number for block in chosen.blocks]
    whole = chosen.scope.narrowed(block=None)
    return {"per_block": report.per_block(chosen.edition, chosen.role, whole, numbers)}


def _trend(chosen: Selection) -> dict[str, Any]:
    questions, first = trend.questions(chosen.role), chosen.report.questionnaire.first_trend
    question = request.args.get("question") or first or next(iter(questions), "")
    if question and question not in questions:
        abort(404)
    lines = trend.lines(question, questions[question], chosen.role, chosen.scope) if question else []
    return {"questions": questions, "question": question, "lines": lines, "breaks": metrics.breaks()}


PAGES = {
    "home": Page("results/show_home.html", of_both=True),
    "questions": Page("results/show_questions.html"),
    "together": Page("results/show_together.html", of_both=True),
    "programmes": Page("results/show_programmes.html", _programmes, ignored=("block", "pathway")),
    "trend": Page("results/show_trend.html", _trend, ignored=("block",)),
}
SCHOOL_PAGES = (*(f"results.show_{name}" for name in PAGES), "results_texts.list_texts")
LIMITED_PAGES = SCHOOL_PAGES[:4]
WIDE_PAGES = tuple(f"results.show_wide_{name}" for name in PAGES if name != "programmes")


def _add(name: str, page: Page) -> None:
    """Add a page to those of a school, and to those of the country, a sector or a programme."""
    path = "" if name == "home" else name

    @blueprint.get(f"/desk/schools/<brin>/results/{path}", endpoint=f"show_{name}")
    @security.role(*READERS)
    def show(brin: str):
        return of_school(brin, page)

    if f"results.show_wide_{name}" in WIDE_PAGES:

        @blueprint.get(f"/desk/results/all/{path}", endpoint=f"show_wide_{name}")
        @security.role(*WIDE_READERS)
        def show_wide():
            return _of_wide(page)


for _name, _page in PAGES.items():
    _add(_name, _page)
