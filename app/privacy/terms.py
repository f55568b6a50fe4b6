"""Retention as code: what goes when. The same rules erase, say beforehand what would go, and tell readers of it.

A rule is about one table: which rows are due today, and whether they go or only some of their columns. What no rule
names stands in KEPT with the reason; a test fails where a column that can hold text is in neither.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l

from app import clock
from app.accounts.append_only import AUDIT_YEARS
from app.accounts.models import AuditEntry, SignIn
from app.agreements import register
from app.agreements.models import Agreement, Category, Interest, TalkNote
from app.forwarding.models import Exit, Report
from app.invitations.models import Announcement, Invitation
from app.mailing.models import Message, OptOut
from app.placements import uploads
from app.placements.models import LoadedChunk, Placement, StudentContact, Trainer, TrainerContact, Upload
from app.portal.delivery import KEPT as DELIVERY_KEPT
from app.portal.models import Delivery
from app.privacy import lives
from app.privacy.models import PersonRequest
from app.responses.models import Draft, Response

Due = Callable[[], sa.ColumnElement[bool]]
SIGN_IN_DAYS = 90
NOTE_YEARS = 5
INTEREST_YEARS = 2


@dataclass(frozen=True)
class Rule:
    """Rows of `model` for which `due` holds today go, or only what stands in the columns of `blank`.

    `what` is held, `why`, and `how_long`, in words for readers, with the number of a `setting` where it is one; a rule
    without words belongs to the one before it.
    """

    model: Any
    due: Due
    blank: Mapping[str, Any] | None = None
    what: Any = None
    why: Any = None
    how_long: Any = None
    setting: str = ""

    @property
    def term(self) -> str:
        """Say how long, in words."""
        return str(self.how_long) % ({"n": current_app.config[self.setting]} if self.setting else {})

    @property
    def table(self) -> str:
        return self.model.__tablename__


def _ago(**past: int) -> dt.datetime:
    return clock.now() - dt.timedelta(**past)


def _years_ago(years: int) -> dt.datetime:
    return _ago(days=round(years * 365.25))


def _setting(name: str) -> int:
    return current_app.config[name]


def _month_before(years: int) -> str:
    """Return the last month (YYYY-MM) that lies all of `years` years back."""
    today = clock.today()
    return f"{today.year - years:04}-{today.month:02}"


def _in_force() -> list[Agreement]:
    return list(_scalars(sa.select(Agreement).where(Agreement.valid_on(clock.today()))))


def _scalars(wanted: sa.Select) -> Any:
    return register.db.session.scalars(wanted)


def _at(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Return the condition on StudentContact that its placement fits one."""
    return StudentContact.placement_id.in_(sa.select(Placement.id).where(condition))


def no_agreement() -> sa.ColumnElement[bool]:
    """Return the condition on StudentContact that its school has no agreement today."""
    return _at(Placement.brin.not_in(register.sharing_on(clock.today())))


def _students() -> sa.ColumnElement[bool]:
    """Contacts go as soon as there is no agreement, else when what they served is over for as long as it says."""
    over = [
        sa.and_(Placement.brin == one.brin, lives.over_by(clock.today() - dt.timedelta(days=one.contact_days)))
        for one in _in_force()
    ]
    return sa.or_(no_agreement(), _at(sa.or_(sa.false(), *over)))


def _not_shared(category: Category, column: Any, empty: Any) -> Due:
    """Return the condition that something stands in a column of which the agreement in force says nothing."""

    def due() -> sa.ColumnElement[bool]:
        brins = [one.brin for one in _in_force() if category not in one.categories]
        return sa.and_(column.is_distinct_from(empty), _at(Placement.brin.in_(brins)))

    return due


def _served(trainer_id: Any, *conditions: Any) -> sa.ColumnElement[bool]:
    """Return the condition that no placement needs this trainer, nor one they handed over and may take back."""
    over = lives.over_by(clock.today() - dt.timedelta(days=_setting("CONTACT_DAYS")))
    handed = sa.and_(Report.placement_id == Placement.id, Report.kind == Exit.COLLEAGUE, Report.stands())
    handed_over = sa.select(Report.id).where(handed, Report.trainer_id == trainer_id).exists()
    theirs = sa.or_(Placement.trainer_id == trainer_id, handed_over)
    return ~sa.select(Placement.id).where(theirs, *conditions, ~over).exists()


def _trainers() -> sa.ColumnElement[bool]:
    return sa.and_(Trainer.address.is_not(None), _served(Trainer.id))


def _trainer_contacts() -> sa.ColumnElement[bool]:
    return _served(TrainerContact.trainer_id, Placement.brin == TrainerContact.brin)


def _agreement_numbers() -> sa.ColumnElement[bool]:
    seats = sa.select(Invitation.id).where(Invitation.placement_id == Placement.id).exists()
    never_asked = sa.and_(~seats, lives.over_by(clock.today() - dt.timedelta(days=_setting("CONTACT_DAYS"))))
    return sa.and_(Placement.agreement_number.is_not(None), sa.or_(lives.frozen(), never_asked))


def _student_numbers() -> sa.ColumnElement[bool]:
    return sa.and_(StudentContact.student_number != "", _at(lives.frozen()))


def _drafts() -> sa.ColumnElement[bool]:
    return Draft.invitation_id.in_(sa.select(Invitation.id).where(lives.closed_by(clock.today())))


def _messages() -> sa.ColumnElement[bool]:
    """Messages stay while a seat they announced can be answered, which would be announced once more without them."""
    ended = sa.func.coalesce(Message.ended_at, Message.queued_at)
    announced = sa.select(Announcement.message_id).join(Invitation, Invitation.id == Announcement.invitation_id)
    needed = announced.where(Invitation.invited_at.is_not(None), ~lives.closed_by(clock.today()))
    return sa.and_(ended < _ago(days=_setting("MESSAGE_DAYS")), Message.id.not_in(needed))


def _announcements() -> sa.ColumnElement[bool]:
    return Announcement.message_id.in_(sa.select(Message.id).where(_messages()))


def _chunks() -> sa.ColumnElement[bool]:
    return LoadedChunk.upload_id.in_(sa.select(Upload.id).where(uploads.is_old()))


def _deliveries() -> sa.ColumnElement[bool]:
    held = sa.or_(Delivery.rows.is_not(None), Delivery.refused.is_not(None))
    ended = Delivery.brin.not_in(register.sharing_on(clock.today()))
    return sa.and_(held, sa.or_(ended, Delivery.made_at < clock.now() - DELIVERY_KEPT))


def _sign_ins() -> sa.ColumnElement[bool]:
    return sa.func.coalesce(SignIn.ended_at, SignIn.seen_at) < clock.now() - dt.timedelta(days=SIGN_IN_DAYS)


RULES = (
    Rule(
        StudentContact,
        _students,
        None,
        _l("Students: mail address, first name, student number"),
        _l("To mail students of schools with an agreement their link, and to remind them"),
        _l("As many days after the time to answer as the agreement says; within the hour when the agreement ends"),
    ),
    Rule(
        StudentContact,
        _not_shared(Category.ADDRESS, StudentContact.address, None),
        {"address": None, "address_hash": None, "given_address": None},
    ),
    Rule(StudentContact, _not_shared(Category.FIRST_NAME, StudentContact.first_name, ""), {"first_name": ""}),
    Rule(
        StudentContact, _not_shared(Category.STUDENT_NUMBER, StudentContact.student_number, ""), {"student_number": ""}
    ),
    Rule(
        Placement,
        _agreement_numbers,
        {"agreement_number": None},
        _l("Placements: the number of the agreement (pok-nummer), and a student number"),
        _l("To know a placement again in the school's next file"),
        _l("Until the round is closed and its population written down"),
    ),
    Rule(StudentContact, _student_numbers, {"student_number": ""}),
    Rule(
        Trainer,
        _trainers,
        {"address": None},
        _l("Trainers: mail address, and the name a school gives them"),
        _l("To mail trainers the links of their students, and to remind them"),
        _l("%(n)s days after the time to answer for their last student"),
        "CONTACT_DAYS",
    ),
    Rule(TrainerContact, _trainer_contacts),
    Rule(
        Draft,
        _drafts,
        None,
        _l("Answers that were begun and not sent, with an address that somebody left for a reminder"),
        _l("To go on later"),
        _l("Until they are sent, or the time to answer is over"),
    ),
    Rule(Announcement, _announcements),
    Rule(
        Message,
        _messages,
        None,
        _l("That a mail was sent to somebody, and how it went; never its text"),
        _l("To send each mail once, and to find what went wrong"),
        _l("%(n)s days after it ended; an address typed by a trainer goes once it is delivered"),
        "MESSAGE_DAYS",
    ),
    Rule(OptOut, lambda: OptOut.until < clock.today()),
    Rule(LoadedChunk, _chunks),
    Rule(
        Upload,
        lambda: sa.and_(uploads.is_old(), uploads.is_holding()),
        uploads.NOTHING,
        _l("Files of placements and of students' addresses, with their refused rows"),
        _l("To look at them before they are taken over, and to undo that"),
        _l("One day"),
    ),
    Rule(Delivery, _deliveries, {"rows": None, "refused": None}),
    Rule(
        Response,
        lambda: sa.and_(Response.texts.is_not(None), Response.month < _month_before(_setting("OPEN_TEXT_YEARS"))),
        {"texts": None},
        _l("Sent answers: what people wrote in their own words"),
        _l("To let schools read, after somebody looked at it, what goes well and what does not"),
        _l("%(n)s years"),
        "OPEN_TEXT_YEARS",
    ),
    Rule(
        Response,
        lambda: Response.month < _month_before(_setting("ANSWER_YEARS")),
        None,
        _l("Sent answers, with school, programme, pathway, month and way of the link; no person"),
        _l("To show how placements go, and how that changes"),
        _l("%(n)s years"),
        "ANSWER_YEARS",
    ),
    Rule(
        SignIn,
        _sign_ins,
        None,
        _l("Accounts: in which browsers somebody signed in, and when"),
        _l("To see and end them"),
        _l("90 days after the last time"),
    ),
    Rule(
        Interest,
        lambda: Interest.at < _years_ago(INTEREST_YEARS),
        None,
        _l("Schools that are interested: name and mail address of who wrote"),
        _l("To answer"),
        _l("2 years"),
    ),
    Rule(
        TalkNote,
        lambda: TalkNote.at < _years_ago(NOTE_YEARS),
        None,
        _l("Notes of talks with schools about an agreement"),
        _l("To go on where a colleague left off"),
        _l("5 years"),
    ),
    Rule(
        PersonRequest,
        lambda: PersonRequest.done_at < _years_ago(NOTE_YEARS),
        None,
        _l("What persons asked of us, without their address"),
        _l("To show that we answered in time"),
        _l("5 years"),
    ),
    Rule(
        AuditEntry,
        lambda: AuditEntry.at < clock.machine_now() - dt.timedelta(days=AUDIT_YEARS * 366),
        None,
        _l("Who looked at, changed, sent or exported what, by the number of the account"),
        _l("To account for what was done"),
        _l("7 years"),
    ),
)


@dataclass(frozen=True)
class Kept:
    """Tables about no person, or without which somebody could not be left alone: `what` they hold, `why` it stays."""

    what: Any
    why: Any
    tables: tuple[str, ...]


KEPT = (
    Kept(
        _l("Reference tables: sectors, programmes, schools, regions; companies"),
        _l("Public"),
        ("sectors", "programmes", "schools", "regions", "companies"),
    ),
    Kept(
        _l("Placements (company, programme, dates), rounds, seats and what happened to them, by number"),
        _l("To count how far links get; no name and no address"),
        ("rounds", "populations", "batches", "invitations", "events", "reports", "completion_counters"),
    ),
    Kept(
        _l("Keyed hashes of addresses and numbers that we may not use again"),
        _l("Without them the next file would bring back who was erased"),
        ("opt_outs", "forgotten", "rate_counters"),
    ),
    Kept(
        _l("Accounts, what they reach, and agreements with schools"),
        _l("As long as the log names what an account did, or an agreement may be asked about"),
        ("users", "user_schools", "user_programmes", "agreements", "talks", "remembered_columns"),
    ),
)
# Columns that stay where a rule blanks others of the table: codes, hashes and words of ours.
LEFT = {
    "placements": {"key_hash", "row_digest", "brin", "crebo", "pathway", "status", "company_number", "language"}
    | {"given_trainer"},
    "trainers": {"address_hash", "language"},
    "uploads": {"language", "format", "columns", "summary", "claimed_by"},
    "deliveries": {"brin", "counts", "refused_kind"},
}


def described() -> list[Rule]:
    """Return the rules that have words for readers."""
    return [rule for rule in RULES if rule.what]
