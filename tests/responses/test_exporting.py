"""The answers of a round as a CSV file."""

import csv

import pytest

from app.accounts.models import AuditEntry
from tests.responses.ways import answer


def read(path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


@pytest.fixture
def answered(world, visitor):
    place = world.place()
    text = '=HYPERLINK("http://x")'
    answer(visitor(), place.direct, grade="8", problem="yes", problem_kind=["work", "other"], went_well=text)
    answer(visitor(), place.part, grade="3")


def test_one_row_per_answer_with_its_background(flask, answered, tmp_path, world):
    assert flask.json("responses", "export", "Meting 2026", "--out", tmp_path / "out.csv") == {"responses": 2}
    trainer, student = sorted(read(tmp_path / "out.csv"), key=lambda row: row["role"], reverse=True)
    assert (student["grade"], student["pathway"], student["channel"]) == ("8", "BOL", "direct")
    assert (trainer["grade"], trainer["status"]) == ("3", "")
    assert "responses_exported" in [entry["action"] for entry in world.rows(AuditEntry)]


def test_several_answers_stand_in_one_cell_and_formulas_are_text(flask, answered, tmp_path):
    flask.run("responses", "export", "Meting 2026", "--out", tmp_path / "out.csv")
    student = next(row for row in read(tmp_path / "out.csv") if row["role"] == "student")
    assert student["problem_kind"] == "work|other"
    assert not student["went_well"].startswith("=")


def test_nothing_that_leads_to_a_person_is_written(flask, answered, tmp_path, world):
    flask.run("responses", "export", "Meting 2026", "--out", tmp_path / "out.csv")
    columns = set(read(tmp_path / "out.csv")[0])
    assert not columns & {"key", "receipt_hash", "invitation_id", "agreement_number", "company_number"}


def test_an_unknown_round_and_a_folder_that_is_not_there_are_refused(flask, answered, tmp_path):
    flask.refuses("responses", "export", "Meting 1999", "--out", tmp_path / "out.csv")
    flask.refuses("responses", "export", "Meting 2026", "--out", tmp_path / "none" / "out.csv")
