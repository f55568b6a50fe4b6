"""The work on an upload survives its workers: leases, going on, beginning again, giving up."""

import datetime as dt
import threading

import pytest
import sqlalchemy as sa

from app import clock
from app.extensions import db
from app.placements import loading, upload_work, uploads
from app.placements.models import LoadedChunk, Placement, Upload, UploadState
from app.placements.upload_work import LeaseLost
from app.worker import jobs
from tests.desk.sheets import work
from tests.placements.test_uploads import GOOD, account, after_work, hand_in, placements

__all__ = ["account", "hand_in"]  # fixtures


@pytest.fixture(autouse=True)
def one_row_at_a_time(monkeypatch):
    monkeypatch.setattr(loading, "CHUNK", 1)


@pytest.fixture
def waiting(hand_in) -> Upload:
    return hand_in(*(GOOD.format(n=n) for n in range(1, 5)))


@pytest.fixture
def confirmed(waiting) -> Upload:
    upload = after_work(waiting)
    uploads.confirm(upload)
    db.session.commit()
    return db.session.get_one(Upload, upload.id)


def take(pieces: int):
    """Do so many pieces of what waits, and commit each; returns the worker, who still holds the lease."""
    worker = upload_work.work()
    for _n in range(pieces):
        next(worker)
        db.session.commit()
    return worker


def end_leases() -> None:
    db.session.execute(sa.update(Upload).values(lease_until=clock.machine_now() - dt.timedelta(seconds=1)))
    db.session.commit()


def fresh(upload: Upload) -> Upload:
    db.session.expire_all()
    return db.session.get_one(Upload, upload.id)


def test_nothing_waits_for_a_worker_at_first(context):
    assert not jobs.work(threading.Event())


def test_how_far_it_is_can_be_seen_meanwhile(waiting):
    worker = take(4)
    assert (fresh(waiting).done, waiting.total, waiting.state) == (2, 4, UploadState.CHECKING)
    db.session.rollback()
    worker.close()


def test_what_one_worker_has_no_other_takes(waiting):
    worker = take(2)
    assert list(upload_work.work()) == []
    db.session.rollback()
    worker.close()


def test_two_workers_at_the_same_time_take_it_once(app, waiting):
    gate, taken = threading.Barrier(2), []

    def claim() -> None:
        with app.app_context():
            gate.wait()
            upload = upload_work._claim()
            db.session.commit()
            taken.append(upload is not None)

    threads = [threading.Thread(target=claim) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [False, True]


def test_a_check_cut_off_begins_again_and_counts_nothing_twice(waiting):
    dead = take(4)
    end_leases()
    upload = after_work(waiting)
    assert (upload.state, upload.summary["new"], upload.summary["rows"]) == (UploadState.CHECKED, 4, 4)
    with pytest.raises(LeaseLost):
        next(dead)
    db.session.rollback()


def test_a_load_cut_off_goes_on_where_it_was(confirmed):
    dead = take(4)
    assert (fresh(confirmed).done, placements()) == (2, 2)
    db.session.rollback()
    end_leases()
    upload = after_work(confirmed)
    assert (upload.state, upload.summary["new"], upload.summary["same"], placements()) == (UploadState.LOADED, 4, 0, 4)
    assert db.session.scalar(sa.select(sa.func.count(LoadedChunk.start))) == 4
    db.session.rollback()
    with pytest.raises(LeaseLost):
        next(dead)
    db.session.rollback()
    assert placements() == 4


def test_what_a_worker_did_after_it_lost_its_lease_is_not_kept(confirmed):
    dead = take(2)
    end_leases()
    worker = take(2)
    with pytest.raises(LeaseLost):
        next(dead)
    db.session.rollback()
    assert placements() == 0
    for _piece in worker:
        db.session.commit()
    assert (placements(), fresh(confirmed).summary["new"]) == (4, 4)


def test_an_undoing_cut_off_goes_on_where_it_was(confirmed):
    upload = after_work(confirmed)
    uploads.ask_undo(upload)
    db.session.commit()
    dead = take(7)  # taken, four looked at, two undone
    assert placements() == 2
    db.session.rollback()
    end_leases()
    assert after_work(upload).state == UploadState.UNDONE
    assert placements() == 0
    with pytest.raises(LeaseLost):
        dead.close()
    db.session.rollback()


def test_told_to_stop_a_worker_leaves_the_rest_to_the_next_at_once(confirmed):
    stopping = threading.Event()
    stopping.set()
    assert jobs.work(stopping)
    upload = fresh(confirmed)
    assert (upload.state, upload.lease_until, upload.attempts) == (UploadState.LOADING, None, 0)
    db.session.rollback()
    work()
    assert placements() == 4


def test_what_fails_is_tried_three_times_and_then_given_up(confirmed, monkeypatch):
    monkeypatch.setattr(loading, "sift", lambda *_rows: 1 / 0)
    for _n in range(4):
        work()
        end_leases()
    upload = fresh(confirmed)
    assert (upload.state, upload.attempts, placements()) == (UploadState.FAILED, 3, 0)


def test_the_same_file_again_loads_what_a_failed_one_left(confirmed, hand_in):
    dead = take(4)
    again = after_work(hand_in(*(GOOD.format(n=n) for n in range(1, 5))))
    assert (again.summary["new"], again.summary["same"]) == (2, 2)
    db.session.rollback()
    dead.close()


def test_loaded_placements_are_the_same_as_by_command(confirmed):
    after_work(confirmed)
    numbers = db.session.scalars(sa.select(Placement.agreement_number).order_by(Placement.agreement_number)).all()
    assert numbers == ["1", "2", "3", "4"]
