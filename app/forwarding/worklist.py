"""The desk's worklist: what trainers and students say stands in a link's way, oldest first."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import contains_eager, joinedload
from wtforms import Form, SelectField

from app import security
from app.accounts import audit
from app.accounts.models import Role
from app.extensions import db
from app.forwarding import exits
from app.forwarding.models import Exit, Report
from app.invitations import attention
from app.invitations.attention import Item
from app.listing import Column, Listing, Order, choices
from app.placements.models import Placement

blueprint = Blueprint("worklist", __name__)

WORDS: dict[str, Any] = {
    Exit.NOT_MINE.value: _l("not their student"),
    Exit.STOPPED.value: _l("stopped early"),
    Exit.UNREACHABLE.value: _l("cannot be reached"),
    Exit.DATES.value: _l("the dates are wrong"),
    Exit.COLLEAGUE.value: _l("a colleague took over"),
    Exit.NOT_ME.value: _l("the link reached someone else"),
    Exit.OPTED_OUT.value: _l("the trainer wants no more mail"),
}
TODO: dict[str, Any] = {
    Exit.NOT_MINE.value: _l("Ask the school which trainer guides this student; its next file settles it."),
    Exit.STOPPED.value: _l("Ask the school to end the placement in its administration."),
    Exit.UNREACHABLE.value: _l("Ask the school whether it can share the student's address."),
    Exit.DATES.value: _l("Ask the school for the right dates; its next file settles it."),
    Exit.COLLEAGUE.value: _l("Nothing, unless the school's administration should name the colleague as well."),
    Exit.NOT_ME.value: _l("See whether the trainer passed on the right link."),
    Exit.OPTED_OUT.value: _l("Ask the school whether it can share the student's address, or who else could be asked."),
}


class ReportFilters(Form):
    """What the worklist is narrowed to; anything unknown narrows nothing."""

    kind = SelectField(_l("What"), choices=choices(WORDS))


LISTING = Listing(
    columns=(
        Column(
            _l("What"),
            lambda row: WORDS[row.Report.kind],
            href=lambda row: url_for("worklist.show_report", report_id=row.Report.id),
        ),
        Column(_l("Said on"), lambda row: row.Report.at, order="at"),
        Column(_l("School"), lambda row: row.Report.placement.school.name),
        Column(_l("Programme"), lambda row: row.Report.placement.programme.name),
        Column(_l("Company"), lambda row: row.Report.placement.company.name),
        Column(_l("Ends on"), lambda row: row.Report.placement.ends_on),
        Column(_l("Date they give"), lambda row: row.Report.day),
    ),
    orders={"at": Order(Report.at, Report.id)},
    usual="at",
)


def open_reports(filters: ReportFilters) -> sa.Select:
    """Return a SELECT of what stands and passes the filters."""
    eager = contains_eager(Report.placement).options(
        joinedload(Placement.school), joinedload(Placement.programme), joinedload(Placement.company)
    )
    wanted = sa.select(Report).join(Report.placement).where(Report.stands()).options(eager)
    return wanted.where(Report.kind == filters.kind.data) if filters.kind.data in WORDS else wanted


@blueprint.get("/desk/worklist")
@security.role(Role.ADMIN)
def list_reports():
    filters = ReportFilters(request.args)
    shown = LISTING.page(open_reports(filters))
    return render_template("forwarding/list_reports.html", filters=filters, shown=shown)


@blueprint.get("/desk/worklist.csv")
@security.role(Role.ADMIN)
def download_reports():
    return LISTING.csv(open_reports(ReportFilters(request.args)), "worklist")


@blueprint.get("/desk/worklist/<int:report_id>")
@security.role(Role.ADMIN)
def show_report(report_id: int):
    report = db.get_or_404(Report, report_id)
    return render_template("forwarding/show_report.html", report=report, words=WORDS, todo=TODO)


@blueprint.post("/desk/worklist/<int:report_id>")
@security.role(Role.ADMIN)
def handle_report(report_id: int):
    if exits.handle(report_id):
        audit.record("report_handled", report=report_id)
        flash(_("Dealt with."), "success")
    else:
        flash(_("This was dealt with, or taken back, already."), "warning")
    db.session.commit()
    return redirect(url_for("worklist.list_reports"))


def _items() -> list[Item]:
    n = db.session.scalar(sa.select(sa.func.count()).select_from(Report).where(Report.stands()))
    return [Item("worklist", n or 0, "worklist.list_reports")]


def init_app(app: Flask) -> None:
    attention.also(_items)
