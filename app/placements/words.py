"""What is wrong with a sheet or a row, in words a school can act on, in the reader's language."""

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.placements.checking import Outcome, Reason, Remark
from app.placements.columns import DoubledColumn, Field, ForbiddenColumns, MissingColumns, folded
from app.placements.files import write
from app.placements.headings import Heading
from app.placements.models import UploadState
from app.placements.sheet import Sheet, SheetError, SheetFault

FAULT_COLUMN = "fout"

FIELDS = {
    Field.BRIN: "brin",
    Field.AGREEMENT_NUMBER: "pok_nummer",
    Field.CREBO: "crebo",
    Field.PATHWAY: "leerweg",
    Field.BEGINS_ON: "begindatum",
    Field.PLANNED_END_ON: "verwachte_einddatum",
    Field.ACTUAL_END_ON: "werkelijke_einddatum",
    Field.COMPANY_NUMBER: "leerbedrijf_id",
    Field.FIRST_NAME: "roepnaam",
    Field.STUDENT_NUMBER: "studentnummer",
    Field.STUDENT_ADDRESS: "email",
}

LABELS = {
    Field.BRIN: _l("School (BRIN)"),
    Field.AGREEMENT_NUMBER: _l("Number of the agreement (pok-nummer)"),
    Field.CREBO: _l("Programme (crebo)"),
    Field.PATHWAY: _l("Pathway (BOL, BBL or OVO)"),
    Field.BEGINS_ON: _l("First day"),
    Field.PLANNED_END_ON: _l("Planned last day"),
    Field.ACTUAL_END_ON: _l("Actual last day"),
    Field.STATUS: _l("Status of the agreement"),
    Field.COMPANY_NUMBER: _l("Number of the company (leerbedrijf-id)"),
    Field.COMPANY_NAME: _l("Name of the company"),
    Field.COMPANY_CITY: _l("Place of the company"),
    Field.REGION: _l("Labour market region"),
    Field.TRAINER_NAME: _l("Trainer's name (praktijkopleider)"),
    Field.TRAINER_ADDRESS: _l("Trainer's mail address (praktijkopleider)"),
    Field.FIRST_NAME: _l("Student's first name"),
    Field.STUDENT_NUMBER: _l("Student's number"),
    Field.STUDENT_ADDRESS: _l("Student's mail address"),
    Field.LANGUAGE: _l("Student's language"),
}

STATES = {
    UploadState.NAMING: _l("columns to be named"),
    UploadState.CHECKING: _l("being checked"),
    UploadState.CHECKED: _l("waits for you"),
    UploadState.LOADING: _l("being loaded"),
    UploadState.LOADED: _l("loaded"),
    UploadState.UNDOING: _l("being undone"),
    UploadState.UNDONE: _l("undone"),
    UploadState.FAILED: _l("failed"),
    UploadState.EXPIRED: _l("erased, not loaded"),
}

SHEET_FAULTS = {
    SheetFault.EMPTY: _l("The file is empty. Export it again and check that it holds rows."),
    SheetFault.NOT_A_TABLE: _l("This is not a table we can read. Save it as CSV or XLSX."),
    SheetFault.TOO_LARGE: _l("The file is too large. Split it into smaller parts."),
    SheetFault.NO_HEADER: _l("The first row does not name the columns. Export the sheet with its header row."),
    SheetFault.BROKEN_XLSX: _l("This XLSX file cannot be opened. Save it again, without a password."),
    SheetFault.ROW_TOO_LONG: _l("Row %(row)s has more cells than the header. Check the separators in that row."),
    SheetFault.SEVERAL_SHEETS: _l(
        "Several sheets have numbers of agreements: %(sheets)s. Put their rows under one header in one sheet."
    ),
    SheetFault.BAD_QUOTES: _l("In row %(row)s a quotation mark is opened and not closed. Mend that row."),
}

REASONS = {
    Reason.MISSING_VALUE: _l("%(field)s is empty; fill it in"),
    Reason.UNKNOWN_SCHOOL: _l("this BRIN is not a school we know; check %(field)s"),
    Reason.UNKNOWN_PROGRAMME: _l("this programme does not exist; check %(field)s"),
    Reason.LOST_DIGITS: _l("a spreadsheet lost digits of %(field)s; make that column text and export it again"),
    Reason.MONTH_FIRST: _l(
        "the month stands first in dates of this file, so nobody knows which day %(field)s is; write it as 31-12-2026"
    ),
    Reason.BAD_DATE: _l("%(field)s is not an existing date; write it as 31-12-2026"),
    Reason.END_BEFORE_START: _l("%(field)s lies before the start; check both dates"),
    Reason.UNKNOWN_PATHWAY: _l("%(field)s is not BOL, BBL or OVO"),
    Reason.BAD_COMPANY: _l("%(field)s must have nine digits and not begin with 0"),
    Reason.CONFLICTING: _l(
        "this agreement number is in the file more than once (zeros in front do not count), with different data;"
        " keep one row"
    ),
}

REMARKS = {
    Remark.BAD_TRAINER_ADDRESS: _l(
        "Trainer's address is not a mail address: loaded, but the trainer cannot be reached"
    ),
    Remark.BAD_STUDENT_ADDRESS: _l(
        "Student's address is not a mail address: loaded, but the student gets the link through the trainer"
    ),
    Remark.STUDENT_IS_TRAINER: _l("Student's address is the trainer's: that address was left out"),
    Remark.DROPPED_NO_AGREEMENT: _l("Student's name, number or address left out: no agreement names it today"),
    Remark.UNKNOWN_STATUS: _l("Status unknown: loaded, but nobody is invited"),
    Remark.ERASED_BEFORE: _l("Erased before: not brought back"),
}

RECOGNISED_ERRORS = (SheetError, ForbiddenColumns, MissingColumns, DoubledColumn)


def explain(reason: str, field: str | None) -> str:
    """Say why a row is refused, and which field is to blame where one is."""
    return str(REASONS[Reason(reason)]) % {"field": FIELDS.get(Field(field), "") if field else ""}


def explain_questions(questions: Iterable[Heading]) -> str:
    """Say which columns must be answered on the command line, with what they hold, and how."""
    named = "; ".join(f"{heading.name} ({', '.join(heading.examples)})" for heading in questions)
    return _(
        "These columns look like something we use, under names we do not know: %(columns)s. Nothing was stored. Say of "
        'each what it is with --column "name=field", or --column "name=ignore".',
        columns=named,
    )


def refused_sheet(sheet: Sheet, outcomes: Iterable[Outcome]) -> bytes:
    """Write the refused rows as they came, in the format they came in, with what is wrong in a last column.

    A last column of that name, from a sheet given back before, is replaced.
    """
    width = len(sheet.header) - (folded(sheet.header[-1]) == FAULT_COLUMN)
    rows = ([*one.row.values[:width], explain(one.refusal, one.field)] for one in outcomes if one.refusal)
    return write(sheet.format, [*sheet.header[:width], FAULT_COLUMN], rows)


def explain_sheet(error: Exception) -> str:
    """Say why a sheet as a whole cannot be used; of forbidden columns only the name is said."""
    if isinstance(error, ForbiddenColumns):
        return _(
            "The file holds data we must not have: %(columns)s. Nothing was stored. Take the column out and try again.",
            columns=", ".join(error.names),
        )
    if isinstance(error, MissingColumns):
        return _(
            "These columns are missing: %(columns)s.",
            columns=", ".join(FIELDS[field] for field in error.fields),
        )
    if isinstance(error, DoubledColumn):
        return _("These columns mean the same: %(columns)s. Keep one of them.", columns=", ".join(error.names))
    assert isinstance(error, SheetError)
    return str(SHEET_FAULTS[SheetFault(error.fault)]) % error.details
