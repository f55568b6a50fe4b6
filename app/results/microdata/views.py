"""Microdata for analysts: the published rounds, and per role what can be downloaded."""

import sqlalchemy as sa
from flask import Blueprint, Response, abort, render_template

from app import security
from app.accounts import audit
from app.accounts.models import Role as AccountRole
from app.extensions import db
from app.invitations.models import Role
from app.results.microdata import dataset as microdata
from app.results.models import Publication

blueprint = Blueprint("results_microdata", __name__)
ANALYSTS = security.role(AccountRole.ANALYST, AccountRole.ADMIN)


@blueprint.get("/desk/results/microdata")
@ANALYSTS
def list_rounds():
    wanted = sa.select(Publication).order_by(Publication.published_at.desc())
    published = [(one, microdata.is_there(one.edition)) for one in db.session.scalars(wanted)]
    return render_template("results/list_microdata.html", published=published, roles=Role)


@blueprint.get("/desk/results/microdata/<int:round_id>/<any(student, trainer):role>.zip")
@ANALYSTS
def download(round_id: int, role: str):
    publication = db.get_or_404(Publication, round_id)
    if not microdata.is_there(publication.edition):
        abort(404)
    name = f"bpv-{role}-{publication.round.ends_until.year}.zip"
    content = microdata.make(publication.edition, Role(role)).content
    disposition = f'attachment; filename="{name}"'
    given = Response(content, 200, {"Content-Disposition": disposition}, mimetype="application/zip")
    audit.record_looking("microdata_downloaded", round=round_id, edition=publication.edition_id, role=role)
    return given
