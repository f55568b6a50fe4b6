"""Downloads of results: of what the pages show with the same address, each kept in the audit log."""

from typing import Any

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask_login import current_user

from app import security
from app.accounts import audit
from app.extensions import db
from app.reference.models import School
from app.results import selection, wide_scopes
from app.results.downloads import making
from app.results.downloads.contents import Contents, NothingShown
from app.results.scopes import Scope
from app.results.views import READERS, WIDE_READERS

blueprint = Blueprint("results_downloads", __name__)


@blueprint.get("/desk/schools/<brin>/results/download.<any(csv, xlsx, pdf):kind>")
@security.role(*READERS)
def of_school(brin: str, kind: str):
    if current_user.crebos:
        abort(404)
    name = db.get_or_404(School, brin).name
    return _sent(Scope("school", brin), name, kind) or redirect(_page("results.show_home", brin=brin))


@blueprint.get("/desk/results/all/download.<any(csv, xlsx):kind>")
@security.role(*WIDE_READERS)
def of_wide(kind: str):
    scope, whose = wide_scopes.asked(current_user, request.args.get("scope", ""))
    return _sent(scope, whose, kind) or redirect(_page("results.show_wide_home"))


def _sent(scope: Scope, whose: str, kind: str) -> Response | None:
    """Return the file, or None where there is nothing to show: the page says why."""
    chosen = selection.of_request(scope)
    if chosen is None:
        return None
    contents = Contents(chosen, whose)
    try:
        content = making.made(contents, kind)
    except NothingShown:
        return None
    disposition = f'attachment; filename="{making.name_of(contents, kind)}"'
    given = Response(content, 200, {"Content-Disposition": disposition}, content_type=making.KINDS[kind][0])
    audit.record_looking("results_downloaded", **making.facts(contents, kind))
    return given


def _page(endpoint: str, **values: Any) -> str:
    """Return the address of the page that shows the same."""
    asked: dict[str, Any] = {name: value for name, value in request.args.items() if name in selection.FILTERS}
    return url_for(endpoint, **(asked | values))
