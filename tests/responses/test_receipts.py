"""Receipts, by page and by command."""

import re

import pytest

from app.accounts.models import AuditEntry
from app.responses import receipts
from tests.conftest import on_sqlite
from tests.responses.ways import answer, receipt_of


@pytest.fixture
def receipt(visitor, world):
    return receipt_of(answer(visitor(), world.place().direct, grade="8", went_well="Heel veel"))


def test_a_receipt_is_twenty_characters_in_groups_of_four():
    assert re.fullmatch(r"([A-Z2-7]{4}-){4}[A-Z2-7]{4}", receipts.new_receipt())
    assert receipts.new_receipt() != receipts.new_receipt()


def test_a_receipt_is_read_as_people_type_it():
    receipt = receipts.new_receipt()
    typed = f" {receipt.lower().replace('-', ' ')} "
    assert receipts.receipt_hash(typed) == receipts.receipt_hash(receipt)


def test_only_a_hash_is_kept(receipt, world):
    assert receipt not in str(world.dump())


@on_sqlite
def test_a_receipt_shows_the_answers(visitor, receipt):
    person = visitor().go("/receipt").press("go", "read", receipt=receipt.lower())
    assert (person.page, "Heel veel" in person.text) == ("receipt", True)


@on_sqlite
def test_the_answers_of_a_receipt_speak_the_other_language_too(visitor, receipt):
    person = visitor().go("/receipt").press("go", "read", receipt=receipt).press("lang", "en")
    assert person.language == "en"
    assert "Heel veel" in person.text


def test_a_receipt_withdraws_for_good(visitor, receipt, world):
    person = visitor().go("/receipt").press("go", "read", receipt=receipt)
    assert person.press("go", "withdraw").page == "receipt"
    assert world.sent() == []
    assert visitor().go("/receipt").press("go", "read", gets=404, receipt=receipt).page == "receipt"


@on_sqlite
def test_withdrawn_answers_cannot_be_sent_again(visitor, world):
    place = world.place()
    receipt = receipt_of(answer(visitor(), place.direct))
    visitor().post("/receipt", receipt=receipt, go="withdraw")
    assert visitor().post(f"{place.direct}/summary", 410, receipt=receipt, go="send").page == "sent"


@on_sqlite
@pytest.mark.parametrize("code", ["x", "AAAA-BBBB-CCCC-DDDD-EEEE", "<script>", "%00", "٣" * 20])
def test_a_code_of_nobody_is_said_so(visitor, app, code):
    person = visitor().go("/receipt").press("go", "read", gets=404, receipt=code)
    assert person.field("receipt")
    assert person.post("/receipt", 404, receipt=code, go="withdraw").page == "receipt"


@on_sqlite
def test_no_code_is_no_error(visitor, app):
    assert visitor().go("/receipt").press("go", "read").page == "receipt"


def test_the_command_reads_answers(flask, receipt):
    read = flask.json("receipts", "read", receipt)
    assert read["answers"] == {"grade": 8, "went_well": "Heel veel"}
    assert (read["month"], read["questionnaire"]) == ("2026-11", "student-2026")


def test_the_command_withdraws_once_and_notes_it(flask, receipt, world):
    assert flask.json("receipts", "withdraw", receipt) == {"withdrawn": 1}
    assert "withdrawn already" in flask.refuses("receipts", "withdraw", receipt)
    assert "no answers" in flask.refuses("receipts", "read", receipt)
    assert "answers_withdrawn" in [entry["action"] for entry in world.rows(AuditEntry)]
