"""Fills a database with as many placements, seats and mails as a year has; all of it invented, the same each time.

Key and address hashes are the product's own, so that search finds people. Row digests are made up: a sheet loaded over
this would find every placement changed. Half of the round lies behind us, see bench/past.py; `--fresh` leaves that out.
"""

import argparse
import datetime as dt
import os
import random
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

import config
from app import clock, create_app
from app.accounts import register as accounts
from app.accounts.models import Role, User
from app.agreements import register as agreements
from app.extensions import db
from app.hashing import address_hash
from app.invitations import rounds
from app.invitations.models import Round
from app.mailing.models import OptOut
from app.placements.loading import key_hash
from app.placements.models import Company, Placement, StudentContact, Trainer, TrainerContact
from app.reference.models import Programme, Region, School
from bench import past

ADMIN = "admin@example.org"
PASSWORD = "crowd-of-the-bench"  # of an invented administrator
ROUND = "Meting"
CHUNK = 20_000
STUDENTS_PER_TRAINER = 2.2
SHARING = 10  # schools under agreement
BEFORE, AFTER = 150, 140  # days of the round before and after today; ends lie up to 150 days either way
STATUSES = ["Definitief"] * 92 + ["Beëindigd"] * 3 + ["Voorlopig"] * 2 + ["Afgemeld"] * 2 + ["Afgewezen"]


def environment(url: str) -> dict[str, str]:
    """Return the environment in which a crowd's links and hashes are read as they were written."""
    return {"DATABASE_URL": url, "BPV_NOW": ""}


def build(url: str, placements: int, *, fresh: bool = False) -> Flask:
    """Migrate an empty database and fill it; returns an application for it."""
    app = create_app(config.load(os.environ | environment(url)))
    with app.app_context():
        upgrade(directory=str(Path(__file__).resolve().parents[1] / "migrations"))
        fill(placements, fresh=fresh)
        db.engine.dispose()
    return app


def fill(placements: int, *, fresh: bool = False) -> Round:
    """Fill the database of the current application and commit; returns the running round."""
    _hurry()
    if db.session.scalar(sa.select(Placement.id).limit(1)):
        raise SystemExit("This database holds placements already; give an empty one.")
    schools = list(db.session.scalars(sa.select(School.brin).order_by(School.brin)))
    if not db.session.scalar(sa.select(User.id).limit(1)):
        accounts.create(ADMIN, PASSWORD, Role.ADMIN)
    today = clock.today()
    for brin in schools[:SHARING]:
        agreements.sign(brin, today - dt.timedelta(days=200))
    trainers = max(1, int(placements / STUDENTS_PER_TRAINER))
    regions = list(db.session.scalars(sa.select(Region.name).order_by(Region.name)))
    _insert(Company, (_company(number, regions) for number in range(trainers // 4 + 1)))
    _insert(Trainer, (_trainer(number) for number in range(1, trainers + 1)))
    _insert(OptOut, (_opt_out(number) for number in range(7, trainers + 1, 200)))
    _insert(Placement, _placements(placements, trainers, schools, today))
    _insert(StudentContact, _students(schools[:SHARING]))
    _name_trainers()
    _set_sequences()
    round_ = rounds.open_round(ROUND, today - dt.timedelta(days=BEFORE), today + dt.timedelta(days=AFTER))
    db.session.commit()
    past.analyse()
    if not fresh:
        past.live(round_, today)
        past.analyse()
    return round_


def _hurry() -> None:
    """Let SQLite write without waiting for its disk, and keep its pages in memory."""
    if db.engine.dialect.name == "sqlite":
        db.session.rollback()
        db.engine.dispose()
        sa.event.listen(db.engine, "connect", _hurry_sqlite)


def _hurry_sqlite(connection: Any, _record: Any) -> None:
    for pragma in ("synchronous=OFF", "secure_delete=OFF", "cache_size=-1000000", "wal_autocheckpoint=100000"):
        connection.execute(f"PRAGMA {pragma}")


def _insert(model: Any, rows: Iterable[dict[str, Any]]) -> None:
    rows = iter(rows)
    while chunk := list(islice(rows, CHUNK)):
        db.session.execute(sa.insert(model.__table__), chunk)
        db.session.commit()


def _company(number: int, regions: list[str]) -> dict[str, Any]:
    return {
        "number": str(100_000_000 + number),
        "name": f"Leerbedrijf {number}",
        "city": f"Plaats {number % 300}",
        "region": regions[number % len(regions)],
    }


def _trainer(number: int) -> dict[str, Any]:
    address = f"trainer{number}@company.example"
    return {"id": number, "address": address, "address_hash": address_hash(address)}


def _opt_out(number: int) -> dict[str, Any]:
    return {"address_hash": address_hash(f"trainer{number}@company.example"), "at": clock.now()}


def _placements(n: int, trainers: int, schools: list[str], today: dt.date) -> Iterator[dict[str, Any]]:
    chance = random.Random(2026)
    wanted = sa.select(Programme.crebo, Programme.pathways).order_by(Programme.crebo)
    programmes = [(crebo, pathways.split("|")) for crebo, pathways in db.session.execute(wanted)]
    now = clock.now()
    for number in range(1, n + 1):
        trainer = chance.randint(1, trainers)
        brin = schools[int(len(schools) * chance.random() ** 1.5)]
        crebo, pathways = chance.choice(programmes)
        ends_on = today + dt.timedelta(days=chance.randrange(-BEFORE, BEFORE))
        pok = f"{number:07d}"
        hashed = key_hash(brin, pok)
        yield {
            "id": number,
            "key_hash": hashed,
            "row_digest": hashed[::-1],
            "brin": brin,
            "agreement_number": pok,
            "crebo": crebo,
            "pathway": chance.choice(pathways),
            "begins_on": ends_on - dt.timedelta(days=chance.choice((70, 140, 300))),
            "planned_end_on": ends_on,
            "actual_end_on": None,
            "status": chance.choice(STATUSES),
            "company_number": str(100_000_000 + trainer // 4),
            "trainer_id": None if chance.random() < 0.04 else trainer,
            "language": chance.choice(("nl", "nl", "nl", "nl", "en", None)),
            "loaded_at": now,
        }


def _students(sharing: list[str]) -> Iterator[dict[str, Any]]:
    """What the schools under agreement say of their students; one in twelve has no address."""
    for id_ in db.session.scalars(sa.select(Placement.id).where(Placement.brin.in_(sharing))).all():
        address = f"student{id_}@students.example" if id_ % 12 else None
        yield {
            "placement_id": id_,
            "first_name": f"Student {id_}",
            "student_number": str(1_000_000 + id_),
            "address": address,
            "address_hash": address_hash(address) if address else None,
        }


def _name_trainers() -> None:
    """Give each trainer a name at every school that has placements there."""
    name = sa.literal("Praktijkopleider ").concat(sa.cast(Placement.trainer_id, sa.String))
    pairs = sa.select(Placement.trainer_id, Placement.brin, name).where(Placement.trainer_id.is_not(None)).distinct()
    db.session.execute(sa.insert(TrainerContact).from_select(["trainer_id", "brin", "name"], pairs))
    db.session.commit()


def _set_sequences() -> None:
    """Let PostgreSQL go on counting behind the numbers given here; SQLite does so by itself."""
    if db.engine.dialect.name == "postgresql":
        for table in ("trainers", "placements"):
            db.session.execute(sa.text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"))


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.crowd", description="Fill a database, migrating it first.")
    parser.add_argument("--database", required=True, help="sqlite:///path or postgresql://user@host/name")
    parser.add_argument("--placements", type=int, required=True)
    parser.add_argument("--fresh", action="store_true", help="nobody was invited yet")
    given = parser.parse_args()
    begun = time.monotonic()
    build(given.database, given.placements, fresh=given.fresh)
    print(f"{given.placements} placements in {time.monotonic() - begun:.0f} s; {ADMIN} signs in with {PASSWORD}")


if __name__ == "__main__":
    main()
