"""A small world to look around in: schools and talks with them, placements, a round, and a week of answers."""

import datetime as dt
import random

import sqlalchemy as sa

from app import clock
from app.accounts import register as accounts
from app.accounts.models import Role, User
from app.accounts.register import Scope
from app.agreements import interests, talks
from app.agreements import register as agreements
from app.agreements.models import Stage
from app.demo import week
from app.extensions import db
from app.invitations import batches, planner, rounds
from app.invitations.models import Round
from app.placements import loading
from app.placements.checking import CheckedRow
from app.placements.loading import Summary
from app.placements.models import Placement
from app.reference.models import Programme, School

ADMIN = "admin@bpv.example"
ROUND = "Demonstratie"
PLACEMENTS = 240
SHARING = "25LJ"
ACCOUNTS = {
    "school@bpv.example": Scope(Role.SCHOOL, [SHARING]),
    "adviseur@bpv.example": Scope(Role.ADVISER, [SHARING, "25PM"]),
    "analist@bpv.example": Scope(Role.ANALYST),
}
PRIVACY, LEAKS = "privacy@school.example", "datalek@school.example"
SCHOOLS = (SHARING, "25PM", "04CY", "01OE")
COMPANIES = ("Bakkerij", "Garage", "Zorggroep", "Hoveniers", "Softwarehuis", "Installatiebedrijf")
PLACES = ("Tiel", "Gouda", "Assen", "Goes", "Weert")
# School, stage, days ago, days until it is taken up again, what was said.
TALKS = (
    ("25LJ", Stage.SIGNED, 20, 60, "Eerste bestand met adressen geladen; over twee maanden samen de cijfers bekijken."),
    ("25PM", Stage.INTERESTED, 30, None, "Wil weten wat leerlingen merken. Privacybijsluiter gestuurd."),
    ("25PM", Stage.IN_TALKS, 9, 5, "De functionaris gegevensbescherming leest het model."),
    ("01OE", Stage.IN_TALKS, 25, -3, "Terugbellen na het overleg van de bpv-coördinatoren."),
    ("25LH", Stage.DECLINED, 40, 120, "Dit schooljaar niet; na de zomer opnieuw vragen."),
)
CAME_FORWARD = "04CY"
WROTE = "Wij willen onze studenten graag zelf laten mailen. Wat moeten wij daarvoor aanleveren?"


class OtherData(Exception):
    """The database holds something that is not the demonstration's."""


def is_built() -> bool:
    """Tell whether the demonstration stands; raises OtherData when something else does."""
    if db.session.scalar(sa.select(Round.id).where(Round.name == ROUND)):
        return True
    if any(db.session.scalar(sa.select(sa.func.count()).select_from(table)) for table in (Round, Placement, User)):
        raise OtherData
    return False


def build(password: str) -> None:
    """Fill an empty database; the caller commits. Ends with a proposal that waits to be looked at and sent."""
    chance = random.Random(2026)  # noqa: S311
    today = clock.today()
    admin = accounts.create(ADMIN, password, Role.ADMIN)
    january = today.replace(month=1, day=1)
    with week.business_day(january):
        agreements.sign(SHARING, january, version=f"{today.year}-1", privacy_contact=PRIVACY, leak_contact=LEAKS)
    loading.store(_rows(chance, today), Summary())
    year = today.year if today.month >= 8 else today.year - 1
    opened = rounds.open_round(ROUND, dt.date(year, 8, 1), dt.date(year + 1, 7, 31))  # the school year of today
    with week.business_day(today - dt.timedelta(days=7)):
        first = planner.propose(opened)
        for _queued in batches.send(first):
            pass
        week.deliver_as_if_sent()
    week.live(opened, chance, today)
    planner.propose(opened)
    for email, scope in ACCOUNTS.items():
        accounts.create(email, password, scope)
    _hold_talks(admin, today)


def _hold_talks(user: User, today: dt.date) -> None:
    """Let what was said in the last weeks be noted by this account, and a school come forward today."""
    for brin, stage, ago, ahead, text in TALKS:
        if db.session.get(School, brin):
            with week.business_day(today - dt.timedelta(days=ago)):
                talks.note(brin, user.id, stage, text, None if ahead is None else today + dt.timedelta(days=ahead))
    if db.session.get(School, CAME_FORWARD):
        interests.express(CAME_FORWARD, "Contactpersoon bpv", "bpv@school.example", WROTE)


def _rows(chance: random.Random, today: dt.date) -> list[CheckedRow]:
    schools = [brin for brin in SCHOOLS if db.session.get(School, brin)]
    programmes = list(db.session.scalars(sa.select(Programme).order_by(Programme.crebo)))
    return [
        _row(number, chance, today, chance.choice(schools), chance.choice(programmes))
        for number in range(1, PLACEMENTS + 1)
    ]


def _row(number: int, chance: random.Random, today: dt.date, brin: str, programme: Programme) -> CheckedRow:
    trainer = chance.randint(1, PLACEMENTS // 2)
    company = random.Random(trainer)  # noqa: S311
    shares = brin == SHARING
    ends_on = today + dt.timedelta(days=chance.randint(-6, 60))
    return CheckedRow(
        brin=brin,
        agreement_number=f"{number:06d}",
        crebo=programme.crebo,
        pathway=chance.choice(("BOL", "BOL", "BBL")),
        begins_on=ends_on - dt.timedelta(days=chance.choice((70, 140, 300))),
        planned_end_on=ends_on,
        actual_end_on=None,
        status="Definitief",
        company_number=str(100_000_000 + trainer),
        company_name=f"{company.choice(COMPANIES)} {trainer}",
        company_city=company.choice(PLACES),
        region="",
        trainer_name=f"Praktijkopleider {trainer}",
        trainer_address=f"opleider{trainer}@leerbedrijf.example",
        first_name=f"Student {number}" if shares else "",
        student_number=str(100_000 + number) if shares else "",
        student_address=f"student{number}@school.example" if shares else None,
        language=chance.choice(("nl", "nl", "nl", "en")),
    )
