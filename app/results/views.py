"""Pages of results: of a school, and of the country, a sector or a programme. The same pages, each at its scope."""

from collections.abc import Callable, Collection
from typing import Any

import duckdb
from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_login import current_user

from app import security
from app.accounts.models import Role as AccountRole
from app.extensions import db
from app.invitations.models import Role
from app.reference.models import School
from app.results import overview, report, selection, trend, wide_scopes
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
        return redirect(url_for("results.show_wide"))
    brins = sorted(current_user.brins)
    if len(brins) == 1:
        return redirect(url_for("results.show_home", brin=brins[0]))
    return redirect(url_for("results.list_schools"))


@blueprint.get("/desk/results/schools")
@security.role(*READERS)
def list_schools():
    chosen = selection.of_request(Scope())
    rows = overview.schools(chosen, current_user.reach) if chosen else []
    return render_template("results/list_schools.html", chosen=chosen, rows=rows)


@blueprint.get("/desk/schools/<brin>/results/")
@security.role(*READERS)
def show_home(brin: str):
    return of_school(brin, "results/show_home.html", _home)


@blueprint.get("/desk/schools/<brin>/results/questions")
@security.role(*READERS)
def show_questions(brin: str):
    return of_school(brin, "results/show_questions.html")


@blueprint.get("/desk/schools/<brin>/results/together")
@security.role(*READERS)
def show_together(brin: str):
    return of_school(brin, "results/show_together.html", _together)


@blueprint.get("/desk/schools/<brin>/results/programmes")
@security.role(*READERS)
def show_programmes(brin: str):
    return of_school(brin, "results/show_programmes.html", _programmes, ignored=("block", "pathway"))


@blueprint.get("/desk/schools/<brin>/results/trend")
@security.role(*READERS)
def show_trend(brin: str):
    whole_school_only()
    return of_school(brin, "results/show_trend.html", _trend, ignored=("block",))


@blueprint.get("/desk/results/all/")
@security.role(*WIDE_READERS)
def show_wide():
    return _of_wide("results/show_home.html", _home)


@blueprint.get("/desk/results/all/questions")
@security.role(*WIDE_READERS)
def show_wide_questions():
    return _of_wide("results/show_questions.html")


@blueprint.get("/desk/results/all/together")
@security.role(*WIDE_READERS)
def show_wide_together():
    return _of_wide("results/show_together.html", _together)


@blueprint.get("/desk/results/all/trend")
@security.role(*WIDE_READERS)
def show_wide_trend():
    return _of_wide("results/show_trend.html", _trend)


More = Callable[[Selection], dict[str, Any]]


def of_school(brin: str, template: str, more: More | None = None, ignored: Collection[str] = ()):
    """Return a page of a school; `more` adds what its template needs, `ignored` are filters it does not know."""
    school = db.get_or_404(School, brin)
    chosen = selection.of_request(Scope("school", brin), ignored, current_user.crebos)
    pages = LIMITED_PAGES if current_user.crebos else SCHOOL_PAGES
    return _render(template, chosen, more, school=school, pages=pages)


def whole_school_only() -> None:
    """Answer 404 to an account that is limited to some programmes, on a page of all of the school."""
    if current_user.crebos:
        abort(404)


def _of_wide(template: str, more: More | None = None):
    scope = wide_scopes.asked(current_user, request.args.get("scope", ""))
    choices = wide_scopes.choices(current_user)
    whose = wide_scopes.words(scope, choices)
    return _render(template, selection.of_request(scope), more, choices=choices, whose=whose, pages=WIDE_PAGES)


def _render(template: str, chosen: Selection | None, more: More | None, **shown: Any):
    if chosen is None:
        return render_template("results/none_yet.html", **shown)
    reports = chosen.both if more in (_home, _together) else [chosen.report]
    found = more(chosen) if more and any(one.is_shown for one in reports) else {}
    return render_template(template, chosen=chosen, reports=reports, **shown, **found)


def _home(chosen: Selection) -> dict[str, Any]:
    return {"other": overview.standing(chosen)}


def _together(chosen: Selection) -> dict[str, Any]:
    return {"pairs": overview.pairs(chosen.of(Role.STUDENT), chosen.of(Role.TRAINER))}


def _programmes(chosen: Selection) -> dict[str, Any]:
    numbers = [block.number for block in chosen.blocks]
    whole = chosen.scope.narrowed(block=None)
    return {"per_block": report.per_block(chosen.edition, chosen.role, whole, numbers)}


def _trend(chosen: Selection) -> dict[str, Any]:
    questions = trend.questions(chosen.report)
    question = request.args.get("question") or trend.FIRST
    if question not in questions:
        abort(404)
    lines = trend.lines(question, chosen.role, chosen.scope)
    return {"questions": questions, "question": question, "lines": lines, "breaks": metrics.breaks()}


SCHOOL_PAGES = (
    "results.show_home",
    "results.show_questions",
    "results.show_together",
    "results.show_programmes",
    "results.show_trend",
    "results_texts.list_texts",
)
LIMITED_PAGES = SCHOOL_PAGES[:4]
WIDE_PAGES = (
    "results.show_wide",
    "results.show_wide_questions",
    "results.show_wide_together",
    "results.show_wide_trend",
)
