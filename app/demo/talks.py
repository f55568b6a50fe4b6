"""Talks about agreements in the demonstration: several stages, one overdue, and a school that wrote to us."""

import datetime as dt

from app.accounts.models import User
from app.agreements import interests, talks
from app.agreements.models import Stage
from app.demo.week import business_day
from app.extensions import db
from app.reference.models import School

# School, stage, days ago, days until it is taken up again, what was said.
SAID = (
    ("25LJ", Stage.SIGNED, 20, 60, "Eerste bestand met adressen geladen; over twee maanden samen de cijfers bekijken."),
    ("25PM", Stage.INTERESTED, 30, None, "Wil weten wat leerlingen merken. Privacybijsluiter gestuurd."),
    ("25PM", Stage.IN_TALKS, 9, 5, "De functionaris gegevensbescherming leest het model."),
    ("01OE", Stage.IN_TALKS, 25, -3, "Terugbellen na het overleg van de bpv-coördinatoren."),
    ("25LH", Stage.DECLINED, 40, 120, "Dit schooljaar niet; na de zomer opnieuw vragen."),
)
INTERESTED = "04CY"
TEXT = "Wij willen onze studenten graag zelf laten mailen. Wat moeten wij daarvoor aanleveren?"


def hold(user: User, today: dt.date) -> None:
    """Let what was said in the last weeks be noted by this account, and a school come forward today."""
    for brin, stage, ago, ahead, text in SAID:
        if db.session.get(School, brin):
            with business_day(today - dt.timedelta(days=ago)):
                talks.note(brin, user.id, stage, text, None if ahead is None else today + dt.timedelta(days=ahead))
    if db.session.get(School, INTERESTED):
        interests.express(INTERESTED, "Contactpersoon bpv", "bpv@school.example", TEXT)
