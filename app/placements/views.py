"""Placements at the desk: browse, hand in a sheet, look at what it would do, confirm."""

import base64
import zlib

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from itsdangerous import BadSignature, URLSafeTimedSerializer

from app import security
from app.accounts import audit
from app.accounts.models import Role
from app.addresses import LARGEST
from app.extensions import csrf, db
from app.placements import browsing, reading, report, uploads, words
from app.placements.checking import Outcome
from app.placements.forms import SheetForm
from app.placements.models import Upload
from app.placements.reading import ReadSheet

blueprint = Blueprint("placements", __name__)

LARGEST_REPORT = 8 * 1024 * 1024
REPORT_SECONDS = 24 * 3600
SHOWN_REFUSALS = 100


@blueprint.get("/desk/placements")
@security.role(Role.ADMIN)
def list_placements():
    wanted = request.args.get("q", "").replace("\0", "")  # which PostgreSQL refuses
    found = browsing.find(wanted, min(request.args.get("after", 0, type=int), LARGEST))
    return render_template("placements/list_placements.html", found=found, q=wanted, total=browsing.total())


@blueprint.get("/desk/placements/load")
@security.role(Role.ADMIN)
def ask_sheet():
    return render_template("placements/ask_sheet.html", form=SheetForm())


@blueprint.post("/desk/placements/load")
@security.role(Role.ADMIN)
def check_sheet():
    """Check the sheet; what is refused is shown now, since only the checked rows are kept."""
    form = SheetForm()
    if not form.validate_on_submit():
        return render_template("placements/ask_sheet.html", form=form), 422
    try:
        sheet = reading.read(form.file.data.read())
    except words.RECOGNISED_ERRORS as error:
        form.file.errors = [words.explain_sheet(error)]
        return render_template("placements/ask_sheet.html", form=form), 422
    upload, refused = uploads.check(sheet, current_user.id)
    db.session.commit()
    return render_template(
        "placements/check_sheet.html",
        upload=upload,
        refused=refused[:SHOWN_REFUSALS],
        refused_total=len(refused),
        report=_sealed_report(sheet, refused),
        words=words,
    )


@blueprint.post("/desk/placements/load/<int:upload_id>")
@security.role(Role.ADMIN)
def confirm(upload_id: int):
    upload = db.get_or_404(Upload, upload_id)
    if upload.rows is None:
        flash(_("This was loaded already, or waited longer than a day. Hand the file in again if needed."), "warning")
        return redirect(url_for("placements.ask_sheet"))
    for _n in uploads.confirm(upload):
        db.session.commit()
    audit.record("placements_loaded", upload=upload.id, rows=upload.summary["rows"])
    db.session.commit()
    flash(
        _("Loaded: %(new)s new, %(changed)s changed.", new=upload.summary["new"], changed=upload.summary["changed"]),
        "success",
    )
    return redirect(url_for("placements.list_placements"))


@blueprint.post("/desk/placements/report")
@csrf.exempt  # changes nothing; and checking the token would read the form before it may be this large
@security.role(Role.ADMIN)
def download_report():
    """Give back the refused rows that this person's own page carried; the server keeps none of them."""
    request.max_form_memory_size = 2 * LARGEST_REPORT
    try:
        sealed = _sealer().loads(request.form.get("report", ""), max_age=REPORT_SECONDS)
    except BadSignature:
        abort(400)
    content = zlib.decompress(base64.b64decode(sealed["rows"]))
    disposition = f'attachment; filename="fout.{sealed["kind"]}"'
    return content, 200, {"Content-Type": "application/octet-stream", "Content-Disposition": disposition}


def _sealed_report(sheet: ReadSheet, refused: list[Outcome]) -> str | None:
    """Return the refused rows as a signed text for a hidden field, or None when there are none or too many."""
    if not refused:
        return None
    content = zlib.compress(report.refused_sheet(sheet.sheet, refused, words.explain))
    if len(content) > LARGEST_REPORT:
        return None
    rows = base64.b64encode(content).decode()
    return _sealer().dumps({"kind": sheet.sheet.format.kind.value, "rows": rows})


def _sealer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="refused-rows")
