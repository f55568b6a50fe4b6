"""Pages at the desk to publish a round: which are closed, what would be published, and the button."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import security
from app.accounts.models import Role
from app.extensions import db
from app.invitations import rounds
from app.invitations.models import Round
from app.results import editions, increments
from app.results.publishing import publication
from app.results.publishing import story as publication_story
from app.results.publishing.publication import PublicationRefused

blueprint = Blueprint("publications", __name__)
READERS = (Role.ADMIN, Role.ANALYST)
FAULTS = {
    "not_closed": _l("This round is not closed yet, or not for an hour."),
    "published": _l("This round was published already."),
    "year_taken": _l("Another round that ends in this year was published."),
    "no_edition": _l("No figures were made of this round yet. That happens once a day."),
    "too_few": _l("Too few answered to publish anything."),
}


@blueprint.get("/desk/results/publications")
@security.role(*READERS)
def list_publications():
    published = {one.round.id: one for one in publication.everything()}
    closed = [one for one in rounds.everything() if one.is_over()]
    rows = [(one, published.get(one.id), editions.newest(one.id)) for one in closed]
    return render_template("publications/list_publications.html", rows=rows)


@blueprint.get("/desk/results/publications/<int:round_id>")
@security.role(*READERS)
def show_preview(round_id: int):
    """Show the report as it would be published, with the button that does."""
    measured = db.get_or_404(Round, round_id)
    book = publication.preview(measured)
    fault = publication.fault_of(measured)
    if fault == "published":
        return redirect(url_for("publications.list_publications"))
    sections = publication_story.tell(book, publication.everything()) if book else []
    if not fault and not book:
        fault = "too_few" if editions.newest(round_id) else "no_edition"
    shown = {"round": measured, "book": book, "sections": sections, "fault": FAULTS[fault] if fault else None}
    return render_template("publications/show_preview.html", **shown)


@blueprint.post("/desk/results/publications/<int:round_id>")
@security.role(Role.ADMIN)
def publish(round_id: int):
    measured = db.get_or_404(Round, round_id)
    try:
        publication.publish(measured)
    except PublicationRefused as error:
        return _refused(FAULTS[error.fault])
    except increments.Moved:
        return _refused(_("Answers were withdrawn meanwhile. Nothing was published; try again."))
    db.session.commit()
    flash(_("The results were published."), "success")
    return redirect(url_for("publications.list_publications"))


def _refused(words: str):
    db.session.rollback()
    flash(words, "error")
    return redirect(url_for("publications.list_publications"))
