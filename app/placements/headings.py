"""Columns that are not read: their names, some of what they hold, and whether somebody has to say what they are.

A status, a date, an address or a number that we do not read may be the one that counts: cancelled placements would be
invited, or the wrong person.
"""

import re
from collections.abc import Collection
from typing import NamedTuple

from xlsxwriter.utility import xl_col_to_name

from app.placements.columns import Columns, Field, folded, unread
from app.placements.sheet import Sheet
from app.placements.values import brin_of, clean_text, date_of, status_of

EXAMPLES = 3
EXAMPLE_LENGTH = 30
DIFFERENT = 1000  # values of a column that are looked at
OFF = r"annule|cancel|ingetrokken|vervallen|afgebroken|gestopt|beeindig|uitgeschreven|nietactief|inactief|gaatnietdoor"
ASKED = re.compile(
    rf"status|datum|^date|date$|mail|nummer|number|nr$|^stand(van|$)|toestand|^fase|^actief|^doorga|{OFF}"
)
NUMBER_OR_DATE = re.compile(
    r"[A-Za-z]{0,5}[-_. ]?[0-9]{5,}|[0-9]{1,2}([-/. ])(?:[0-9]{1,2}|[A-Za-z]{3,9}\.?)\1[0-9]{2,4}"
)
SCHOOL = re.compile(r"(onderwijs)?(school|instelling)(s?(code|nummer|nr))?")  # says which, by name or by BRIN
# What exports hold beside what we use; no answer about these could change who is invited.
IGNORED = re.compile(
    r"(naam)?(school|instelling|opleiding|kwalificatie|dossier|sector|domein|team|afdeling|klas|groep|stamgroep|locatie"
    r"|vestiging|cohort|leerjaar|schooljaar|studiejaar|niveau)(s?(naam|code|nummer|nr|niveau|omschrijving))?"
    r"|(achter|geslachts)naam|tussenvoegsels?|voorvoegsels?|voorletters?|initialen|naam|fout|website|kvk(nummer|nr)?"
    r"|praktijkbegeleider|.*(telefoon|mobiel|fax|phone|postcode|huisnummer|straat).*|tel(nr|nummer)?"
    r"|(totale|gerealiseerde)?omvang|(aantal)?uren(perweek)?|dagenperweek|werkdagen"
)


class Heading(NamedTuple):
    """A column nobody recognised; `key` is its folded name, `must_answer` whether it looks like something we use."""

    key: str
    name: str
    examples: list[str]
    must_answer: bool


def headings(sheet: Sheet, known: Columns) -> list[Heading]:
    """Return the columns of a sheet that are not read, in its order; none that holds neither a name nor a value."""
    places = unread(sheet.header, known)
    seen: dict[int, dict[str, None]] = {place: {} for place in places.values()}
    for row in sheet if places else ():
        for place, different in seen.items():
            if row.values[place] and len(different) < DIFFERENT:
                different[row.values[place]] = None
    found = []
    for key, place in places.items():
        values = [clean_text(value) for value in seen[place]]
        name = sheet.header[place]
        if key != folded(name):  # nameless, or one of two with the same name
            name = f"{name} {xl_col_to_name(place)}".strip()
        if values or sheet.header[place]:
            examples = [value[:EXAMPLE_LENGTH] for value in values[:EXAMPLES]]
            found.append(Heading(key, name, examples, _looks_used(key, values)))
    return found


def school_column(sheet: Sheet, known: Columns) -> Columns:
    """Return a column that names the school and holds BRINs only, where no column is named as one that does."""
    places = [place for key, place in unread(sheet.header, known).items() if SCHOOL.fullmatch(key)]
    for place in places if Field.BRIN not in known else ():
        held = {clean_text(row.values[place]) for row in sheet} - {""}
        if held and all(map(brin_of, held)):
            return {Field.BRIN: place}
    return {}


def _looks_used(key: str, values: Collection[str]) -> bool:
    if IGNORED.fullmatch(key) or not values:
        return False
    like = sum(bool(date_of(value) or NUMBER_OR_DATE.fullmatch(value)) for value in values)
    telling = any("@" in value or status_of(value) or re.match(OFF, folded(value)) for value in values)
    return telling or bool(ASKED.search(key)) or 2 * like > len(values)
