"""A school's students: a table to see, fill in and correct, taking one away, all of it as a file; and deliveries."""

from typing import Any

import structlog
from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from app import confirming, listing, security
from app.accounts import audit
from app.accounts.models import Role
from app.extensions import db
from app.placements.columns import Field, ForbiddenColumns
from app.placements.forms import HeadingsForm, SheetForm, answers, columns_form
from app.placements.words import RECOGNISED_ERRORS
from app.portal import delivery, student_lists, students, words
from app.portal.models import Delivery
from app.portal.views import blueprint
from app.reference.models import School

log = structlog.get_logger()
OWN = security.role(Role.SCHOOL, Role.ADMIN)


@blueprint.get("/desk/schools/<brin>/students")
@OWN
def list_students(brin: str):
    db.get_or_404(School, brin)
    audit.record_looking("students_looked_at", brin=brin)
    return _list_page(brin)


@blueprint.post("/desk/schools/<brin>/students")
@OWN
def save_students(brin: str):
    """Save the table: all of it, or, where something is wrong, none of it."""
    said, faults = student_lists.said_in(brin, current_user.crebos, request.form)
    if faults:
        return _list_page(brin, faults), 422
    if names := [one.agreement_number or "–" for one, values in said.items() if students.takes_away(one, values)]:
        confirming.require("portal/confirm_taking.html", brin=brin, names=names, empties=True)
    n = students.save(brin, said)
    db.session.commit()
    flash(ngettext("%(num)s student is changed.", "%(num)s students are changed.", n), "success")
    return redirect(url_for("portal.list_students", **listing.arguments(brin=brin)))


@blueprint.get("/desk/schools/<brin>/students.csv")
@OWN
def download_students(brin: str):
    db.get_or_404(School, brin)
    audit.record_looking("students_downloaded", brin=brin)
    held = students.of_school(brin, current_user.crebos).where(student_lists.IS_HELD)
    return student_lists.EVERYTHING.csv(held, f"students-{brin}")


@blueprint.post("/desk/schools/<brin>/students/<int:placement_id>/erase")
@OWN
def erase_student(brin: str, placement_id: int):
    there = students.found(brin, current_user.crebos, [placement_id])
    if placement_id not in there:
        abort(404)
    names = [there[placement_id].agreement_number or "–"]
    confirming.require("portal/confirm_taking.html", brin=brin, names=names, empties=False)
    students.erase(brin, there[placement_id])
    db.session.commit()
    flash(_("Taken away. The student gets the link through the trainer."), "success")
    return redirect(url_for("portal.list_students", **listing.arguments(brin=brin)))


@blueprint.get("/desk/schools/<brin>/deliveries")
@OWN
def ask_file(brin: str):
    return _file_page(brin, SheetForm())


@blueprint.post("/desk/schools/<brin>/deliveries")
@OWN
def hand_in(brin: str):
    form = SheetForm()
    if not students.allowed(brin):
        abort(404)
    if not form.validate_on_submit():
        return _file_page(brin, form), 422
    try:
        data, said = form.file.data.read(), answers(request.form)
        made = delivery.hand_in(brin, current_user.crebos, data, current_user.id, words.FAULTS, said)
    except delivery.ColumnsUnanswered as error:
        return _file_page(brin, _questions(error)), 422
    except RECOGNISED_ERRORS as error:
        if isinstance(error, ForbiddenColumns):
            log.warning("columns refused", columns=error.names)
        form.file.errors = [words.explain_file(error)]
        return _file_page(brin, form), 422
    db.session.commit()
    return redirect(url_for("portal.show_delivery", brin=brin, delivery_id=made.id))


@blueprint.get("/desk/schools/<brin>/deliveries/<int:delivery_id>")
@OWN
def show_delivery(brin: str, delivery_id: int):
    made = _delivery(brin, delivery_id)
    school, waits = db.session.get_one(School, brin), delivery.is_waiting(made)
    return render_template("portal/show_delivery.html", school=school, delivery=made, waits=waits)


@blueprint.post("/desk/schools/<brin>/deliveries/<int:delivery_id>")
@OWN
def take_delivery(brin: str, delivery_id: int):
    if delivery.take(_delivery(brin, delivery_id), current_user.crebos):
        flash(_("The addresses are taken over. From the next batch on we mail these students directly."), "success")
    else:
        flash(_("This was taken over already, or waited longer than a day. Hand it in again if needed."), "warning")
    db.session.commit()
    return redirect(url_for("portal.show_delivery", brin=brin, delivery_id=delivery_id))


@blueprint.get("/desk/schools/<brin>/deliveries/<int:delivery_id>/refused-rows")
@OWN
def download_refused(brin: str, delivery_id: int):
    made = _delivery(brin, delivery_id)
    if not made.refused:
        abort(404)
    disposition = f'attachment; filename="fout.{made.refused_kind}"'
    return made.refused, 200, {"Content-Type": "application/octet-stream", "Content-Disposition": disposition}


def _delivery(brin: str, delivery_id: int) -> Delivery:
    return delivery.find(brin, current_user.crebos, current_user.id, delivery_id) or abort(404)


def _questions(error: delivery.ColumnsUnanswered) -> HeadingsForm:
    """Return the form in which the file is handed in once more, with a choice for each column in question."""
    reading = error.reading
    form = columns_form(reading.questions, [field for field in Field if field not in reading.columns], SheetForm)
    form.validate()
    form["file"].errors = [_("Say below what these columns are, and choose the file once more.")]
    return form


def _file_page(brin: str, form: HeadingsForm) -> str:
    school, allowed = db.get_or_404(School, brin), students.allowed(brin)
    return render_template("portal/ask_file.html", school=school, form=form, allowed=allowed, words=words)


def _list_page(brin: str, faults: dict[str, Any] | None = None) -> str:
    filters = student_lists.StudentFilters(request.args)
    school = db.get_or_404(School, brin)
    shown = student_lists.TABLE.page(filters.narrowed(students.of_school(brin, current_user.crebos)))
    return render_template(
        "portal/list_students.html",
        school=school,
        shown=shown,
        filters=filters,
        faults=faults or {},
        allowed=students.allowed(brin),
        current=students.current,
        words=words,
    )
