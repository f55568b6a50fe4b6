"""Uploads: what waits, for whom, for how long; what is remembered; what can be confirmed and undone."""

import datetime as dt
import json
import zlib

import pytest
import sqlalchemy as sa

from app.accounts import register
from app.accounts.models import Role
from app.agreements.models import Category
from app.agreements.register import end, sign
from app.extensions import db
from app.invitations import helpdesk
from app.invitations.models import Role as SeatRole
from app.placements import loading, packing, upload_work, uploads
from app.placements.columns import Field, ForbiddenColumns, MissingColumns
from app.placements.models import Company, LoadedChunk, Placement, StudentContact, Upload, UploadState
from app.portal import students
from app.privacy import erasing
from tests import builders
from tests.desk.sheets import unpacked, work

HEADER = "brin;pok;crebo;leerweg;begindatum;einddatum;leerbedrijf_id;praktijkopleider_email;email;roepnaam"
GOOD = "04CY;{n};25786;BOL;01-09-2026;30-11-2026;100018965;t{n}@company.example;s{n}@school.example;Sam"
BAD = "99ZZ;bad-row;25786;BOL;01-09-2026;30-11-2026;100018965;secret@company.example;;"


@pytest.fixture
def account(context) -> int:
    user = register.create("admin@school.example", "correct horse battery", Role.ADMIN)
    db.session.commit()
    return user.id


@pytest.fixture
def hand_in(account):
    """Return a function that hands in rows; the school shares its students."""
    builders.sharing_school()

    def hand(*rows: str, header: str = HEADER) -> Upload:
        made = uploads.hand_in("\n".join([header, *rows]).encode(), account, "nl")
        db.session.commit()
        return made

    return hand


@pytest.fixture
def upload(hand_in) -> Upload:
    """Two good rows and a bad one, checked."""
    return after_work(hand_in(GOOD.format(n=1), GOOD.format(n=2), BAD))


def after_work(upload: Upload) -> Upload:
    id_ = upload.id
    work()
    return db.session.get_one(Upload, id_)


def loaded(upload: Upload) -> Upload:
    assert uploads.confirm(upload)
    db.session.commit()
    return after_work(upload)


def undone(upload: Upload) -> Upload:
    assert uploads.ask_undo(upload)
    db.session.commit()
    return after_work(upload)


def placements() -> int:
    return db.session.scalar(sa.select(sa.func.count(Placement.id)))


def test_a_check_stores_no_placement(upload):
    assert (upload.summary["new"], upload.summary["refused"], placements()) == (2, 1, 0)
    assert upload.state == UploadState.CHECKED


def test_the_refused_rows_come_back_until_the_rest_is_loaded(upload):
    assert b"secret@" in upload.report
    assert b"t1@" not in upload.report
    upload = loaded(upload)
    assert (upload.sheet, upload.report) == (None, None)


def test_confirming_loads_what_was_checked(upload):
    upload = loaded(upload)
    assert placements() == 2
    assert upload.state == UploadState.LOADED


def test_confirming_twice_is_once(upload):
    upload = loaded(upload)
    assert not uploads.confirm(upload)
    assert upload.summary["new"] == 2


def test_the_summary_tells_what_loading_did(hand_in):
    both = after_work(hand_in(GOOD.format(n=1), GOOD.format(n=2), BAD)).id
    loaded(after_work(hand_in(GOOD.format(n=1))))
    loaded(db.session.get_one(Upload, both))
    summary = loaded(db.session.get_one(Upload, both)).summary
    assert (summary["new"], summary["same"], summary["refused"]) == (1, 1, 1)


def test_what_another_file_changed_since_is_looked_at_again_before_it_is_loaded(hand_in):
    old, new = GOOD.format(n=1), GOOD.format(n=1).replace("30-11-2026", "15-12-2026")
    first, second = (after_work(hand_in(row)).id for row in (old, new))
    loaded(db.session.get_one(Upload, second))
    stale = loaded(db.session.get_one(Upload, first))
    assert (stale.state, stale.confirmed_at, stale.summary["again"]) == (UploadState.CHECKED, None, True)
    assert (stale.summary["new"], stale.summary["changed"]) == (0, 1)
    assert db.session.scalar(sa.select(Placement.ends_on)) == dt.date(2026, 12, 15)
    assert loaded(stale).state == UploadState.LOADED
    assert db.session.scalar(sa.select(Placement.ends_on)) == dt.date(2026, 11, 30)


def test_what_was_undone_since_is_looked_at_again_too(hand_in):
    first = loaded(after_work(hand_in(GOOD.format(n=1)))).id
    second = after_work(hand_in(GOOD.format(n=1))).id
    undone(db.session.get_one(Upload, first))
    stale = loaded(db.session.get_one(Upload, second))
    assert (stale.state, stale.summary["new"], stale.summary["same"]) == (UploadState.CHECKED, 1, 0)


def test_a_file_of_other_schools_asks_for_no_second_look(hand_in):
    upload = after_work(hand_in(GOOD.format(n=1))).id
    loaded(after_work(hand_in(GOOD.format(n=2).replace("04CY", "25PM"))))
    assert loaded(db.session.get_one(Upload, upload)).state == UploadState.LOADED


def test_students_of_a_school_whose_agreement_ended_meanwhile_are_left_out(upload):
    end(builders.SCHOOL)
    db.session.commit()
    loaded(upload)
    assert placements() == 2
    assert db.session.scalars(sa.select(StudentContact)).all() == []


def erase_old() -> int:
    """Erase what is due; returns how much of it was held by uploads."""
    erased = list(erasing.erase())[-1]
    return erased["uploads"] + erased["loaded_chunks"]


def test_what_waited_for_a_day_is_erased(upload):
    assert erase_old() == 0
    builders.set_clock("2026-11-24T12:00:01")
    assert erase_old() == 1
    db.session.commit()
    assert (upload.sheet, upload.report, upload.state) == (None, None, UploadState.EXPIRED)
    assert not uploads.confirm(upload)
    assert upload.summary["new"] == 2


def test_a_sheet_that_no_worker_took_is_erased_after_a_day_too(hand_in):
    waiting = hand_in(GOOD.format(n=1))
    builders.set_clock("2026-11-24T12:00:01")
    erase_old()
    db.session.commit()
    assert after_work(waiting).state == UploadState.EXPIRED


def test_what_a_worker_has_in_hand_is_not_erased(hand_in):
    hand_in(GOOD.format(n=1))
    builders.set_clock("2026-11-24T12:00:01")
    pieces = upload_work.work()
    next(pieces)
    db.session.commit()
    assert erase_old() == 0


# What is asked and remembered


def test_a_sheet_without_enough_columns_is_refused_as_a_whole(account):
    with pytest.raises(MissingColumns):
        uploads.hand_in(b"a,b\n1,2\n", account, "nl")
    assert db.session.scalar(sa.select(sa.func.count(Upload.id))) == 0


def test_service_numbers_are_refused_while_columns_are_unknown_too(account):
    numbers = ("111222333", "123456782", "999990019", "100000009", "100000010")
    rows = [f"{GOOD.format(n=n)};{bsn}" for n, bsn in enumerate(numbers)]
    with pytest.raises(ForbiddenColumns):
        uploads.hand_in("\n".join([HEADER.replace("brin", "x1") + ";x2", *rows]).encode(), account, "nl")


def name(upload: Upload, **fields: str) -> None:
    uploads.name_columns(upload, {heading: Field(name) for heading, name in fields.items()})
    db.session.commit()


def test_what_schools_in_one_file_disagree_about_is_asked(hand_in):
    header = HEADER.replace("pok", "code") + ";code2"
    one, other = GOOD.format(n=1) + ";x", GOOD.format(n=2).replace("04CY", "25PM") + ";x"
    name(hand_in(one, header=header), code="agreement_number")
    name(hand_in(other, header=header), code2="agreement_number")
    assert hand_in(one, header=header).state == UploadState.CHECKING
    assert hand_in(one, other, header=header).state == UploadState.NAMING


def test_what_was_said_last_holds(hand_in):
    header = HEADER.replace("leerweg", "soort").replace("crebo", "soort2")
    row = GOOD.format(n=1)
    first, second = hand_in(row, header=header), hand_in(row, header=header)
    name(first, soort="crebo", soort2="pathway")
    name(second, soort="pathway", soort2="crebo")
    assert after_work(hand_in(row, header=header)).summary["new"] == 1


# Undoing


def everything() -> list[str]:
    """Return what the database says of placements, but when they were loaded and which trainers were ever known."""
    db.session.rollback()
    tables = ("placements", "student_contacts", "trainer_contacts", "companies")
    return [
        str(tuple(row))
        for name in tables
        for row in db.session.execute(sa.select(db.metadata.tables[name]).order_by(sa.text("1")))
    ]


def test_undoing_makes_it_as_it_was(hand_in):
    loaded(after_work(hand_in(GOOD.format(n=1), GOOD.format(n=2))))
    before = everything()
    changed = GOOD.format(n=1).replace("30-11-2026", "15-12-2026").replace("t1@", "other@").replace("Sam", "Kim")
    second = loaded(after_work(hand_in(changed, GOOD.format(n=2), GOOD.format(n=3))))
    assert everything() != before
    assert undone(second).state == UploadState.UNDONE
    assert everything() == before
    assert db.session.scalar(sa.select(sa.func.count(LoadedChunk.start)).where(LoadedChunk.upload_id == second.id)) == 0


def test_undoing_does_not_bring_students_back_whose_agreement_ended(hand_in):
    loaded(after_work(hand_in(GOOD.format(n=1))))
    second = loaded(after_work(hand_in(GOOD.format(n=1).replace("Sam", "Kim"))))
    end(builders.SCHOOL)
    db.session.commit()
    undone(second)
    assert db.session.scalars(sa.select(StudentContact)).all() == []


def test_undoing_leaves_what_the_desk_corrected_since(hand_in):
    loaded(after_work(hand_in(GOOD.format(n=1))))
    builders.open_round()
    second = loaded(after_work(hand_in(GOOD.format(n=1).replace("Sam", "Kim")))).id
    placement = db.session.scalars(sa.select(Placement)).one()
    helpdesk.correct_address(builders.seat(placement), "student@school.example")
    helpdesk.correct_address(builders.seat(placement, SeatRole.TRAINER), "trainer@company.example")
    db.session.commit()
    assert undone(db.session.get_one(Upload, second)).state == UploadState.UNDONE
    db.session.expire_all()
    placement = db.session.scalars(sa.select(Placement)).one()
    student = placement.student
    assert (student.first_name, student.address) == ("Sam", "student@school.example")
    assert placement.trainer.address == "trainer@company.example"


def test_undoing_leaves_an_address_that_came_with_the_file_and_that_the_desk_corrected(hand_in):
    loaded(after_work(hand_in(GOOD.format(n=1))))
    builders.open_round()
    second = loaded(after_work(hand_in(GOOD.format(n=1).replace("s1@", "x@")))).id
    helpdesk.correct_address(builders.seat(db.session.scalars(sa.select(Placement)).one()), "y@school.example")
    db.session.commit()
    undone(db.session.get_one(Upload, second))
    assert student() == ("Sam", "y@school.example")
    loaded(after_work(hand_in(GOOD.format(n=1))))
    assert student() == ("Sam", "y@school.example")


def student() -> tuple:
    db.session.expire_all()
    return tuple(db.session.execute(sa.select(StudentContact.first_name, StudentContact.address)).one())


def deliver(**values: str) -> None:
    """Let the school put this in for the one student."""
    db.session.expire_all()
    placement = db.session.scalars(sa.select(Placement)).one()
    students.save(builders.SCHOOL, {placement: {Category(name): text for name, text in values.items()}})
    db.session.commit()


def test_undoing_leaves_what_the_school_delivered_since(hand_in):
    loaded(after_work(hand_in(GOOD.format(n=1))))
    second = loaded(after_work(hand_in(GOOD.format(n=1).replace("Sam", "Kim").replace("30-11", "15-12")))).id
    deliver(first_name="Kimberly", address="kim@school.example")
    assert undone(db.session.get_one(Upload, second)).state == UploadState.UNDONE
    assert student() == ("Kimberly", "kim@school.example")
    assert db.session.scalar(sa.select(Placement.ends_on)) == dt.date(2026, 11, 30)


def test_undoing_gives_back_a_student_whom_the_file_left_out_beside_what_was_delivered_since(hand_in):
    loaded(after_work(hand_in(GOOD.format(n=1))))
    second = loaded(after_work(hand_in(GOOD.format(n=1).replace("s1@school.example;Sam", ";")))).id
    deliver(address="sam@school.example")
    undone(db.session.get_one(Upload, second))
    assert student() == ("Sam", "sam@school.example")


def test_a_new_placement_of_which_the_school_delivered_since_is_not_undone(hand_in):
    upload = loaded(after_work(hand_in(GOOD.format(n=1)))).id
    deliver(address="sam@school.example")
    assert undone(db.session.get_one(Upload, upload)).summary["undo_refused"] == {"changed": 1}
    assert student() == ("Sam", "sam@school.example")


def test_a_new_placement_whose_trainer_the_desk_corrected_since_is_not_undone(hand_in):
    upload = loaded(after_work(hand_in(GOOD.format(n=1)))).id
    builders.open_round()
    seat = builders.seat(db.session.scalars(sa.select(Placement)).one(), SeatRole.TRAINER)
    helpdesk.correct_address(seat, "trainer@company.example")
    db.session.commit()
    assert undone(db.session.get_one(Upload, upload)).summary["undo_refused"] == {"changed": 1}


def test_undoing_leaves_a_company_that_another_file_changed_since(hand_in):
    header, row = HEADER + ";leerbedrijf", GOOD + ";{name}"
    loaded(after_work(hand_in(row.format(n=1, name="Old"), header=header)))
    second = loaded(after_work(hand_in(row.format(n=1, name="Mistaken"), header=header))).id
    loaded(after_work(hand_in(row.format(n=2, name="New"), header=header)))
    undone(db.session.get_one(Upload, second))
    assert db.session.scalar(sa.select(Company.name)) == "New"


def test_undoing_brings_a_trainer_back_who_was_erased_when_the_file_named_another(hand_in):
    loaded(after_work(hand_in(GOOD.format(n=1))))
    second = loaded(after_work(hand_in(GOOD.format(n=1).replace("t1@", "other@")))).id
    assert list(erasing.erase())[-1]["trainers"] == 1
    db.session.commit()
    undone(db.session.get_one(Upload, second))
    trainer = db.session.scalars(sa.select(Placement)).one().trainer
    assert (trainer.address, [contact.brin for contact in trainer.contacts]) == ("t1@company.example", ["04CY"])


def test_undoing_brings_nothing_back_that_the_agreement_no_longer_names(hand_in):
    loaded(after_work(hand_in(GOOD.format(n=1))))
    second = loaded(after_work(hand_in(GOOD.format(n=1).replace("s1@", "x@").replace("Sam", "Kim")))).id
    end(builders.SCHOOL)
    sign(builders.SCHOOL, dt.date(2026, 11, 23), categories=[Category.FIRST_NAME])
    db.session.commit()
    undone(db.session.get_one(Upload, second))
    assert student() == ("Sam", None)


def test_what_a_later_file_changed_is_not_undone(hand_in):
    first = loaded(after_work(hand_in(GOOD.format(n=1), GOOD.format(n=2)))).id
    loaded(after_work(hand_in(GOOD.format(n=1).replace("Sam", "Kim"))))
    first = undone(db.session.get_one(Upload, first))
    assert (first.state, placements()) == (UploadState.LOADED, 2)
    assert first.summary["undo_refused"] == {"changed": 1}


def test_a_later_file_that_changed_nothing_hinders_nothing(hand_in):
    first = loaded(after_work(hand_in(GOOD.format(n=1)))).id
    loaded(after_work(hand_in(GOOD.format(n=1))))
    assert undone(db.session.get_one(Upload, first)).state == UploadState.UNDONE


def test_what_was_invited_before_hinders_nothing(hand_in):
    loaded(after_work(hand_in(GOOD.format(n=1))))
    builders.send_batch(builders.open_round())
    second = loaded(after_work(hand_in(GOOD.format(n=1).replace("Sam", "Kim"))))
    assert undone(second).state == UploadState.UNDONE


def test_a_link_opened_since_hinders(hand_in):
    upload = loaded(after_work(hand_in(GOOD.format(n=1))))
    builders.open_round()
    seat = builders.seat(db.session.scalars(sa.select(Placement)).one())
    seat.opened_at = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
    db.session.commit()
    assert undone(upload).summary["undo_refused"] == {"told": 1}


def test_a_refused_undoing_can_be_asked_again(hand_in):
    first = loaded(after_work(hand_in(GOOD.format(n=1)))).id
    second = loaded(after_work(hand_in(GOOD.format(n=1).replace("Sam", "Kim")))).id
    undone(db.session.get_one(Upload, first))
    undone(db.session.get_one(Upload, second))
    assert undone(db.session.get_one(Upload, first)).state == UploadState.UNDONE
    assert placements() == 0


def test_of_an_undoing_that_began_what_somebody_was_told_of_meanwhile_stays(hand_in, monkeypatch):
    monkeypatch.setattr(loading, "CHUNK", 1)
    upload = loaded(after_work(hand_in(GOOD.format(n=1), GOOD.format(n=2))))
    uploads.ask_undo(upload)
    db.session.commit()
    pieces = upload_work.work()
    for _n in range(4):  # taken, two looked at, one undone
        next(pieces)
        db.session.commit()
    builders.send_batch(builders.open_round())
    for _piece in pieces:
        db.session.commit()
    upload = db.session.get_one(Upload, upload.id)
    assert (upload.state, upload.summary["left"], placements()) == (UploadState.UNDONE, 1, 1)


def test_before_images_go_after_a_day(upload):
    upload = loaded(upload)
    builders.set_clock("2026-11-24T12:00:01")
    erase_old()
    db.session.commit()
    assert db.session.scalar(sa.select(sa.func.count(LoadedChunk.start))) == 0
    assert not uploads.ask_undo(upload)
    assert uploads.undo_until(upload) is None


def test_an_undoing_asked_in_time_is_done_though_the_day_is_over_by_then(upload):
    upload = loaded(upload)
    builders.set_clock("2026-11-24T11:59:50")
    assert uploads.ask_undo(upload)
    db.session.commit()
    builders.set_clock("2026-11-24T12:00:05")
    assert erase_old() == 0
    db.session.commit()
    assert (after_work(upload).state, placements()) == (UploadState.UNDONE, 0)


def test_what_was_confirmed_in_time_is_loaded_though_the_day_is_over_by_then(upload):
    builders.set_clock("2026-11-24T11:59:50")
    assert uploads.confirm(upload)
    db.session.commit()
    builders.set_clock("2026-11-24T12:00:05")
    assert erase_old() == 0
    db.session.commit()
    assert (after_work(upload).state, placements()) == (UploadState.LOADED, 2)


# How it is packed


def test_days_and_times_come_back_as_they_were():
    kept = {"on": dt.date(2026, 11, 30), "at": dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC), "none": None, "text": "x"}
    assert packing.unpack(packing.pack(kept)) == kept


def test_a_sheet_keeps_its_row_numbers_and_odd_text(hand_in):
    rows = ["", GOOD.format(n=1).replace("Sam", '"Sam; ""x""\n=1"'), "", "", BAD]
    kept = hand_in(*rows, header="\n" + HEADER)
    sheet = packing.unpack_sheet(kept.sheet, kept.format)
    assert [(row.number, row.values[1], row.values[9]) for row in sheet] == [
        (4, "1", 'Sam; "x"\n=1'),
        (7, "bad-row", ""),
    ]
    assert b"=1" in unpacked(kept.sheet)


def test_a_before_image_is_plain_json(upload):
    loaded(upload)
    kept = db.session.scalars(sa.select(LoadedChunk.before)).one()
    assert len(json.loads(zlib.decompress(kept))["digests"]) == 2
