"""Pages of results: of a school, and of the country, a sector or a programme. The same pages, each at its scope."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_login import current_user

from app import security
from app.accounts.models import Role as AccountRole
from app.extensions import db
from app.invitations.models import Role
from app.reference.models import School
from app.results import overview, report, selection, trend, wide_scopes
from app.results.history import metrics
from app.results.scopes import Scope
from app.results.selection import Selection

blueprint = Blueprint("results", __name__)
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
    return of_school(brin, "results/show_programmes.html", _programmes)


@blueprint.get("/desk/schools/<brin>/results/trend")
@security.role(*READERS)
def show_trend(brin: str):
    return of_school(brin, "results/show_trend.html", _trend)


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


def of_school(brin: str, template: str, more: More | None = None):
    """Return a page of a school; `more` adds what its template needs beyond the selection."""
    school = db.get_or_404(School, brin)
    return _render(template, Scope("school", brin), more, school=school, pages=SCHOOL_PAGES)


def _of_wide(template: str, more: More | None = None):
    scope = wide_scopes.asked(current_user, request.args.get("scope", ""))
    choices = wide_scopes.choices(current_user)
    whose = wide_scopes.words(scope, choices)
    return _render(template, scope, more, choices=choices, whose=whose, pages=WIDE_PAGES)


def _render(template: str, scope: Scope, more: More | None, **shown: Any):
    chosen = selection.of_request(scope)
    if chosen is None:
        return render_template("results/none_yet.html", **shown)
    found = more(chosen) if more and chosen.report.is_shown else {}
    return render_template(template, chosen=chosen, **shown, **found)


def _home(chosen: Selection) -> dict[str, Any]:
    return {"both": {role: chosen.of(role) for role in Role}, "other": overview.standing(chosen)}


def _together(chosen: Selection) -> dict[str, Any]:
    return {"pairs": overview.pairs(chosen.of(Role.STUDENT), chosen.of(Role.TRAINER))}


def _programmes(chosen: Selection) -> dict[str, Any]:
    numbers = [block.number for block in chosen.blocks]
    return {"reports": report.per_block(chosen.edition, chosen.role, chosen.scope, numbers)}


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
WIDE_PAGES = (
    "results.show_wide",
    "results.show_wide_questions",
    "results.show_wide_together",
    "results.show_wide_trend",
)
