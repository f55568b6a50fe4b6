"""The audit log as a list: what it can be narrowed to, and its acts in words."""

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from wtforms import Form, SelectField, StringField

from app.accounts import audit
from app.accounts.models import AuditEntry, User, UserSchool
from app.listing import Column, Listing, Order, choices

WORDS = {
    "account_changed": _l("Account changed"),
    "account_created": _l("Account made"),
    "account_invited": _l("Account invited"),
    "account_switched_off": _l("Account switched off"),
    "account_switched_on": _l("Account switched on"),
    "address_corrected": _l("Address corrected"),
    "agreement_ended": _l("Agreement ended"),
    "agreement_signed": _l("Agreement entered"),
    "answers_withdrawn": _l("Answers withdrawn"),
    "batch_cancelled": _l("Batch cancelled"),
    "batch_sent": _l("Batch sent"),
    "edition_made": _l("Figures of a round made"),
    "history_loaded": _l("Figures of earlier years loaded"),
    "link_replaced": _l("Link replaced"),
    "links_exported": _l("Links exported"),
    "mail_settled": _l("Mail settled"),
    "mailed_again": _l("Mailed again"),
    "mails_settled": _l("Mails settled together"),
    "marks_lifted": _l("Marks of addresses lifted"),
    "contacts_erased": _l("Students' data erased: no agreement"),
    "erased": _l("Erased what was due"),
    "person_erased": _l("Person erased"),
    "person_exported": _l("Person's data exported"),
    "person_looked_up": _l("Person looked up"),
    "person_objected": _l("Person objected"),
    "person_asked_again": _l("Person wants to be asked again"),
    "database_restored": _l("A backup of the database put back"),
    "persons_forgotten_again": _l("Persons erased again after a backup"),
    "persons_searched": _l("Persons searched"),
    "placements_confirmed": _l("File of placements confirmed"),
    "placements_loaded": _l("Placements loaded"),
    "placements_undo_asked": _l("Undo of a file asked"),
    "placements_undone": _l("File of placements undone"),
    "report_handled": _l("Report dealt with"),
    "responses_exported": _l("Answers exported"),
    "results_published": _l("Results published"),
    "microdata_downloaded": _l("Microdata downloaded"),
    "results_downloaded": _l("Results downloaded"),
    "round_closed": _l("Round closed"),
    "round_opened": _l("Round opened"),
    "school_account_changed": _l("Account for this school changed"),
    "school_account_created": _l("Account for this school made"),
    "school_account_invited": _l("Account for this school invited"),
    "school_account_switched_off": _l("Account for this school switched off"),
    "school_account_switched_on": _l("Account for this school switched on"),
    "seat_given_back": _l("Seat given back"),
    "seat_looked_at": _l("Seat looked at"),
    "seat_withdrawn": _l("Seat withdrawn"),
    "sign_in_ended": _l("Sign-in ended"),
    "signed_in": _l("Signed in"),
    "signed_out": _l("Signed out"),
    "student_changed": _l("Students changed"),
    "student_erased": _l("Student taken away"),
    "students_delivered": _l("Students filled in or delivered"),
    "students_downloaded": _l("Students downloaded"),
    "students_handed_in": _l("File of students handed in"),
    "students_looked_at": _l("Students looked at"),
    "talk_interest_handled": _l("Interest of a school dealt with"),
    "talk_noted": _l("Talk with a school noted"),
    "texts_decided": _l("What somebody wrote released or held back"),
}


def _who(row: Any) -> Any:
    """Return the address of who did it, where the reader may see it."""
    return row.email or (_l("an administrator") if row.AuditEntry.actor.startswith("account ") else _l("system"))


def _details(row: Any) -> str:
    return ", ".join(f"{name}: {value}" for name, value in row.AuditEntry.details.items() if value is not None)


LISTING = Listing(
    columns=(
        Column(_l("When"), lambda row: row.AuditEntry.at, order="at"),
        Column(_l("Who"), _who),
        Column(_l("What"), lambda row: WORDS.get(row.AuditEntry.action, row.AuditEntry.action)),
        Column(_l("School"), lambda row: row.AuditEntry.brin),
        Column(_l("Details"), _details),
    ),
    orders={"at": Order(AuditEntry.at, AuditEntry.id)},
    usual="-at",
)


def of_school(brin: str) -> sa.Select:
    """Return a SELECT of the entries that concern a school, for itself: of who did it, its own accounts are named."""
    own = sa.select(UserSchool.user_id).where(UserSchool.brin == brin)
    wanted = sa.select(AuditEntry, User.email).outerjoin(User, sa.and_(audit.is_by(), User.id.in_(own)))
    return wanted.where(AuditEntry.brin == brin)


class AuditFilters(Form):
    """What the list is narrowed to; anything unknown narrows nothing."""

    brin = StringField("BRIN", render_kw={"size": 6})
    action = SelectField(_l("What"), choices=choices(WORDS))

    def narrowed(self) -> sa.Select:
        """Return a SELECT of the entries with the address of who did it."""
        wanted = sa.select(AuditEntry, User.email).outerjoin(User, audit.is_by())
        if self.brin.data:
            wanted = wanted.where(AuditEntry.brin == self.brin.data.strip().upper())
        if self.action.data in WORDS:
            wanted = wanted.where(AuditEntry.action == self.action.data)
        return wanted
