"""Seats at the desk: lists of them, one with its history, and what the helpdesk can do about it."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import clock, confirming, security
from app.accounts import audit
from app.accounts.models import Role
from app.extensions import db
from app.invitations import facts, finding, helpdesk, history, seat_lists
from app.invitations.desk.blueprint import blueprint
from app.invitations.helpdesk import Refused
from app.invitations.models import Invitation

ACTS: dict[str, tuple[Callable[..., None], Any]] = {
    "replace": (
        helpdesk.replace_link,
        _l("The links so far open nothing any more. Send the mail again, so that the new one arrives."),
    ),
    "mail": (helpdesk.mail_again, _l("The mail is on its way.")),
    "correct": (
        helpdesk.correct_address,
        _l("The address is corrected. Send the mail again if it should go there now."),
    ),
    "withdraw": (helpdesk.withdraw, _l("Withdrawn: nothing more is asked, and the links say so.")),
    "give-back": (helpdesk.give_back, _l("Given back: the links open again.")),
}
FAULTS = {
    "sent": _l("This was answered already."),
    "withdrawn": _l("This was withdrawn. Give it back first."),
    "objects": _l("This person does not want to be asked, or was erased. Only they can take that back."),
    "closed": _l("The time to answer is over."),
    "status": _l("The school's file says that this placement is not to be asked."),
    "no_address": _l("There is no address to send a mail to."),
    "bounced": _l("Mail to this address came back. Correct the address first."),
    "opted_out": _l("This person wants no more mail from us."),
    "waiting": _l("A mail to this person is waiting already, or is uncertain."),
    "not_an_address": _l("This is not a mail address; write it as name@company.nl."),
    "forgotten": _l("The person with this address asked to be erased. We may not hold it."),
    "no_agreement": _l("The school has no agreement that lets us hold students' addresses."),
    "same_as_trainer": _l("This is the trainer's address; a student needs one of their own."),
    "same_as_student": _l("This is the student's address; a trainer needs one of their own."),
    "no_trainer": _l("The school's file names no trainer with an address. Ask the school to deliver one."),
}


@blueprint.get("/desk/seats")
@security.role(Role.ADMIN)
def list_seats():
    filters = seat_lists.SeatFilters(request.args)
    shown = filters.chosen_round and seat_lists.LISTING.page(seat_lists.seats(filters, filters.chosen_round))
    return render_template("invitations/list_seats.html", filters=filters, shown=shown)


@blueprint.get("/desk/seats.csv")
@security.role(Role.ADMIN)
def download_seats():
    filters = seat_lists.SeatFilters(request.args)
    if filters.chosen_round is None:
        abort(404)
    return seat_lists.LISTING.csv(seat_lists.seats(filters, filters.chosen_round), "seats")


@blueprint.get("/desk/seats/<int:seat_id>")
@security.role(Role.ADMIN)
def show_seat(seat_id: int):
    brin = history.school_of(seat_id)
    if brin is None:
        abort(404)
    audit.record_looking("seat_looked_at", brin=brin, seat=seat_id)
    return _page(seat_id)


@blueprint.get("/desk/placements/<int:placement_id>")
@security.role(Role.ADMIN)
def show_placement(placement_id: int):
    """Go to the student's seat of a placement."""
    seat_id = history.students_seat(placement_id)
    if seat_id is None:
        flash(_("No round covers this placement, so nobody is asked about it yet."), "warning")
        return redirect(url_for("placements.list_placements"))
    return redirect(url_for("invitations.show_seat", seat_id=seat_id))


@blueprint.post("/desk/seats/<int:seat_id>/<any(replace, mail, correct, withdraw, 'give-back'):act>")
@security.role(Role.ADMIN)
def act_on_seat(seat_id: int, act: str):
    seat = db.get_or_404(Invitation, seat_id)
    do, done = ACTS[act]
    if act in ("mail", "replace", "withdraw"):
        confirming.require("invitations/confirm_seat.html", act=act, **_named(seat))
    given = (request.form.get("address", ""),) if act == "correct" else ()
    try:
        do(seat, *given)
    except Refused as error:
        db.session.rollback()
        return _page(seat_id, str(FAULTS[error.fault]), *given), 422
    db.session.commit()
    flash(str(done), "success")
    return redirect(url_for("invitations.show_seat", seat_id=seat_id))


@blueprint.route("/desk/search", methods=["GET", "POST"])
@security.role(Role.ADMIN)
def search():
    """Find placements; the words come by POST, since an address in a page's address would end up in logs."""
    words = request.form.get("words", "")
    if words:
        audit.record("persons_searched")
        db.session.commit()
    found = finding.find(words)
    known = facts.of([seat.id for both in found for seat in both])
    return render_template("invitations/search.html", words=words, found=found, known=known, shown=finding.SHOWN)


def _named(seat: Invitation) -> dict[str, Any]:
    to, placement = helpdesk.recipient(seat), seat.placement
    who = {"role": seat.role, "company": placement.company.name, "number": placement.agreement_number or "–"}
    return who | {"seat_id": seat.id, "to": to.address if to else "–"}


def _page(seat_id: int, fault: str | None = None, address: str = "") -> str:
    found = history.of_seat(seat_id)
    if found is None:
        abort(404)
    return render_template(
        "invitations/show_seat.html",
        history=found,
        seat=found.seat,
        recipient=helpdesk.recipient(found.seat),
        known=facts.one(seat_id),
        today=clock.today(),
        fault=fault,
        address=address,
    )
