"""The nightly rewriting of answers: the same content in one transaction, in another order."""

import secrets
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.invitations import rounds
from app.invitations.models import Round
from app.responses import receipts, shuffling
from app.responses.models import CompletionCounter, Response
from tests import builders
from tests.conftest import on_sqlite
from tests.responses.ways import answer


@pytest.fixture
def answers(world):
    """Twenty answers, each written in a transaction of its own; returns their round."""
    world.place()
    round_id = world.rows(Round)[0]["id"]
    for number in range(20):
        world.act(lambda number=number: db.session.add(response(round_id, number)))
    return round_id


def response(round_id: int, number: int) -> Response:
    return Response(
        key=secrets.token_hex(16),
        receipt_hash=f"{number:064d}",
        round_id=round_id,
        month="2026-11",
        role="student",
        channel="copy",
        questionnaire="student-2026",
        brin="04CY",
        crebo="25786",
        pathway="BOL",
        answers={"grade": number % 10 + 1, "problem_kind": ["work"], "went_well": f"tekst {number} é"},
    )


def content(world) -> list[dict]:
    rows = [{name: value for name, value in row.items() if name != "key"} for row in world.sent()]
    return sorted(rows, key=lambda row: row["receipt_hash"])


def test_shuffling_keeps_every_answer_and_changes_every_key(world, answers):
    before, keys = content(world), {row["key"] for row in world.sent()}
    assert world.act(shuffling.shuffle_open_rounds) == 20
    assert content(world) == before
    assert not keys & {row["key"] for row in world.sent()}


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_afterwards_all_rows_share_one_transaction_and_another_order(world, answers, app):
    def stored():
        as_stored = sa.text("SELECT xmin::text, receipt_hash FROM responses ORDER BY ctid")
        return [tuple(row) for row in db.session.execute(as_stored)]

    before = world.act(stored)
    assert len({transaction for transaction, _hash in before}) == 20
    world.act(shuffling.shuffle_open_rounds)
    after = world.act(stored)
    assert len({transaction for transaction, _hash in after}) == 1
    assert [hashed for _transaction, hashed in after] != [hashed for _transaction, hashed in before]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_afterwards_no_counter_tells_in_which_transaction_it_changed(world, answers):
    """A counter changes in the transaction that marks a seat as sent: it would say how long that seat took."""

    def stored():
        return list(db.session.execute(sa.text("SELECT xmin::text, minutes, n FROM completion_counters ORDER BY 2")))

    for minutes in (3, 4):
        values = {"round_id": answers, "role": "student", "channel": "copy", "minutes": minutes, "n": 1}
        world.act(lambda values=values: db.session.add(CompletionCounter(**values)))
    before = world.act(stored)
    world.act(shuffling.shuffle_open_rounds)
    after = world.act(stored)
    assert [row[1:] for row in after] == [row[1:] for row in before] == [(3, 1), (4, 1)]
    assert len({row[0] for row in after}) == 1
    assert not {row[0] for row in after} & {row[0] for row in before}


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_afterwards_no_first_form_tells_in_which_transaction_it_was_sent(world, visitor):
    """Nor, by that, which of a trainer's seats was done in it."""
    trainer = {"trainer_address": "one@company.example"}
    for place in world.places(trainer, trainer, {}):
        answer(visitor(), place.part)

    def transactions(table):
        return set(world.act(lambda: db.session.scalars(sa.text(f"SELECT xmin::text FROM {table}")).all()))

    assert len(transactions("first_forms")) == 2
    world.act(shuffling.shuffle_open_rounds)
    assert len(transactions("first_forms")) == 1
    assert not transactions("first_forms") & transactions("invitations")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_an_answer_that_comes_in_meanwhile_is_not_lost(world, answers, app, monkeypatch):
    class Late(secrets.SystemRandom):
        def shuffle(self, rows):
            with app.app_context():
                db.session.add(response(answers, 99))
                db.session.commit()
            super().shuffle(rows)

    monkeypatch.setattr(shuffling.secrets, "SystemRandom", Late)
    world.act(shuffling.shuffle_open_rounds)
    assert len(world.sent()) == 21


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_withdrawing_during_a_shuffle_withdraws(world, app, answers):
    receipt = receipts.new_receipt()
    world.act(lambda: db.session.add(response(answers, 99)))
    world.act(lambda: db.session.execute(_with_receipt(receipt)))
    with app.app_context(), ThreadPoolExecutor(1) as other:
        shuffling.shuffle_open_rounds()
        withdrawal = other.submit(world.act, lambda: receipts.withdraw(receipt))
        _wait_until_someone_waits()
        db.session.commit()
        assert withdrawal.result(10) is True
    assert len(world.sent()) == 20


def _with_receipt(receipt: str) -> sa.Update:
    changed = sa.update(Response).where(Response.receipt_hash == f"{99:064d}")
    return changed.values(receipt_hash=receipts.receipt_hash(receipt))


def _wait_until_someone_waits() -> None:
    waiting = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    until = time.monotonic() + 10
    while time.monotonic() < until and not db.session.scalar(waiting):
        time.sleep(0.02)


@on_sqlite
@pytest.mark.parametrize(("day", "n"), [("2027-09-01", 20), ("2027-09-10", 0)])
def test_a_round_that_just_closed_is_shuffled_once_more(world, answers, day, n):
    world.today(day)
    world.set(Round, answers, closes_on=builders.dt.date(2027, 8, 28))
    assert world.act(shuffling.shuffle_open_rounds) == n


@on_sqlite
def test_a_round_closed_by_hand_is_shuffled_once_more(world, answers):
    world.act(lambda: rounds.close_round(db.session.get_one(Round, answers)))
    assert world.act(shuffling.shuffle_open_rounds) == 20
    world.today("2026-12-24")
    assert world.act(shuffling.shuffle_open_rounds) == 0
