"""Batches at the desk: look at a proposal, read anyone's mail, send, and watch what becomes of it."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app import clock, confirming, security
from app.accounts.models import Role
from app.extensions import db
from app.invitations import attention, batches, delivery, links, mails, recipients, trial_mails
from app.invitations.batches import NotSendable
from app.invitations.desk.blueprint import blueprint
from app.invitations.models import Batch
from app.invitations.rounds import DefinitionChanged
from app.languages import LANGUAGES, current
from app.mailing import layout
from app.mailing.letter import Letter, NotWanted
from app.outside import number

# The mail is shown in a frame of its own: it has styles inside, and may do nothing.
MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'"
FRAMED = {"Content-Security-Policy": MAIL_POLICY, "X-Frame-Options": "SAMEORIGIN"}


@blueprint.get("/desk/batches/<int:batch_id>")
@security.role(Role.ADMIN)
def show_batch(batch_id: int):
    batch = db.get_or_404(Batch, batch_id)
    if batch.sent_at is None:
        return _proposal(batch)
    return render_template(
        "invitations/show_batch.html",
        batch=batch,
        counts=batches.counts(batch),
        reasons=delivery.reasons(batch),
        standing=attention.sending(),
    )


@blueprint.post("/desk/batches/<int:batch_id>/<any(send, pause, resume, cancel):act>")
@security.role(Role.ADMIN)
def act_on_batch(batch_id: int, act: str):
    batch = db.get_or_404(Batch, batch_id)
    if act in ("send", "cancel"):
        mails = {"trainers": batch.trainers, "students": batch.students_direct}
        confirming.require(
            "invitations/confirm_batch.html", act=act, round=batch.round.name, batch_id=batch_id, **mails
        )
    try:
        words = _act(batch, act)
    except NotSendable:
        db.session.rollback()
        flash(_("Nothing was sent: the round is closed, or this batch was cancelled."), "error")
    except DefinitionChanged:
        db.session.rollback()
        flash(_("Nothing was sent: a questionnaire changed after this round's first mail. Restore its file."), "error")
    else:
        db.session.commit()
        flash(words, "success")
    return redirect(url_for("invitations.show_batch", batch_id=batch_id))


@blueprint.get("/desk/batches/<int:batch_id>/mail/<any(trainer, student):role>/<int:recipient_id>")
@security.role(Role.ADMIN)
def show_mail(batch_id: int, role: str, recipient_id: int):
    """Show any recipient's mail, in either language, with example links."""
    language = request.args.get("mail_lang", current())
    letter = _letter(batch_id, role, recipient_id, language)
    bodies = layout.lay_out(letter, links.example_url("opt-out"))
    return render_template(
        "invitations/show_mail.html",
        batch_id=batch_id,
        role=role,
        recipient_id=recipient_id,
        letter=letter,
        text=bodies.text,
        mail_lang=language,
    )


@blueprint.get("/desk/batches/<int:batch_id>/mail/<any(trainer, student):role>/<int:recipient_id>/html")
@security.role(Role.ADMIN)
def show_mail_html(batch_id: int, role: str, recipient_id: int):
    letter = _letter(batch_id, role, recipient_id, request.args.get("mail_lang", current()))
    return layout.lay_out(letter, links.example_url("opt-out")).html, 200, FRAMED


@blueprint.post("/desk/batches/<int:batch_id>/mail/<any(trainer, student):role>/<int:recipient_id>/test")
@security.role(Role.ADMIN)
def send_test(batch_id: int, role: str, recipient_id: int):
    language = request.args.get("mail_lang", current())
    _letter(batch_id, role, recipient_id, language)
    trial_mails.send(role, recipient_id, language, current_user.email)
    db.session.commit()
    flash(_("A test mail is on its way to %(address)s.", address=current_user.email), "success")
    return redirect(
        url_for("invitations.show_mail", batch_id=batch_id, role=role, recipient_id=recipient_id, mail_lang=language)
    )


def _proposal(batch: Batch) -> str:
    role, after = request.args.get("role", "trainer"), request.args.get("after", 0, type=number)
    people, last = recipients.of_batch(batch, role, after)
    return render_template(
        "invitations/show_proposal.html",
        batch=batch,
        people=people,
        next=last and {"role": last.role, "after": last.id},
        today=batch.proposed_for == clock.today(),
    )


def _act(batch: Batch, act: str) -> str:
    if act == "send":
        queued = 0
        for n in batches.send(batch):
            queued += n
            db.session.commit()
        return _("Mails queued: %(n)s. This page says how far they are.", n=queued)
    words = {
        "pause": _("Paused. What was on its way to the mail server still goes."),
        "resume": _("Going on."),
        "cancel": _("Cancelled. What had not gone yet can be proposed again."),
    }
    {"pause": batches.pause, "resume": batches.resume, "cancel": batches.cancel}[act](batch)
    return words[act]


def _letter(batch_id: int, role: str, recipient_id: int, language: str) -> Letter:
    """Return the mail of a recipient of this batch; anything else is a 404."""
    batch = db.get_or_404(Batch, batch_id)
    if language not in LANGUAGES or not recipients.has_recipient(batch, role, recipient_id):
        abort(404)
    try:
        if role == "trainer":
            return mails.preview_trainer(batch_id, recipient_id, language)
        return mails.preview_student(recipient_id, language)
    except NotWanted:
        abort(404)
