"""Words for screens: roles, routes, steps, reasons, states of mail, events. Asked for in the reader's language."""

from flask_babel import lazy_gettext as _l

from app.invitations.facts import Refusal
from app.invitations.links import Channel
from app.invitations.models import Invitation, Role, Route
from app.mailing.states import MailStatus

ROLES = {Role.STUDENT.value: _l("Students"), Role.TRAINER.value: _l("Trainers")}
ONE_ROLE = {Role.STUDENT.value: _l("student"), Role.TRAINER.value: _l("trainer")}
ROUTES = {Route.DIRECT.value: _l("mailed directly"), Route.FORWARDED.value: _l("through the trainer")}
STEPS = {
    "due": _l("due"),
    "reachable": _l("reachable"),
    "unreachable": _l("not reachable"),
    "invited": _l("invited"),
    "passed_on": _l("passed on"),
    "opened": _l("opened"),
    "unopened": _l("not opened"),
    "started": _l("started"),
    "unfinished": _l("opened, not sent"),
    "sent": _l("sent"),
    "withdrawn": _l("withdrawn"),
}
LEFT_OUT = {
    "withdrawn": _l("withdrawn: by the school, the person or the desk"),
    "status": _l("status is not one we invite"),
    "closed": _l("closed"),
    "already_invited": _l("invited before"),
    "not_due": _l("not due yet"),
    "opted_out": _l("wants no mail"),
    "bounced": _l("address bounced"),
    "no_address": _l("no address"),
    "over_cap": _l("trainer had enough mail lately"),
}
CHANNELS = {
    Channel.DIRECT.value: _l("by our mail to the student"),
    Channel.VIA_US.value: _l("by mail through us"),
    Channel.OWN_MAIL.value: _l("from the trainer's own mail"),
    Channel.WHATSAPP.value: _l("WhatsApp"),
    Channel.COPY.value: _l("a copied link"),
    Channel.QR.value: _l("a QR code"),
    Channel.SHEET.value: _l("a printed sheet"),
    Channel.HERE.value: _l("on the trainer's device"),
    Channel.HELPDESK.value: _l("the helpdesk"),
    Channel.REMINDER.value: _l("a reminder the student asked for"),
    Channel.PART.value: _l("the trainer's own page"),
}
MAIL_STATES = {
    MailStatus.QUEUED.value: _l("waiting"),
    MailStatus.CLAIMED.value: _l("taken by the worker"),
    MailStatus.SENDING.value: _l("being sent"),
    MailStatus.SENT.value: _l("sent"),
    MailStatus.FAILED.value: _l("failed"),
    MailStatus.DROPPED.value: _l("not sent any more"),
    MailStatus.UNCERTAIN.value: _l("uncertain"),
    MailStatus.BOUNCED.value: _l("bounced"),
    MailStatus.HELD.value: _l("paused"),
}
REASONS = {
    "no_such_address": _l("the address does not exist"),
    "perhaps_no_such_address": _l("the address may not exist; we try once more tomorrow"),
    "refused_us": _l("the server refuses our mail; this says nothing about the address"),
    "refused_by_server": _l("the person wants no mail from us, says the server"),
    "no_answer_from_server": _l("the server did not confirm; it may have arrived"),
    "lease_ended": _l("sending was cut off; it may have arrived"),
    "server_later": _l("the server takes it later, or the connection broke; we try again"),
    "cannot_be_composed": _l("the mail could not be made; see the log"),
    "opted_out": _l("the person wants no more mail"),
    "answered": _l("answered in the meantime"),
    "withdrawn": _l("the placement was withdrawn"),
    "closed": _l("closed in the meantime"),
    "replaced": _l("another trainer took over, or the dates moved"),
    "direct": _l("the student has an address by now, and is mailed directly"),
    "no_address": _l("the address is gone"),
    "bounced": _l("the address bounced in the meantime"),
    "status": _l("the status is no longer one we invite"),
    "no_agreement": _l("the school's agreement ended"),
    "cancelled": _l("the batch was cancelled"),
    "unknown_address": _l("no link belongs to the address"),
    "handled": _l("dealt with in the meantime"),
}
MAIL_KINDS = {
    "invite_trainer": _l("invitation to the trainer"),
    "invite_student": _l("invitation to the student"),
    "forwardable": _l("version to forward, to the trainer"),
    "via_us": _l("passed on through us, to the student"),
    "handed_over": _l("student handed over, to the colleague"),
    "taken_over": _l("student taken over, to the colleague"),
    "remind_trainer": _l("reminder to the trainer"),
    "remind_student": _l("reminder to the student"),
    "own_link": _l("own link, asked for by the student"),
    "own_reminder": _l("reminder, asked for by the student"),
    "lost_link": _l("lost link, asked for"),
    "interest": _l("a school is interested, to its adviser"),
}
EVENTS = {
    "invited": _l("the invitation was accepted by the mail server"),
    "prepared": _l("the trainer chose a way to pass the link on"),
    "did_not_arrive": _l("the mail passed on through us did not arrive"),
    "opened": _l("the link was opened"),
    "started": _l("the first page was saved"),
    "other_trainer": _l("another trainer: the link was replaced"),
    "replaced": _l("the desk replaced the link"),
    "mailed_again": _l("the desk had a mail sent again"),
    "corrected": _l("the desk corrected the address"),
    "withdrawn": _l("withdrawn"),
    "given_back": _l("given back"),
    "not_mine": _l("the trainer says: not my student"),
    "stopped": _l("the trainer says: stopped early"),
    "unreachable": _l("the trainer says: cannot be reached"),
    "dates": _l("the trainer says: the dates are wrong"),
    "colleague": _l("handed over to a colleague"),
    "not_me": _l("who got the link says: this is not me"),
    "opted_out": _l("the trainer wants no more mail"),
    "came_back": _l("taken back what was said"),
}
REFUSALS = {
    Refusal.FILE: _l("not asked, says the school’s file"),
    Refusal.PERSON: _l("does not want to be asked"),
    Refusal.DESK: _l("withdrawn by the desk"),
}
SEAT_STATES = {
    "sent": _l("sent"),
    "started": _l("started"),
    "opened": _l("opened"),
    "passed_on": _l("passed on"),
    "invited": _l("invited"),
    "waiting": _l("not invited"),
}


def state_of(seat: Invitation, refusal: str | None) -> str:
    """Say how far a seat is, or who says that it is not to be asked, in a word or two."""
    if refusal and not seat.sent and not seat.was_due:
        return str(REFUSALS[Refusal(refusal)])
    reached = {
        "sent": seat.sent,
        "started": seat.started_at,
        "opened": seat.opened_at,
        "passed_on": seat.passed_on_at,
        "invited": seat.invited_at,
    }
    return str(SEAT_STATES[next((name for name, fact in reached.items() if fact), "waiting")])
