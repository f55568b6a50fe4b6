"""Pages for anyone: what this is, how to get a lost link, and whether it runs."""

from flask import Blueprint, render_template, request

from app import security
from app.extensions import csrf, db, limiter
from app.public import lost_links
from app.results import files

blueprint = Blueprint("public", __name__)
csrf.exempt(blueprint)  # nobody is signed in, and a form of another site could do no more than this one
PER_VISITOR = "20 per hour"


@blueprint.get("/")
@security.public
def show_home():
    return render_template("public/home.html")


@blueprint.get("/lost-link")
@security.public
def ask_lost_link():
    return render_template("public/lost_link.html")


@blueprint.post("/lost-link")
@limiter.limit(PER_VISITOR)
@security.public
def mail_lost_link():
    """Mail the links of an address, known or not: nobody can tell from this page."""
    address = request.form.get("address", "")
    if not lost_links.ask(address):
        return render_template("public/lost_link.html", wrong=address), 422
    db.session.commit()
    return render_template("public/lost_link.html", asked=address.strip())


@blueprint.get("/health")
@security.public
def show_health():
    """Say "ok" when the database answers, for whoever watches the service.

    It is asked on every machine, so here each forgets copies of what was withdrawn, whether or not it has a worker.
    """
    files.forget_gone()
    return "ok", 200, {"Content-Type": "text/plain"}
