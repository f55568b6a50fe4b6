"""The first page of the desk: what needs attention, how far the links got, and at first how to begin."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app import security
from app.accounts.models import Role
from app.extensions import db
from app.invitations import attention, counting, reach, rounds, setting_up, trial_mails
from app.invitations.desk.blueprint import blueprint
from app.languages import current


@blueprint.get("/desk/")
@security.role(Role.ADMIN)
def show_desk():
    steps = setting_up.steps()
    return render_template(
        "invitations/desk.html",
        items=attention.items(),
        running=[(one, *counting.latest(one)) for one in rounds.running()],
        steps=[] if all(step.done for step in steps) else steps,
        reach=reach,
    )


@blueprint.post("/desk/trial-mail")
@security.role(Role.ADMIN)
def send_trial_mail():
    """Send the signed-in person a mail that only says that mail works."""
    trial_mails.send(trial_mails.HELLO, current_user.id, current(), current_user.email)
    db.session.commit()
    flash(_("A test mail is on its way to %(address)s.", address=current_user.email), "success")
    return redirect(url_for("invitations.show_desk"))
