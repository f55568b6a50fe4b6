"""`flask placements load`, with the sample files and with what schools get wrong."""

import csv
import io
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.accounts.models import AuditEntry
from app.extensions import db
from app.placements import loading, writing
from app.placements.models import Company, Placement, StudentContact, Trainer
from tests import builders

SAMPLES = Path(__file__).parent / "samples"
CLEAN, FAULTY = SAMPLES / "placements.csv", SAMPLES / "placements-with-errors.csv"
NOUGHT = {
    "rows": 0,
    "new": 0,
    "changed": 0,
    "same": 0,
    "duplicate": 0,
    "refused": 0,
    "gone": 0,
    "warnings": dict.fromkeys(
        (
            "bad_trainer_address",
            "bad_student_address",
            "student_is_trainer",
            "dropped_no_agreement",
            "unknown_status",
            "erased_before",
        ),
        0,
    ),
    "reasons": dict.fromkeys(
        (
            "missing_value",
            "unknown_school",
            "unknown_programme",
            "lost_digits",
            "month_first",
            "bad_date",
            "end_before_start",
            "unknown_pathway",
            "bad_company",
            "conflicting",
        ),
        0,
    ),
}
HEADER = "brin;pok;crebo;leerweg;begindatum;einddatum;leerbedrijf_id"
ROW = "04CY;{};25786;BOL;01-09-2026;30-11-2026;100018965"


def expected(**counts) -> dict:
    """Return a whole result; counts of warnings and reasons are given by their own names."""
    result = {key: dict(value) if isinstance(value, dict) else value for key, value in NOUGHT.items()}
    for name, n in counts.items():
        place = next((part for part in ("warnings", "reasons") if name in result[part]), None)
        (result[place] if place else result)[name] = n
    return result


def counts(result: dict) -> dict:
    """Return a result without the rows and columns it names."""
    return {key: value for key, value in result.items() if key not in ("warned_rows", "unread", "ask")}


def records(path: Path) -> list[dict[str, str]]:
    """Read a sample: the clean one is cp1252 with semicolons, the faulty one UTF-8 with a BOM and commas."""
    encoding, delimiter = ("cp1252", ";") if path == CLEAN else ("utf-8-sig", ",")
    return list(csv.DictReader(io.StringIO(path.read_text(encoding=encoding)), delimiter=delimiter))


def sharing_schools(path: Path) -> set[str]:
    return {row["brin"] for row in records(path) if row["student_email"]}


@pytest.fixture
def sheet(tmp_path):
    """Write a small sheet and return its path."""

    def write(*lines: str, name: str = "sheet.csv") -> Path:
        path = tmp_path / name
        path.write_text("\n".join(lines), encoding="utf-8")
        return path

    return write


@pytest.fixture
def stored(app):
    """Count the rows of a table, in a context that ends at once."""

    def count(table) -> int:
        with app.app_context():
            return db.session.scalar(sa.select(sa.func.count()).select_from(table))

    return count


def sign(app, path: Path) -> None:
    """Sign with each known school whose sheet gives students' addresses."""
    with app.app_context():
        for brin in sorted(sharing_schools(path) & loading.reference_today().schools):
            builders.sharing_school(brin)


def dropped(path: Path) -> int:
    """Count the rows of schools that do not share; each of them names a student."""
    return sum(row["brin"] not in sharing_schools(path) for row in records(path))


def test_the_clean_sample_loads_whole_and_twice_changes_nothing(app, flask, stored):
    sign(app, CLEAN)
    n, left_out = len(records(CLEAN)), dropped(CLEAN)
    assert counts(flask.json("placements", "load", CLEAN, "--dry-run")) == expected(
        rows=n, new=n, dropped_no_agreement=left_out
    )
    assert stored(Placement) == stored(Trainer) == stored(Company) == 0
    assert counts(flask.json("placements", "load", CLEAN)) == expected(rows=n, new=n, dropped_no_agreement=left_out)
    assert counts(flask.json("placements", "load", CLEAN)) == expected(rows=n, same=n, dropped_no_agreement=left_out)
    assert stored(Placement) == n
    assert stored(StudentContact) == n - left_out


def test_without_agreements_no_student_is_known(flask, stored):
    n = len(records(CLEAN))
    assert counts(flask.json("placements", "load", CLEAN)) == expected(rows=n, new=n, dropped_no_agreement=n)
    assert stored(StudentContact) == 0


def test_an_agreement_signed_later_makes_those_rows_changed(app, flask, stored):
    flask.json("placements", "load", CLEAN)
    sign(app, CLEAN)
    result = flask.json("placements", "load", CLEAN)
    assert result["changed"] == stored(StudentContact) > 0
    assert result["changed"] + result["same"] == len(records(CLEAN))


def test_a_load_that_was_cut_off_is_resumed_by_starting_again(flask, stored, monkeypatch):
    monkeypatch.setattr(loading, "CHUNK", 500)
    write, chunks = writing.write, []

    def cut_off(*arguments):
        chunks.append(arguments)
        if len(chunks) == 2:
            raise KeyboardInterrupt
        write(*arguments)

    monkeypatch.setattr(writing, "write", cut_off)
    flask.run("placements", "load", CLEAN, code=1)
    assert stored(Placement) == 500
    monkeypatch.setattr(writing, "write", write)
    n = len(records(CLEAN))
    resumed = flask.json("placements", "load", CLEAN)
    assert (resumed["new"], resumed["same"]) == (n - 500, 500)


def test_refused_rows_come_back_as_a_sheet(flask, tmp_path):
    report = tmp_path / "report.csv"
    refused = flask.json("placements", "load", FAULTY, "--report", report)["refused"]
    back = list(csv.DictReader(io.StringIO(report.read_text(encoding="utf-8-sig"))))
    assert len(back) == refused > 0
    assert all(row["fout"] for row in back)
    assert list(back[0])[:-1] == list(records(FAULTY)[0])


def test_loading_is_noted(app, flask, sheet):
    flask.json("placements", "load", sheet(HEADER, ROW.format(1)))
    with app.app_context():
        entry = db.session.scalars(sa.select(AuditEntry)).one()
    assert (entry.action, entry.details) == ("placements_loaded", {"rows": 1})


def test_a_dry_run_is_not_noted(flask, sheet, stored):
    flask.json("placements", "load", sheet(HEADER, ROW.format(1)), "--dry-run")
    assert stored(AuditEntry) == 0


def test_progress_goes_to_standard_error(flask, sheet):
    result = flask.run("placements", "load", sheet(HEADER, ROW.format(1)))
    assert "Rows" in result.stderr
    assert "Rows" not in result.stdout


@pytest.mark.parametrize("name", ["BSN", "Onderwijsnummer", "Geboortedatum", "Straat", "Nationaliteit", "Geslacht"])
def test_a_forbidden_column_stops_the_file_and_only_its_name_is_said(flask, sheet, stored, name):
    path = sheet(f"{HEADER};{name}", ROW.format(1) + ";very-private")
    words = flask.refuses("placements", "load", path)
    assert name in words
    assert "very-private" not in words
    assert stored(Placement) == stored(Company) == 0


@pytest.mark.parametrize(
    ("content", "words"),
    [("", "leeg"), ("brin;pok\n04CY;1", "crebo"), (f"{HEADER};brincode\n{ROW.format(1)};04CY", "brincode")],
)
def test_a_file_that_cannot_be_used_exits_with_two(flask, sheet, content, words):
    assert words in flask.refuses("placements", "load", sheet(content))


def test_a_file_that_is_not_there_exits_with_two(flask, tmp_path):
    assert "does not exist" in flask.refuses("placements", "load", tmp_path / "none.csv")


def test_a_report_that_cannot_be_written_stops_before_loading(flask, sheet, stored, tmp_path):
    path = sheet(HEADER, ROW.format(1))
    flask.refuses("placements", "load", path, "--report", tmp_path / "nowhere" / "report.csv")
    assert stored(Placement) == 0


def test_gone_rows_are_counted_and_only_a_complete_file_withdraws_them(app, flask, sheet):
    flask.json("placements", "load", sheet(HEADER, ROW.format(1), ROW.format(2)))
    shorter = sheet(HEADER, ROW.format(1))
    assert flask.json("placements", "load", shorter)["gone"] == 1
    assert flask.json("placements", "load", shorter, "--complete", "04CY", "--dry-run")["gone"] == 1
    assert counts(flask.json("placements", "load", shorter, "--complete", "04cy")) == expected(rows=1, same=1, gone=1)
    assert counts(flask.json("placements", "load", shorter)) == expected(rows=1, same=1)


def test_a_refused_row_of_a_complete_file_is_not_gone(flask, sheet):
    flask.json("placements", "load", sheet(HEADER, ROW.format(1), ROW.format(2)))
    broken = sheet(HEADER, ROW.format(1), ROW.format(2).replace("30-11", "31-11"))
    assert counts(flask.json("placements", "load", broken, "--complete", "04CY")) == expected(
        rows=2, same=1, refused=1, bad_date=1
    )


def test_a_complete_file_of_another_school_withdraws_nothing(flask, sheet):
    path = sheet(HEADER, ROW.format(1))
    assert "no row of 25PM" in flask.refuses("placements", "load", path, "--complete", "25PM")
    assert "no school 99ZZ" in flask.refuses("placements", "load", path, "--complete", "99ZZ")


def test_a_file_without_rows_loads_nothing(flask, sheet):
    assert counts(flask.json("placements", "load", sheet(HEADER))) == NOUGHT


def test_the_name_of_the_file_does_not_matter(flask, tmp_path):
    shutil.copy(CLEAN, tmp_path / "export")
    assert flask.json("placements", "load", tmp_path / "export")["refused"] == 0


def test_the_sample_with_faults_loads_what_is_good(app, flask, stored):
    sign(app, FAULTY)
    once = {
        "rows": 120,
        "duplicate": 1,
        "refused": 8,
        "bad_trainer_address": 1,
        "dropped_no_agreement": 63,
        "conflicting": 2,
        "unknown_school": 1,
        "unknown_programme": 1,
        "bad_date": 1,
        "end_before_start": 1,
        "unknown_pathway": 1,
        "bad_company": 1,
    }
    assert counts(flask.json("placements", "load", FAULTY)) == expected(new=111, **once)
    assert counts(flask.json("placements", "load", FAULTY)) == expected(same=111, **once)
    assert stored(Placement) == 111


def test_formulas_and_scripts_in_the_sample_are_text(app, flask):
    flask.json("placements", "load", FAULTY)
    with app.app_context():
        names = set(db.session.scalars(sa.select(Company.name)))
    assert any(name.startswith("=") for name in names)
    assert any("<script" in name for name in names)
