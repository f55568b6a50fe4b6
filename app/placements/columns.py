"""Columns, in the spellings schools use, recognised as our fields; and columns we may not hold, refused.

Errors carry names of columns only, never anything that stands in them.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from enum import StrEnum
from itertools import product

from xlsxwriter.utility import xl_col_to_name

from app.placements.sheet import Sheet


class Field(StrEnum):
    BRIN = "brin"
    AGREEMENT_NUMBER = "agreement_number"
    CREBO = "crebo"
    PATHWAY = "pathway"
    BEGINS_ON = "begins_on"
    PLANNED_END_ON = "planned_end_on"
    ACTUAL_END_ON = "actual_end_on"
    STATUS = "status"
    COMPANY_NUMBER = "company_number"
    COMPANY_NAME = "company_name"
    COMPANY_CITY = "company_city"
    REGION = "region"
    TRAINER_NAME = "trainer_name"
    TRAINER_ADDRESS = "trainer_address"
    FIRST_NAME = "first_name"
    STUDENT_NUMBER = "student_number"
    STUDENT_ADDRESS = "student_address"
    LANGUAGE = "language"


Columns = dict[Field, int]  # where each field stands in a row
REQUIRED = (
    Field.BRIN,
    Field.AGREEMENT_NUMBER,
    Field.CREBO,
    Field.PATHWAY,
    Field.BEGINS_ON,
    Field.PLANNED_END_ON,
    Field.COMPANY_NUMBER,
)


def folded(name: str) -> str:
    """Fold case, diacritics and everything but letters and digits: `POK-nummer` → `poknummer`."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return re.sub(r"[^a-z0-9]", "", plain)


def _pairs(owners: str, things: str) -> str:
    """Every owner before and after every thing: `studentemail emailstudent`."""
    pairs = product(owners.split(), things.split())
    return " ".join(f" {owner}{thing} {thing}{owner}" for owner, thing in pairs)


MAIL = " email emailadres emailaddress mail mailadres "
STUDENT = " student studenten deelnemer leerling "
# A praktijkbegeleider, bpv-begeleider or stagebegeleider is school staff: never add those to the trainer.
TRAINER = " praktijkopleider praktijkopleiders trainer "
COMPANY = " leerbedrijf leerbedrijfs bpvbedrijf bpvbedrijfs bedrijf bedrijfs company "

SPELLINGS: dict[Field, str] = {
    Field.BRIN: (
        "brin brincode brinnummer brinnr brin4 instellingscode instellingsbrin"
        + _pairs("school instelling", "brin brincode brinnummer")
    ),
    Field.AGREEMENT_NUMBER: (
        "pok poknummer poknr pokid praktijkovereenkomst praktijkovereenkomstnummer praktijkovereenkomstnr "
        "nummerpraktijkovereenkomst overeenkomst overeenkomstnummer overeenkomstnr bpvovereenkomst bpvnummer "
        "bpvovereenkomstnummer agreement agreementnumber agreementno agreementid"
    ),
    Field.CREBO: (
        "crebo crebocode crebonummer crebonr creboopleiding opleidingcrebo opleidingcode opleidingscode "
        "kwalificatiecode crebokwalificatie crohocrebocode programmecode qualificationcode"
    ),
    Field.PATHWAY: "leerweg leerwegcode leertraject leertrajectmbo pathway learningpathway",
    Field.BEGINS_ON: (
        "begindatum begin begindatumbpv bpvbegindatum begindatumpok startdatum start startdatumbpv "
        "bpvstartdatum ingangsdatum datumbegin datumstart beginson begindate startdate startson"
    ),
    Field.PLANNED_END_ON: (
        "verwachteeinddatum geplandeeinddatum verwachteeinde geplandeeinde geplandeeind einddatumgepland "
        "einddatumverwacht verwachteeinddatumbpv geplandeeinddatumbpv plannedendon plannedend plannedenddate "
        "expectedend expectedenddate"
    ),
    Field.ACTUAL_END_ON: (
        "werkelijkeeinddatum werkelijkeeinde werkelijkeeind feitelijkeeinddatum einddatumwerkelijk "
        "werkelijkeeinddatumbpv actualendon actualend actualenddate"
    ),
    Field.STATUS: "status bpvstatus statusbpv pokstatus statuspok statusovereenkomst overeenkomststatus",
    Field.COMPANY_NUMBER: _pairs("leerbedrijf leerbedrijfs company bpvbedrijf", "id nummer nr code number"),
    Field.COMPANY_NAME: COMPANY + _pairs(COMPANY, "naam name"),
    Field.COMPANY_CITY: (
        "plaats plaatsnaam vestigingsplaats city" + _pairs(COMPANY, "plaats plaatsnaam vestigingsplaats city")
    ),
    Field.REGION: "arbeidsmarktregio regio rpagebied rpagebiednaam region labourmarketregion",
    Field.TRAINER_NAME: TRAINER + _pairs(TRAINER, "naam name"),
    Field.TRAINER_ADDRESS: _pairs(TRAINER, MAIL),
    Field.FIRST_NAME: "roepnaam voornaam firstname givenname" + _pairs(STUDENT, "roepnaam voornaam firstname"),
    Field.STUDENT_NUMBER: _pairs(STUDENT + "leerlingen deelnemers", "nummer nr id number"),
    # A bare `email` in a school's list of students is the student's, but not beside other people: see _is_students.
    Field.STUDENT_ADDRESS: MAIL + "schoolmail schoolemail" + _pairs(STUDENT, MAIL),
    Field.LANGUAGE: "taal taalcode voorkeurstaal correspondentietaal language" + _pairs(STUDENT, "taal"),
}
FIELD_OF = {spelling: field for field, spellings in SPELLINGS.items() for spelling in spellings.split()}
# The planned end where no other column is that, else the actual one.
BARE_END = {"einddatum", "eind", "einde", "einddatumbpv", "enddate", "endson"}
BARE_MAIL = set(MAIL.split())
OTHERS = re.compile(r"opleider|trainer|begeleid|contact|bedrijf|company|mentor|docent|coach|slb|werkgever|organisatie")

FORBIDDEN = re.compile(
    r"bsn(?!aam)|burgerservice|citizenservice|sofinummer|sofinr|^sofi$|^pgn|pgn$|persoonsgebonden"
    r"|onderwijsnummer|onderwijsnr|geboorte(?!naam)|^gebdat|birth|^dob$|nationalit"
    r"|geslacht(?!snaam)|^sekse$|gender|^sex$|^mv$|^manvrouw|woonplaats|woonadres|thuisadres|homeaddress"
)
HOME = re.compile(r"adres|straat|huisnummer|huisnr|postcode|^zip|address|street|housenumber|postalcode")
STUDENTS_HOME = set(_pairs(STUDENT, "plaats plaatsnaam city").split())
# With one of these in its name a column of addresses is not about where a student lives.
NOT_HOME = re.compile(
    r"mail|bedrijf|company|bpv|organisatie|werkgever|vestiging|locatie|opleid|begeleider|trainer|contactpersoon"
    r"|school|instelling|webadres|internetadres|ipadres"
)


class ForbiddenColumns(Exception):
    """The file has columns that the product must not hold; `names` as they stand in the file."""

    def __init__(self, names: list[str]):
        super().__init__(names)
        self.names = names


class MissingColumns(Exception):
    """Required fields have no column."""

    def __init__(self, fields: list[Field]):
        super().__init__(fields)
        self.fields = fields


class DoubledColumn(Exception):
    """Several columns are spellings of one field; `names` as they stand in the file."""

    def __init__(self, field: Field, names: list[str]):
        super().__init__(field, names)
        self.field = field
        self.names = names


def recognise(header: list[str], answered: Collection[str] = ()) -> Columns:
    """Find those of our fields that a header holds, but for headings that somebody answered for.

    Raises ForbiddenColumns, DoubledColumn, in that order.
    """
    spellings = [folded(name) for name in header]
    forbidden = [name for name, spelling in zip(header, spellings, strict=True) if _is_forbidden(spelling)]
    if forbidden:
        raise ForbiddenColumns(forbidden)
    found = _places(["" if spelling in answered else spelling for spelling in spellings])
    for field, places in found.items():
        if len(places) > 1:
            raise DoubledColumn(field, [header[place] for place in places])
    return {field: places[0] for field, places in found.items()}


def missing(columns: Columns) -> list[Field]:
    return [field for field in REQUIRED if field not in columns]


def unread(header: list[str], columns: Columns) -> dict[str, int]:
    """Return the places of columns that are none of our fields by folded heading, the letter added where it must be."""
    found: dict[str, int] = {}
    for place, name in enumerate(header):
        if place not in columns.values():
            key = folded(name)
            found[key if key and key not in found else key + xl_col_to_name(place).lower()] = place
    return found


def check_contents(sheet: Sheet, columns: Columns) -> None:
    """Raise ForbiddenColumns where a column holds citizen service numbers under another name."""
    company = columns.get(Field.COMPANY_NUMBER)
    names = [
        name or xl_col_to_name(place)
        for place, name in enumerate(sheet.header)
        if place != company and looks_like_bsn(row.values[place] for row in sheet)
    ]
    if names:
        raise ForbiddenColumns(names)


def looks_like_bsn(values: Iterable[str]) -> bool:
    """Whether most different values, and five at least, are citizen service numbers.

    One number in eleven passes the test by chance, five of nine once in 1,200 times. Fifty others more end the search.
    """
    seen: dict[str, bool] = {}
    balance = 0
    for value in values:
        if value and value not in seen:
            seen[value] = _passes_elfproef(value)
            balance += 1 if seen[value] else -1
        if balance < -50:
            return False
    return balance > 0 and sum(seen.values()) >= 5


def _places(spellings: list[str]) -> dict[Field, list[int]]:
    found: dict[Field, list[int]] = {}
    planned = any(FIELD_OF.get(spelling) is Field.PLANNED_END_ON for spelling in spellings)
    bare_end = Field.ACTUAL_END_ON if planned else Field.PLANNED_END_ON
    for place, spelling in enumerate(spellings):
        field = bare_end if spelling in BARE_END else FIELD_OF.get(spelling)
        if field and (spelling not in BARE_MAIL or _is_students(spellings, place)):
            found.setdefault(field, []).append(place)
    return found


def _is_students(spellings: list[str], place: int) -> bool:
    """Tell whether a column that is called `email` and no more is the student's for certain."""
    others = {FIELD_OF.get(spelling) for spelling in spellings if spelling not in BARE_MAIL}
    trainers = Field.TRAINER_NAME in others and Field.TRAINER_ADDRESS not in others
    before = spellings[place - 1] if place else ""
    beside = OTHERS.search(before) and FIELD_OF.get(before) not in (Field.TRAINER_ADDRESS, Field.COMPANY_NUMBER)
    return not (trainers or beside or Field.STUDENT_ADDRESS in others)


def _is_forbidden(spelling: str) -> bool:
    if spelling in FIELD_OF:
        return False
    if FORBIDDEN.search(spelling) or spelling in STUDENTS_HOME:
        return True
    return bool(HOME.search(spelling)) and not NOT_HOME.search(spelling)


def _passes_elfproef(value: str) -> bool:
    """Whether 9·a + 8·b … 2·h − i of nine digits divides by eleven; eight digits lost their zero."""
    digits = re.sub(r"\W", "", value)
    if not re.fullmatch(r"0*[1-9][0-9]*", digits) or not re.fullmatch(r"[0-9]{9}|[1-9][0-9]{7}", digits):
        return False
    digits = digits.zfill(9)
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=True)) % 11 == 0
