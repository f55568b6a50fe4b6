"""Mails at the desk: lists of them, and what a person decides about uncertain ones."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app import confirming, security
from app.accounts.models import Role
from app.extensions import db
from app.invitations import delivery, mail_lists
from app.invitations.desk.blueprint import blueprint
from app.invitations.words import MAIL_KINDS
from app.mailing.models import Message
from app.mailing.states import MailStatus
from app.outside import number

DECISIONS = {"sent": MailStatus.SENT, "again": MailStatus.QUEUED}


@blueprint.get("/desk/mails")
@security.role(Role.ADMIN)
def list_mails():
    filters = mail_lists.MailFilters(request.args)
    shown = mail_lists.LISTING.page(mail_lists.mails(filters))
    return render_template("invitations/list_mails.html", filters=filters, shown=shown)


@blueprint.get("/desk/mails.csv")
@security.role(Role.ADMIN)
def download_mails():
    return mail_lists.LISTING.csv(mail_lists.mails(mail_lists.MailFilters(request.args)), "mails")


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
