"""Reads single values of a sheet: dates, BRINs, addresses, statuses, as schools write them."""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection
from datetime import date
from functools import lru_cache

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
# Control characters but white space, and all that Unicode lets a program leave out when it shows text.
UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    r"\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3"
    r"\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
# What a spreadsheet leaves of a number that it took for a quantity, or that did not fit its column.
LOST = re.compile(r"#{3,}|[0-9]+(?:[.,][0-9]+)?[eE]\+[0-9]+")
QUOTES = '\t "\u2018\u2019\u201c\u201d'


def clean_text(text: str) -> str:
    """Compose accents, remove what cannot be seen, make all white space one space."""
    if not (text.isascii() and text.isprintable()):
        text = UNSEEN.sub("", unicodedata.normalize("NFC", text))
    return " ".join(text.split())


def number_of(text: str) -> str:
    """Return the number of an agreement, without the apostrophe that makes it text in a spreadsheet."""
    return clean_text(text).lstrip("'")[:TEXT_LENGTH]


def without_zeros(number: str) -> str:
    """Return a number without the zeros in front, which spreadsheets lose; one with other signs as it is."""
    return number.lstrip("0") or number if number.isascii() and number.isdecimal() else number


@lru_cache(maxsize=10_000)
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


def dates_in_doubt(texts: Collection[str]) -> frozenset[str]:
    """Return those of the dates in a sheet of which nobody can tell whether the day or the month stands first.

    One like 12/31/2026 proves that some begin with the month. Then others with the same mark between need more proof of
    the opposite, as do those with another mark: a spreadsheet may have turned what it took for a day.
    """
    proof: Counter[str] = Counter()
    unclear: dict[str, str] = {}
    month_first = False
    for text in texts:
        match, found = DATES[1].fullmatch(text), date_of(text)
        mark = match["mark"] if match else ""
        if found and (found.day > 12 or found.day == found.month):
            proof[mark] += found.day > 12
        elif found:
            unclear[text] = mark
        elif match and date_of(f"{match['y']}-{match['d']}-{match['m']}"):
            unclear[text], month_first = mark, True
            proof[mark] -= 1
    return frozenset(text for text, mark in unclear.items() if month_first and proof[mark] <= 0)


def brin_of(text: str) -> str | None:
    """Read a BRIN, with or without the digits of a location."""
    match = BRIN.fullmatch(text.upper())
    return match[1] if match else None


def address_of(text: str) -> str | None:
    """Read a mail address, casefolded; None when no mail could go there.

    What programs put around it is left out: a name, `mailto:`, quotes, a full stop. A domain with accents comes back in
    ASCII, since folding the case of ß would name another domain.
    """
    name, mark, rest = text.rstrip(QUOTES + ".,;").partition("<")
    if mark and "@" not in name and rest.endswith(">"):
        text = rest[:-1]
    text = text.strip(QUOTES).rstrip(QUOTES + ".,;")
    text = text[len("mailto:") :] if text.casefold().startswith("mailto:") else text
    try:
        found = validate_email(text, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return None
    return (found.ascii_email or found.normalized).casefold()


def status_of(text: str) -> str | None:
    """Find the spelling we use for a status; None when it is unknown."""
    return STATUSES.get(folded(text)) if text else ""
