"""A school's own pages: how it stands, a text for its students, and what was done that concerns it.

They stand under /desk/schools/<brin>/, so that access is checked by the school.
"""

from flask import Blueprint, redirect, render_template, url_for
from flask_login import current_user

from app import security
from app.accounts import audit_list
from app.accounts.models import Role
from app.agreements.words import categories_of
from app.extensions import db
from app.invitations import rounds
from app.portal import response, students
from app.reference.models import School

blueprint = Blueprint("portal", __name__)


@blueprint.get("/desk/schools")
@security.role(Role.SCHOOL)
def list_schools():
    schools = [db.session.get_one(School, brin) for brin in sorted(current_user.brins)]
    if len(schools) == 1:
        return redirect(url_for("portal.show_school", brin=schools[0].brin))
    return render_template("portal/list_schools.html", schools=schools)


@blueprint.get("/desk/schools/<brin>/")
@security.role(Role.SCHOOL, Role.ADVISER, Role.ADMIN)
def show_school(brin: str):
    school = db.get_or_404(School, brin)
    counted = [(one, response.per_programme(brin, current_user.crebos, one)) for one in rounds.running()]
    agreement = students.agreement_of(brin)
    return render_template(
        "portal/show_school.html",
        school=school,
        agreement=agreement,
        held=students.held(brin),
        erased=students.last_erasure(brin),
        counted=counted,
        fewest=response.FEWEST,
        shared=categories_of(agreement) if agreement else [],
    )


@blueprint.get("/desk/schools/<brin>/inform")
@security.role(Role.SCHOOL, Role.ADVISER, Role.ADMIN)
def show_text(brin: str):
    return render_template(
        "portal/show_text.html", school=db.get_or_404(School, brin), agreement=students.agreement_of(brin)
    )


@blueprint.get("/desk/schools/<brin>/log")
@security.role(Role.SCHOOL, Role.ADMIN)
def list_audit(brin: str):
    shown = audit_list.LISTING.page(audit_list.of_school(brin))
    return render_template("portal/list_audit.html", school=db.get_or_404(School, brin), shown=shown)
