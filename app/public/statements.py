"""What we say of ourselves: privacy, what is processed, accessibility, and a sheet for schools. All from settings."""

from flask import Blueprint, render_template

from app import security
from app.accounts.append_only import AUDIT_YEARS
from app.privacy import kept, terms

blueprint = Blueprint("statements", __name__)


@blueprint.get("/privacy")
@security.public
def show_privacy():
    return render_template("public/privacy.html")


@blueprint.get("/privacy/processing")
@security.public
def show_processing():
    return render_template("public/processing.html", rules=terms.described(), kept=kept.KEPT)


@blueprint.get("/privacy/schools")
@security.public
def show_sheet():
    return render_template("public/school_sheet.html", audit_years=AUDIT_YEARS)


@blueprint.get("/accessibility")
@security.public
def show_accessibility():
    return render_template("public/accessibility.html")
