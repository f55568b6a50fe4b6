"""Rules for a row and for a sheet as a whole: what is accepted, refused and why, and what is left out.

Wording is elsewhere, and so is what is already stored.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass, replace
from datetime import date
from enum import StrEnum
from hashlib import blake2b

from app.placements.columns import REQUIRED, Columns, Field, folded
from app.placements.sheet import Row, Sheet
from app.placements.values import (
    COMPANY_NUMBER,
    LANGUAGES,
    LOST,
    PATHWAYS,
    REFUSED,
    STATUS_LENGTH,
    TEXT_LENGTH,
    address_of,
    brin_of,
    clean_text,
    date_of,
    dates_in_doubt,
    number_of,
    status_of,
    without_zeros,
)

DATE_FIELDS = (Field.BEGINS_ON, Field.PLANNED_END_ON, Field.ACTUAL_END_ON)
NUMBER_FIELDS = (Field.AGREEMENT_NUMBER, Field.COMPANY_NUMBER, Field.STUDENT_NUMBER)
STUDENT_FIELDS = (Field.FIRST_NAME, Field.STUDENT_NUMBER, Field.STUDENT_ADDRESS)
Texts = dict[Field, str]
Dates = dict[Field, date | None]


class Reason(StrEnum):
    """Why a row is refused; the first that holds is given."""

    MISSING_VALUE = "missing_value"
    UNKNOWN_SCHOOL = "unknown_school"
    UNKNOWN_PROGRAMME = "unknown_programme"
    LOST_DIGITS = "lost_digits"
    MONTH_FIRST = "month_first"
    BAD_DATE = "bad_date"
    END_BEFORE_START = "end_before_start"
    UNKNOWN_PATHWAY = "unknown_pathway"
    BAD_COMPANY = "bad_company"
    CONFLICTING = "conflicting"


class Remark(StrEnum):
    """What to know about a row that is accepted."""

    BAD_TRAINER_ADDRESS = "bad_trainer_address"
    BAD_STUDENT_ADDRESS = "bad_student_address"
    STUDENT_IS_TRAINER = "student_is_trainer"
    DROPPED_NO_AGREEMENT = "dropped_no_agreement"
    UNKNOWN_STATUS = "unknown_status"
    ERASED_BEFORE = "erased_before"


@dataclass(frozen=True)
class Reference:
    """BRINs and crebos that exist, and per BRIN with an agreement valid today the student's fields it names.

    `doubt` are the dates of the sheet in which the month may stand first.
    """

    schools: frozenset[str]
    programmes: frozenset[str]
    sharing: Mapping[str, frozenset[Field]]
    doubt: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """One placement, clean: empty text where optional text is absent, addresses casefolded."""

    brin: str
    agreement_number: str
    crebo: str
    pathway: str
    begins_on: date
    planned_end_on: date
    actual_end_on: date | None
    status: str
    company_number: str
    company_name: str
    company_city: str
    region: str
    trainer_name: str
    trainer_address: str | None
    first_name: str
    student_number: str
    student_address: str | None
    language: str | None

    @property
    def key(self) -> tuple[str, str]:
        return self.brin, self.agreement_number

    @property
    def names_student(self) -> bool:
        return bool(self.first_name or self.student_number or self.student_address)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a row: exactly one of `checked`, `refusal` and `duplicate` is set."""

    row: Row
    checked: CheckedRow | None = None
    refusal: Reason | None = None
    field: Field | None = None
    duplicate: bool = False
    remarks: tuple[Remark, ...] = ()


def check_sheet(sheet: Sheet, columns: Columns, reference: Reference) -> Iterator[Outcome]:
    """Check every row, in the order of the sheet, and keep no row in memory.

    Of rows with the same key that are identical once checked the first is accepted and the rest are
    duplicates; where they differ each is refused, since nobody can tell which one holds.
    """
    places = [columns[field] for field in DATE_FIELDS if field in columns]
    dates = {clean_text(text) for text in {row.values[place] for row in sheet for place in places}}
    reference = replace(reference, doubt=dates_in_doubt(dates))
    repeated = _repeated_keys(sheet, columns)
    conflicting = _conflicting_keys(sheet, columns, reference, repeated)
    accepted: set[bytes] = set()
    for row in sheet:
        key = _key_digest(row, columns)
        outcome = check_row(row, columns, reference)
        if outcome.checked and key in conflicting:
            outcome = Outcome(row, refusal=Reason.CONFLICTING, field=Field.AGREEMENT_NUMBER)
        elif outcome.checked and key in accepted:
            outcome = Outcome(row, duplicate=True)
        elif outcome.checked and key in repeated:
            accepted.add(key)
        yield outcome


def check_row(row: Row, columns: Columns, reference: Reference) -> Outcome:
    """Check one row on its own."""
    texts = dict.fromkeys(Field, "")
    texts |= {field: clean_text(row.values[place]) for field, place in columns.items()}
    texts[Field.AGREEMENT_NUMBER] = number_of(texts[Field.AGREEMENT_NUMBER])
    dates = {field: date_of(texts[field]) for field in DATE_FIELDS}
    for reason, field in _faults(texts, dates, reference):
        return Outcome(row, refusal=reason, field=field)
    checked, remarks = _accepted(texts, dates, reference)
    return Outcome(row, checked, remarks=tuple(remarks))


def without_students(
    sheet: Sheet, columns: Columns, sharing: Mapping[str, frozenset[Field]], tally: Counter[str]
) -> Iterator[Row]:
    """Yield each row without what the school does not share; `tally` counts `rows` and those where it `dropped`."""
    brin = columns.get(Field.BRIN)
    places = {field: columns[field] for field in STUDENT_FIELDS if field in columns}
    for row in sheet:
        tally["rows"] += 1
        shared = places if brin is None else sharing.get(brin_in(row, brin) or "", ())
        dropped = [place for field, place in places.items() if field not in shared and row.values[place]]
        tally["dropped"] += bool(dropped)
        for place in dropped:
            row.values[place] = ""
        yield row


def row_key(row: Row, columns: Columns) -> tuple[str | None, str]:
    """Return the BRIN (None when it is no BRIN) and agreement number of a row, refused or not."""
    return brin_in(row, columns[Field.BRIN]), number_of(row.values[columns[Field.AGREEMENT_NUMBER]])


def brin_in(row: Row, place: int) -> str | None:
    return brin_of(clean_text(row.values[place]))


def _faults(texts: Texts, dates: Dates, reference: Reference) -> Iterator[tuple[Reason, Field]]:
    """What is wrong with a row, in the order of Reason."""
    yield from ((Reason.MISSING_VALUE, field) for field in REQUIRED if not texts[field])
    if brin_of(texts[Field.BRIN]) not in reference.schools:
        yield Reason.UNKNOWN_SCHOOL, Field.BRIN
    if texts[Field.CREBO] not in reference.programmes:
        yield Reason.UNKNOWN_PROGRAMME, Field.CREBO
    yield from ((Reason.LOST_DIGITS, field) for field in NUMBER_FIELDS if LOST.fullmatch(texts[field]))
    yield from ((Reason.MONTH_FIRST, field) for field in DATE_FIELDS if texts[field] in reference.doubt)
    yield from ((Reason.BAD_DATE, field) for field in DATE_FIELDS if texts[field] and not dates[field])
    begin = dates[Field.BEGINS_ON]
    cancelled = status_of(texts[Field.STATUS]) in REFUSED  # such a placement may well end before it began
    for field in (Field.PLANNED_END_ON,) if cancelled else (Field.PLANNED_END_ON, Field.ACTUAL_END_ON):
        if begin and (end := dates[field]) and end < begin:
            yield Reason.END_BEFORE_START, field
    if folded(texts[Field.PATHWAY]) not in PATHWAYS:
        yield Reason.UNKNOWN_PATHWAY, Field.PATHWAY
    if not COMPANY_NUMBER.fullmatch(texts[Field.COMPANY_NUMBER]):
        yield Reason.BAD_COMPANY, Field.COMPANY_NUMBER


def _accepted(texts: Texts, dates: Dates, reference: Reference) -> tuple[CheckedRow, list[Remark]]:
    remarks: list[Remark] = []
    brin = brin_of(texts[Field.BRIN])
    begins_on, planned_end_on = dates[Field.BEGINS_ON], dates[Field.PLANNED_END_ON]
    assert brin and begins_on and planned_end_on  # a row without them has a fault
    texts = _without_student(texts, reference.sharing.get(brin, frozenset()), remarks)
    short = {field: text[:TEXT_LENGTH] for field, text in texts.items()}
    trainer_address = _address(texts[Field.TRAINER_ADDRESS], Remark.BAD_TRAINER_ADDRESS, remarks)
    checked = CheckedRow(
        brin=brin,
        agreement_number=short[Field.AGREEMENT_NUMBER],
        crebo=texts[Field.CREBO],
        pathway=PATHWAYS[folded(texts[Field.PATHWAY])],
        begins_on=begins_on,
        planned_end_on=planned_end_on,
        actual_end_on=dates[Field.ACTUAL_END_ON],
        status=_status(texts, remarks),
        company_number=texts[Field.COMPANY_NUMBER],
        company_name=short[Field.COMPANY_NAME],
        company_city=short[Field.COMPANY_CITY],
        region=short[Field.REGION],
        trainer_name=short[Field.TRAINER_NAME],
        trainer_address=trainer_address,
        first_name=short[Field.FIRST_NAME],
        student_number=short[Field.STUDENT_NUMBER],
        student_address=_student_address(texts, trainer_address, remarks),
        language=LANGUAGES.get(folded(texts[Field.LANGUAGE])),
    )
    return checked, remarks


def _address(given: str, remark: Remark, remarks: list[Remark]) -> str | None:
    """Return an address as it is kept, with this remark where what is given is none."""
    address = address_of(given) if given else None
    if given and not address:
        remarks.append(remark)
    return address


def _without_student(texts: Texts, shared: frozenset[Field], remarks: list[Remark]) -> Texts:
    """Return the texts without what the school does not share."""
    left_out = [field for field in STUDENT_FIELDS if field not in shared]
    if any(texts[field] for field in left_out):
        remarks.append(Remark.DROPPED_NO_AGREEMENT)
    return texts | dict.fromkeys(left_out, "")


def _student_address(texts: Texts, trainer_address: str | None, remarks: list[Remark]) -> str | None:
    address = _address(texts[Field.STUDENT_ADDRESS], Remark.BAD_STUDENT_ADDRESS, remarks)
    if address and address == trainer_address:
        remarks.append(Remark.STUDENT_IS_TRAINER)
        return None
    return address


def _status(texts: Texts, remarks: list[Remark]) -> str:
    given = texts[Field.STATUS]
    status = status_of(given)
    if status is None:
        remarks.append(Remark.UNKNOWN_STATUS)
        return given[:STATUS_LENGTH]
    return status


# Keys that occur more than once, as digests, so that a long file takes little room.


def _repeated_keys(sheet: Sheet, columns: Columns) -> set[bytes]:
    seen: set[bytes] = set()
    repeated: set[bytes] = set()
    for row in sheet:
        key = _key_digest(row, columns)
        (repeated if key in seen else seen).add(key)
    return repeated


def _conflicting_keys(sheet: Sheet, columns: Columns, reference: Reference, repeated: set[bytes]) -> set[bytes]:
    first: dict[bytes, bytes] = {}
    conflicting: set[bytes] = set()
    for row in sheet if repeated else ():
        key = _key_digest(row, columns)
        if key in repeated:
            checked = check_row(row, columns, reference).checked
            content = _digest(astuple(checked)) if checked else b""
            if first.setdefault(key, content) != content:
                conflicting.add(key)
    return conflicting


def _key_digest(row: Row, columns: Columns) -> bytes:
    brin, number = row_key(row, columns)
    return _digest((brin, without_zeros(number)))


def _digest(values: tuple) -> bytes:
    return blake2b(repr(values).encode(), digest_size=16).digest()
