"""Who and what there is in the model's small world, and what a school's file says of it."""

import datetime as dt
from dataclasses import dataclass, fields

from tests.builders import OTHER_SCHOOL, SCHOOL

START = dt.date(2026, 11, 16)  # a Monday
BRINS = (SCHOOL, OTHER_SCHOOL)
BOSS, PIET, DEAD_TRAINER = "boss@company.example", "piet@company.example", "away550@company.example"
SAM, KIM, DEAD_STUDENT = "sam@school.example", "kim@school.example", "none550@school.example"
TRAINERS, STUDENTS = (BOSS, PIET, DEAD_TRAINER), (SAM, KIM, DEAD_STUDENT)
STATUSES = ("Definitief", "Voorlopig", "Afgemeld")
ROUNDS = {  # two that follow each other: the first and last day of the ends they cover
    "autumn": (dt.date(2026, 9, 1), dt.date(2026, 11, 30)),
    "winter": (dt.date(2026, 12, 1), dt.date(2027, 3, 31)),
}
SEAT_DAYS = 28
ENDS = tuple(
    dt.date.fromisoformat(day) for day in ("2026-11-20", "2026-11-27", "2026-12-04", "2027-01-15", "2027-05-01")
)
HEADER = (
    "brin;pok;crebo;leerweg;begindatum;verwachte_einddatum;status;leerbedrijf_id;leerbedrijf;"
    "praktijkopleider;praktijkopleider_email;studentnummer;roepnaam;email"
)


@dataclass(frozen=True)
class Place:
    """What never changes of a placement. School and programme together name it, so that figures can be told apart."""

    brin: str
    number: str
    crebo: str
    student: str
    first_name: str


PLACES = {
    place.number: place
    for place in (
        Place(SCHOOL, "A1", "25786", "11", "Noor"),
        Place(SCHOOL, "A2", "25785", "11", "Noor"),  # the same student, at another company
        Place(SCHOOL, "A3", "25755", "13", "Finn"),
        Place(OTHER_SCHOOL, "B1", "25786", "11", "Luuk"),  # the same number at another school is somebody else
        Place(OTHER_SCHOOL, "B2", "25756", "22", "Eva"),
    )
}
COMPANIES = {"A1": "100018965", "A2": "100018973", "A3": "100018965", "B1": "100018965", "B2": "100018965"}


@dataclass(frozen=True)
class Line:
    """What changes of a placement in its school's administration; the file says it as it is."""

    end: dt.date = ENDS[1]
    status: str = "Definitief"
    trainer: str | None = BOSS
    address: str | None = None
    numbered: bool = True
    named: bool = True


FACTS = tuple(field.name for field in fields(Line))


def sheet(lines: dict[str, Line]) -> bytes:
    """Return a school's file."""
    return "\n".join([HEADER, *(_row(PLACES[number], line) for number, line in sorted(lines.items()))]).encode()


def _row(place: Place, line: Line) -> str:
    values = (
        *(place.brin, place.number, place.crebo, "BOL", "01-09-2026", line.end.strftime("%d-%m-%Y"), line.status),
        *(COMPANIES[place.number], "Bakkerij het Hof", (line.trainer or "").partition("@")[0].title()),
        *(line.trainer or "", place.student if line.numbered else "", place.first_name if line.named else ""),
        line.address or "",
    )
    return ";".join(values)
