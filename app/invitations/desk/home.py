"""The first page of the desk: what needs attention, and reach."""

from flask import render_template

from app import security
from app.accounts.models import Role
from app.invitations import batches, delivery, reach, rounds
from app.invitations.desk.blueprint import blueprint
from app.placements import browsing


@blueprint.get("/desk/")
@security.role(Role.ADMIN)
def show_desk():
    running = [(one, reach.reach(one)) for one in rounds.running()]
    return render_template(
        "invitations/desk.html",
        running=running,
        unsent=[batch for batch in batches.everything() if batch.sent_at is None and batch.cancelled_at is None],
        troubled=delivery.with_trouble(),
        placements=browsing.total(),
        reach=reach,
    )
