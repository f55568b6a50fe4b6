"""Retention as code: what goes when. The same rules erase, say beforehand what would go, and tell readers of it.

A rule is about one table: which rows are due today, and whether they go or only some of their columns. What no rule
names stands in kept.py with the reason; a test fails where a column that can hold text is in neither.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app import clock
from app.accounts.append_only import AUDIT_YEARS
from app.accounts.models import AuditEntry, SignIn
from app.agreements.models import Category, Interest, TalkNote
from app.invitations.models import Announcement
from app.mailing.models import Message, OptOut
from app.placements import uploads
from app.placements.models import LoadedChunk, Objection, Placement, StudentContact, Trainer, TrainerContact, Upload
from app.placements.sharing import NOTHING
from app.portal.models import Delivery
from app.privacy import due
from app.privacy.due import Due
from app.privacy.models import PersonRequest
from app.responses.models import Draft, FirstForm, Response
from app.results.models import EditionFile

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
        return str(self.how_long) % ({"n": due.setting(self.setting)} if self.setting else {})

    @property
    def table(self) -> str:
        return self.model.__tablename__


RULES = (
    Rule(
        StudentContact,
        due.students,
        None,
        _l("Students: mail address, first name, student number"),
        _l("To mail students of schools with an agreement their link, and to remind them"),
        _l("As many days after the time to answer as the agreement says; within the hour when the agreement ends"),
    ),
    *(Rule(StudentContact, due.not_shared(category), NOTHING[category]) for category in Category),
    Rule(
        Placement,
        due.agreement_numbers,
        {"agreement_number": None},
        _l("Placements: the number of the agreement (pok-nummer), and a student number"),
        _l("To know a placement again in the school's next file"),
        _l("Until the round is closed and its population written down"),
    ),
    Rule(StudentContact, due.student_numbers, {"student_number": ""}),
    Rule(
        Trainer,
        due.trainers,
        {"address": None},
        _l("Trainers: mail address, and the name a school gives them"),
        _l("To mail trainers the links of their students, and to remind them"),
        _l("%(n)s days after the time to answer for their last student"),
        "CONTACT_DAYS",
    ),
    Rule(TrainerContact, due.trainer_contacts),
    Rule(
        Draft,
        due.drafts,
        None,
        _l("Answers that were begun and not sent, with an address that somebody left for a reminder"),
        _l("To go on later"),
        _l("Until they are sent, or the time to answer is over"),
    ),
    Rule(Announcement, due.announcements),
    Rule(
        Message,
        due.messages,
        None,
        _l("That a mail was sent to somebody, and how it went; never its text"),
        _l("To send each mail once, and to find what went wrong"),
        _l("%(n)s days after it ended; an address typed by a trainer once it is delivered or given up"),
        "MESSAGE_DAYS",
    ),
    Rule(OptOut, lambda: OptOut.until < clock.today()),
    Rule(Objection, lambda: Objection.until < clock.today()),
    Rule(LoadedChunk, due.loaded_chunks),
    Rule(
        Upload,
        lambda: sa.and_(uploads.is_old(), uploads.is_holding()),
        uploads.NOTHING,
        _l("Files of placements and of students' addresses, with their refused rows"),
        _l("To look at them before they are taken over, and to undo that"),
        _l("One day"),
    ),
    Rule(Delivery, due.deliveries, {"rows": None, "refused": None, "unread": None}),
    Rule(
        Response,
        lambda: sa.and_(Response.texts.is_not(None), Response.month < due.month_before(due.setting("OPEN_TEXT_YEARS"))),
        {"texts": None, "released": None},
        _l("Sent answers: what people wrote in their own words"),
        _l("To let schools read, after somebody looked at it, what goes well and what does not"),
        _l("%(n)s years"),
        "OPEN_TEXT_YEARS",
    ),
    Rule(
        Response,
        lambda: Response.month < due.month_before(due.setting("ANSWER_YEARS")),
        None,
        _l("Sent answers, with role, school, programme, pathway, month and way of the link; no name"),
        _l("To show how placements go, and how that changes"),
        _l("%(n)s years"),
        "ANSWER_YEARS",
    ),
    Rule(
        FirstForm,
        due.first_forms,
        None,
        _l("Which trainers sent a first form in a round, and of each a one-way mark of its receipt"),
        _l("To count a trainer once, and anew after withdrawing; without the receipt it leads to no answers"),
        _l("Until the round is closed and its population written down"),
    ),
    Rule(
        EditionFile,
        due.edition_files,
        None,
        _l("Files of sent answers as figures are made of them, without text, month or way of the link"),
        _l("To show the same figures on every machine, and to make published ones again"),
        _l("%(n)s years after the round"),
        "ANSWER_YEARS",
    ),
    Rule(
        SignIn,
        due.sign_ins,
        None,
        _l("Accounts: in which browsers somebody signed in, and when"),
        _l("To see and end them"),
        _l("90 days after the last time"),
    ),
    Rule(
        Interest,
        lambda: Interest.at < due.years_ago(INTEREST_YEARS),
        None,
        _l("Schools that are interested: name and mail address of who wrote"),
        _l("To answer"),
        _l("2 years"),
    ),
    Rule(
        TalkNote,
        lambda: TalkNote.at < due.years_ago(NOTE_YEARS),
        None,
        _l("Notes of talks with schools about an agreement"),
        _l("To go on where a colleague left off"),
        _l("5 years"),
    ),
    Rule(
        PersonRequest,
        lambda: PersonRequest.done_at < due.years_ago(NOTE_YEARS),
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


def described() -> list[Rule]:
    """Return the rules that have words for readers."""
    return [rule for rule in RULES if rule.what]
