"""The public form where a school says that it is interested. The desk's pages stand in app/invitations/desk/, which
knows how many placements an agreement concerns."""

from flask import Blueprint, redirect, render_template, request, url_for

from app import security
from app.agreements import interests
from app.agreements.forms import InterestForm
from app.extensions import db, limiter

blueprint = Blueprint("interests", __name__)
PER_VISITOR = "10 per hour"


@blueprint.get("/schools/interested")
@security.public
def ask_interest():
    return render_template("agreements/interested.html", form=InterestForm(), told="told" in request.args)


@blueprint.post("/schools/interested")
@limiter.limit(PER_VISITOR)
@security.public
def express_interest():
    form = InterestForm()
    if not form.validate_on_submit():
        return render_template("agreements/interested.html", form=form), 422
    interests.express(form.brin.data, form.name.data or "", form.address.data or "", form.text.data or "")
    db.session.commit()
    return redirect(url_for("interests.ask_interest", told="yes"))
