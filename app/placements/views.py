"""Placements at the desk: the list of them, and uploads: hand a file in, name its columns, confirm, undo."""

import structlog
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app import confirming, languages, security
from app.accounts.models import Role
from app.extensions import db
from app.placements import placement_lists, uploads, words
from app.placements.columns import ForbiddenColumns
from app.placements.forms import HeadingsForm, SheetForm, answers, columns_form
from app.placements.models import Upload, UploadState

blueprint = Blueprint("placements", __name__)
log = structlog.get_logger()


@blueprint.get("/desk/placements")
@security.role(Role.ADMIN)
def list_placements():
    filters = placement_lists.PlacementFilters(request.args)
    shown = placement_lists.LISTING.page(placement_lists.placements(filters))
    return render_template(
        "placements/list_placements.html", filters=filters, shown=shown, total=placement_lists.total()
    )


@blueprint.get("/desk/placements.csv")
@security.role(Role.ADMIN)
def download_placements():
    filters = placement_lists.PlacementFilters(request.args)
    return placement_lists.LISTING.csv(placement_lists.placements(filters), "placements")


@blueprint.get("/desk/placements/load")
@security.role(Role.ADMIN)
def ask_sheet():
    return _sheet_page(SheetForm())


@blueprint.post("/desk/placements/load")
@security.role(Role.ADMIN)
def hand_in():
    form = SheetForm()
    if not form.validate_on_submit():
        return _sheet_page(form), 422
    try:
        upload = uploads.hand_in(form.file.data.read(), current_user.id, languages.current())
    except words.RECOGNISED_ERRORS as error:
        if isinstance(error, ForbiddenColumns):
            log.warning("forbidden columns", columns=error.names)
        form.file.errors = [words.explain_sheet(error)]
        return _sheet_page(form), 422
    db.session.commit()
    return redirect(url_for("placements.show_upload", upload_id=upload.id))


@blueprint.get("/desk/placements/uploads/<int:upload_id>")
@security.role(Role.ADMIN)
def show_upload(upload_id: int):
    upload = db.get_or_404(Upload, upload_id)
    if upload.state == UploadState.NAMING:
        return _columns_page(upload, _columns_form(upload))
    waits, until = uploads.waits_long(upload), uploads.undo_until(upload)
    return render_template("placements/show_upload.html", upload=upload, waits=waits, undo_until=until, words=words)


@blueprint.post("/desk/placements/uploads/<int:upload_id>")
@security.role(Role.ADMIN)
def name_columns(upload_id: int):
    upload = db.get_or_404(Upload, upload_id)
    if upload.state == UploadState.NAMING:
        form = _columns_form(upload)
        if not form.validate_on_submit():
            return _columns_page(upload, form), 422
        uploads.name_columns(upload, answers(request.form))
        db.session.commit()
    return redirect(url_for("placements.show_upload", upload_id=upload_id))


@blueprint.post("/desk/placements/uploads/<int:upload_id>/confirm")
@security.role(Role.ADMIN)
def confirm(upload_id: int):
    upload = db.get_or_404(Upload, upload_id)
    if not uploads.confirm(upload):
        flash(_("This was loaded already, or waited longer than a day. Hand the file in again if needed."), "warning")
    db.session.commit()
    return redirect(url_for("placements.show_upload", upload_id=upload_id))


@blueprint.post("/desk/placements/uploads/<int:upload_id>/undo")
@security.role(Role.ADMIN)
def undo(upload_id: int):
    upload = db.get_or_404(Upload, upload_id)
    sums = {name: upload.summary.get(name, 0) for name in ("new", "changed")}
    confirming.require("placements/confirm_undo.html", upload_id=upload_id, at=upload.made_at, **sums)
    if not uploads.ask_undo(upload):
        flash(_("This can no longer be undone, or is being undone already."), "warning")
    db.session.commit()
    return redirect(url_for("placements.show_upload", upload_id=upload_id))


@blueprint.get("/desk/placements/uploads/<int:upload_id>/refused-rows")
@security.role(Role.ADMIN)
def download_refused(upload_id: int):
    upload = db.get_or_404(Upload, upload_id)
    if not upload.report:
        abort(404)
    disposition = f'attachment; filename="fout.{upload.format["kind"]}"'
    return upload.report, 200, {"Content-Type": "application/octet-stream", "Content-Disposition": disposition}


def _columns_form(upload: Upload) -> HeadingsForm:
    fields, headings = uploads.unnamed(upload)
    return columns_form(headings, fields)


def _columns_page(upload: Upload, form: HeadingsForm) -> str:
    return render_template("placements/ask_columns.html", upload=upload, form=form, words=words)


def _sheet_page(form: SheetForm) -> str:
    return render_template("placements/ask_sheet.html", form=form, recent=uploads.recent(), words=words)
