"""Uploads by page: only checked rows wait, for a day, and confirming twice is once."""

import datetime as dt
import zlib

import pytest
import sqlalchemy as sa

from app import clock
from app.accounts import register
from app.accounts.models import Role
from app.agreements.register import end
from app.extensions import db
from app.placements import loading, reading, uploads
from app.placements.models import Placement, StudentContact, Upload
from tests import builders

HEADER = "brin;pok;crebo;leerweg;begindatum;einddatum;leerbedrijf_id;praktijkopleider_email;email;roepnaam"
GOOD = "04CY;{n};25786;BOL;01-09-2026;30-11-2026;100018965;t{n}@company.example;s{n}@school.example;Sam"
BAD = "99ZZ;bad-row;25786;BOL;01-09-2026;30-11-2026;100018965;secret@company.example;;"


def sheet(*rows: str) -> reading.ReadSheet:
    return reading.read("\n".join([HEADER, *rows]).encode())


@pytest.fixture
def account(context) -> int:
    user = register.create("admin@school.example", "correct horse battery", Role.ADMIN)
    db.session.commit()
    return user.id


@pytest.fixture
def upload(account) -> Upload:
    builders.sharing_school()
    made, _refused = uploads.check(sheet(GOOD.format(n=1), GOOD.format(n=2), BAD), account)
    db.session.commit()
    return made


def confirm(upload: Upload) -> list[int]:
    progress = []
    for n in uploads.confirm(upload):
        progress.append(n)
        db.session.commit()
    db.session.commit()
    return progress


def placements() -> int:
    return db.session.scalar(sa.select(sa.func.count(Placement.id)))


def test_a_dry_run_stores_no_placement(upload):
    assert (upload.summary["new"], upload.summary["refused"], placements()) == (2, 1, 0)


def test_only_checked_rows_are_kept(upload):
    kept = zlib.decompress(upload.rows)
    assert b"t1@company.example" in kept
    assert b"secret@" not in kept


def test_the_refused_rows_are_handed_back(account):
    _upload, refused = uploads.check(sheet(GOOD.format(n=1), BAD), account)
    assert [outcome.row.values[1] for outcome in refused] == ["bad-row"]


def test_confirming_loads_what_was_checked(upload):
    assert confirm(upload) == [2]
    assert placements() == 2
    assert upload.confirmed_at is not None
    assert upload.rows is None


def test_confirming_twice_is_once(upload):
    confirm(upload)
    assert confirm(upload) == []
    assert upload.summary["new"] == 2
    assert placements() == 2


def test_confirming_goes_by_chunks(upload, monkeypatch):
    monkeypatch.setattr(loading, "CHUNK", 1)
    assert confirm(upload) == [1, 2]


def test_the_summary_tells_what_confirming_did(upload):
    builders.load(*uploads._unpacked(upload.rows)[:1])
    confirm(upload)
    assert (upload.summary["new"], upload.summary["same"], upload.summary["refused"]) == (1, 1, 1)


def test_dates_and_empty_values_come_back_as_they_were(account):
    read = sheet(GOOD.format(n=1))
    upload, _refused = uploads.check(read, account)
    (outcome,) = read.outcomes(loading.reference_today())
    assert uploads._unpacked(upload.rows) == [outcome.checked]


def test_students_of_a_school_whose_agreement_ended_meanwhile_are_left_out(upload):
    end(builders.SCHOOL)
    db.session.commit()
    confirm(upload)
    assert placements() == 2
    assert db.session.scalars(sa.select(StudentContact)).all() == []


def test_what_waited_for_a_day_is_erased(upload):
    assert uploads.erase_old() == 0
    builders.set_clock("2026-11-24T12:00:01")
    assert uploads.erase_old() == 1
    db.session.commit()
    assert upload.rows is None
    assert confirm(upload) == []
    assert placements() == 0


def test_erasing_leaves_the_counts(upload):
    builders.set_clock((clock.now() + dt.timedelta(days=2)).isoformat())
    uploads.erase_old()
    db.session.commit()
    assert upload.summary["new"] == 2
