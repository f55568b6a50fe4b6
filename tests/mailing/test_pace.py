"""One rate for all workers: each mail takes the next free moment, whoever asks."""

import threading
import time

import pytest

from app.extensions import db
from app.mailing import pace

pytestmark = pytest.mark.usefixtures("context")


def test_the_first_mail_goes_at_once():
    before = time.time()
    assert before <= pace.take_moment(10) <= time.time()


def test_each_next_mail_goes_a_gap_later():
    first = pace.take_moment(10)
    assert pace.take_moment(10) == pytest.approx(first + 10)
    assert pace.take_moment(10) == pytest.approx(first + 20)


def test_time_nobody_used_is_not_saved_up():
    pace.take_moment(-1000)
    before = time.time()
    assert pace.take_moment(1) >= before


def test_all_workers_share_one_rate(app):
    moments = []

    def take() -> None:
        with app.app_context():
            for _time in range(5):
                moments.append(pace.take_moment(10))
                db.session.commit()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    gaps = [later - sooner for sooner, later in zip(sorted(moments), sorted(moments)[1:], strict=False)]
    assert gaps == pytest.approx([10] * 19)


def test_without_a_rate_nobody_waits_and_nothing_is_asked(app):
    pace.wait()
    assert not db.session().in_transaction()


def test_waiting_leaves_no_transaction_open(app):
    app.config["MAIL_RATE"] = 1000
    pace.wait()
    assert not db.session().in_transaction()
