"""Reads single values of a sheet: dates, BRINs, addresses, statuses, as schools write them."""

import re
import unicodedata
from datetime import date

from email_validator import EmailNotValidError, validate_email

from app.placements.columns import folded

TEXT_LENGTH = 200
STATUS_LENGTH = 40
FIRST_YEAR, LAST_YEAR = 2000, 2100

STATUSES = {
    folded(status): status
    for status in (
        "Voorlopig",
        "Volledig",
        "Overeenkomst afgedrukt",
        "Definitief",
        "Beëindigd",
        "Afgemeld",
        "Afgewezen",
    )
}
INVITED = frozenset({"Definitief", "Volledig", "Beëindigd", ""})
REFUSED = frozenset({"Afgemeld", "Afgewezen"})

PATHWAYS = {
    "bol": "BOL",
    "bolvt": "BOL",
    "bolvoltijd": "BOL",
    "boldt": "BOL",
    "boldeeltijd": "BOL",
    "beroepsopleidendeleerweg": "BOL",
    "bbl": "BBL",
    "beroepsbegeleidendeleerweg": "BBL",
    "ovo": "OVO",
}
LANGUAGES = {"nl": "nl", "nederlands": "nl", "dutch": "nl", "en": "en", "engels": "en", "english": "en"}

BRIN = re.compile(r"([0-9]{2}[A-Z]{2})([0-9]{2})?")  # two more digits name a location
COMPANY_NUMBER = re.compile(r"[1-9][0-9]{8}")
# A time in another zone could mean another day, so only midnight may carry a Z.
TIME = r"(?:[T ][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?|T00:00:00(?:\.0+)?Z)?"
DATES = (
    re.compile(r"(?P<y>[0-9]{4})-(?P<m>[0-9]{1,2})-(?P<d>[0-9]{1,2})" + TIME),
    re.compile(r"(?P<d>[0-9]{1,2})(?P<mark>[-/.])(?P<m>[0-9]{1,2})(?P=mark)(?P<y>[0-9]{4})" + TIME),
    re.compile(r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})"),
)
# Control characters but white space, and marks that turn the direction of text or cannot be seen.
UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def clean_text(text: str) -> str:
    """Compose accents, remove what cannot be seen, make all white space one space."""
    if not (text.isascii() and text.isprintable()):
        text = UNSEEN.sub("", unicodedata.normalize("NFC", text))
    return " ".join(text.split())


def date_of(text: str) -> date | None:
    """Read `d-m-yyyy`, `d/m/yyyy`, `yyyy-mm-dd` (all with or without a time) or `yyyymmdd`, else None."""
    for pattern in DATES:
        if match := pattern.fullmatch(text):
            year, month, day = (int(match[part]) for part in "ymd")
            try:
                return date(year, month, day) if FIRST_YEAR <= year <= LAST_YEAR else None
            except ValueError:
                return None
    return None


def brin_of(text: str) -> str | None:
    """Read a BRIN, with or without the digits of a location."""
    match = BRIN.fullmatch(text.upper())
    return match[1] if match else None


def address_of(text: str) -> str | None:
    """Read a mail address, casefolded; None when no mail could go there.

    A domain with accents comes back in ASCII, since folding the case of ß would name another domain.
    """
    try:
        found = validate_email(text, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return None
    return (found.ascii_email or found.normalized).casefold()


def status_of(text: str) -> str | None:
    """Find the spelling we use for a status; None when it is unknown."""
    return STATUSES.get(folded(text)) if text else ""
