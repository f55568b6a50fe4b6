"""Mails at the desk: lists of them, and what a person decides about uncertain ones and marked addresses."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app import confirming, security
from app.accounts.models import Role
from app.extensions import db
from app.invitations import delivery, mail_lists
from app.invitations.desk.blueprint import blueprint
from app.invitations.mail_lists import MARKED, MailFilters
from app.invitations.words import MAIL_KINDS
from app.mailing import pausing
from app.mailing.models import Message
from app.mailing.states import MailStatus
from app.outside import number

DECISIONS = {"sent": MailStatus.SENT, "again": MailStatus.QUEUED}


@blueprint.get("/desk/mails")
@security.role(Role.ADMIN)
def list_mails():
    filters = MailFilters(request.args)
    shown = mail_lists.LISTING.page(mail_lists.mails(filters))
    together = filters.state.data in (MARKED, MailStatus.UNCERTAIN) and filters.validate()
    n = mail_lists.number(filters) if together else 0
    return render_template("invitations/list_mails.html", filters=filters, shown=shown, n=n)


@blueprint.get("/desk/mails.csv")
@security.role(Role.ADMIN)
def download_mails():
    return mail_lists.LISTING.csv(mail_lists.mails(MailFilters(request.args)), "mails")


@blueprint.post("/desk/mails/<any(sent, again, lift):decision>")
@security.role(Role.ADMIN)
def settle_mails(decision: str):
    """Take somebody's word for all uncertain mails of a list, or lift the marks that its mails made."""
    filters = MailFilters(request.args)
    if not filters.validate():
        abort(404)
    if decision == "again":
        filters.state.data = MailStatus.UNCERTAIN.value
        confirming.require("invitations/confirm_mails.html", n=mail_lists.number(filters), given=filters.given)
    n = 0
    for some in [delivery.lift(filters)] if decision == "lift" else delivery.settle_all(filters, DECISIONS[decision]):
        n += some
        db.session.commit()
    if decision == "lift":
        words = ngettext("%(num)s mark lifted.", "%(num)s marks lifted. The next proposal holds them again.", n)
    else:
        words = ngettext("Noted for %(num)s mail.", "Noted for %(num)s mails.", n)
    flash(words, "success")
    return redirect(url_for("invitations.list_mails", **filters.given))


@blueprint.post("/desk/mails/try")
@security.role(Role.ADMIN)
def try_mail():
    """Let one mail try at once whether the server takes mail again."""
    pausing.try_now()
    db.session.commit()
    flash(_("If mail waits, one tries within a minute. Reload the page to see how it went."), "success")
    return redirect(url_for("invitations.show_desk"))


@blueprint.post("/desk/mails/<int:message_id>/<any(sent, again):decision>")
@security.role(Role.ADMIN)
def settle_mail(message_id: int, decision: str):
    """Take somebody's word for what became of an uncertain mail."""
    seat_id = request.args.get("seat", 0, type=number)
    if decision == "again":
        mail = db.get_or_404(Message, message_id)
        about = {"kind": MAIL_KINDS.get(mail.kind, mail.kind), "day": mail.queued_at, "seat_id": seat_id}
        confirming.require("invitations/confirm_mail.html", **about)
    if delivery.settle(message_id, DECISIONS[decision]):
        flash(_("Noted."), "success")
    else:
        flash(_("This mail is no longer uncertain."), "warning")
    db.session.commit()
    return redirect(url_for("invitations.show_seat", seat_id=seat_id))
