"""`flask results export` and `flask results microdata`."""

import zipfile

import pytest
from pypdf import PdfReader

from app.accounts.models import AuditEntry
from app.results.models import Edition
from tests.builders import SCHOOL
from tests.conftest import on_sqlite
from tests.results import answers
from tests.results.answers import ELSEWHERE, SMALL

pytestmark = on_sqlite


@pytest.fixture
def edition(world):
    return world.act(lambda: answers.edition().id)


@pytest.mark.parametrize("kind", ["csv", "xlsx", "pdf"])
def test_a_scope_is_written_to_a_file(flask, edition, tmp_path, world, kind):
    out = tmp_path / f"out.{kind}"
    given = ("--scope", f"school:{SCHOOL}", "--format", kind, "--out", out)
    assert flask.json("results", "export", *given) == {"written": 1}
    assert out.stat().st_size > 1000
    [entry] = world.rows(AuditEntry, AuditEntry.action == "results_downloaded")
    assert (entry["actor"], entry["brin"], entry["details"]["kind"]) == ("command", SCHOOL, kind)


@pytest.mark.parametrize(("language", "heading"), [("nl", "Voorbereiding"), ("en", "Preparation")])
def test_a_file_is_written_in_a_language(flask, edition, tmp_path, language, heading):
    out = tmp_path / "out.csv"
    flask.run("results", "export", "--scope", "national", "--format", "csv", "--out", out, "--language", language)
    assert heading in out.read_text(encoding="utf-8-sig")


def test_all_schools_get_a_report_and_those_without_figures_are_counted(flask, edition, tmp_path):
    found = flask.json("results", "export", "--all-schools", "--format", "pdf", "--out", tmp_path)
    assert found["written"] == len(list(tmp_path.glob("*.pdf"))) == 1 + len(ELSEWHERE)
    assert found["without_figures"] > 0
    assert PdfReader(tmp_path / f"bpv-{SCHOOL}-2027.pdf").metadata.title.startswith(answers.NAMES[SCHOOL])


@pytest.mark.parametrize(
    ("scope", "words"),
    [(f"school:{SMALL}", "too few"), ("school:99ZZ", "there is no"), ("nonsense", "is no scope")],
)
def test_what_has_no_figures_is_said_and_not_written(flask, edition, tmp_path, scope, words):
    out = tmp_path / "out.pdf"
    assert words in flask.refuses("results", "export", "--scope", scope, "--format", "pdf", "--out", out)
    assert not out.exists()


def test_one_scope_or_all_schools_is_asked_for(flask, edition, tmp_path):
    assert "either" in flask.refuses("results", "export", "--format", "pdf", "--out", tmp_path)


def test_files_of_all_schools_need_a_folder(flask, edition, tmp_path):
    given = ("--all-schools", "--format", "csv", "--out", tmp_path / "nowhere")
    assert "is no folder" in flask.refuses("results", "export", *given)


def test_without_an_edition_there_is_nothing_to_write(flask, tmp_path):
    given = ("--scope", "national", "--format", "csv", "--out", tmp_path / "out.csv")
    assert "no edition" in flask.refuses("results", "export", *given)


def test_microdata_are_written_of_a_published_round_only(flask, edition, world, tmp_path):
    given = ("results", "microdata", "Meting 2026", "--role", "student", "--out", tmp_path / "out.zip")
    assert "not published" in flask.refuses(*given)
    world.act(lambda: answers.published(answers.db.session.get_one(Edition, edition)))
    assert flask.json(*given) == {"rows": 76, "dropped": 0}
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert archive.testzip() is None
        assert len(archive.namelist()) == 6
