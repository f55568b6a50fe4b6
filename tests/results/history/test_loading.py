"""`flask history load`: what is stored, again, and not at all."""

import pytest
import sqlalchemy as sa

from app.accounts.models import AuditEntry
from app.extensions import db
from app.results.history import loading as history_loading
from app.results.models import HistoryFigure
from tests.results.history.figures import line, text, written


def stored() -> list[HistoryFigure]:
    return list(db.session.scalars(sa.select(HistoryFigure).order_by(HistoryFigure.id)))


def count() -> int:
    return db.session.scalar(sa.select(sa.func.count(HistoryFigure.id)))


def test_all_published_figures_are_loaded(context, flask):
    found = flask.json("history", "load")
    assert found == {
        "rows": 81,
        "new": 81,
        "changed": 0,
        "same": 0,
        "of_schools": 0,
        "comparable": 71,
        "unknown": [],
    }
    assert count() == 81


def test_loading_again_changes_nothing(context, flask):
    flask.json("history", "load")
    found = flask.json("history", "load", history_loading.PUBLISHED)
    assert (found["new"], found["changed"], found["same"]) == (0, 0, 81)
    assert count() == 81


def test_a_figure_that_is_there_is_updated(context, flask, tmp_path):
    flask.json("history", "load", written(tmp_path, line(), line(year=2020)))
    found = flask.json("history", "load", written(tmp_path, line(value='"8,4"', n=900)))
    assert (found["new"], found["changed"], found["same"]) == (0, 1, 0)
    assert [(one.year, one.value, one.n) for one in stored()] == [(2019, "8,4", 900), (2020, "8.1", None)]


def test_figures_of_schools_stand_beside_the_national_one(context, flask, tmp_path):
    found = flask.json("history", "load", written(tmp_path, line(), line(brin="04CY"), line(brin="25pm")))
    assert (found["new"], found["of_schools"], found["comparable"]) == (3, 2, 3)
    assert [one.brin for one in stored()] == [None, "04CY", "25PM"]


def test_a_metric_the_mapping_lacks_is_stored_and_named(context, flask, tmp_path):
    path = written(tmp_path, line(), line(breakdown="level 4"), line(metric="grade for the canteen"))
    found = flask.json("history", "load", path)
    assert (found["new"], found["comparable"]) == (3, 1)
    assert found["unknown"] == ["grade (student, level 4)", "grade for the canteen (student)"]


def test_with_one_mistake_nothing_is_stored(context, flask, tmp_path):
    flask.json("history", "load", written(tmp_path, line()))
    words = flask.refuses("history", "load", written(tmp_path, line(value=9), line(brin="99XX"), line(year="x")))
    assert "line 3, brin: there is no school '99XX'" in words
    assert "line 4, year: 'x' is no year" in words
    assert [one.value for one in stored()] == ["8.1"]
    assert db.session.scalar(sa.select(sa.func.count(AuditEntry.id))) == 1


def test_a_year_is_held_against_the_business_clock(context, flask, tmp_path):
    flask.json("history", "load", written(tmp_path, line(year=2026)))
    assert "2027 is yet to come" in flask.refuses("history", "load", written(tmp_path, line(year=2027)))


def test_a_file_that_is_not_there_cannot_be_used(flask, tmp_path):
    assert "does not exist" in flask.refuses("history", "load", tmp_path / "nowhere.csv")


def test_loading_stands_in_the_audit_log_with_its_counts(context, flask, tmp_path):
    flask.json("history", "load", written(tmp_path, line(), line(year=2020)))
    (entry,) = db.session.scalars(sa.select(AuditEntry))
    assert (entry.action, entry.details) == ("history_loaded", {"rows": 2, "new": 2, "changed": 0})


def test_without_json_the_counts_are_lines(flask, tmp_path):
    shown = flask.run("history", "load", written(tmp_path, line(), line(metric="other")))
    assert "unknown     other (student)" in shown.stdout.splitlines()


@pytest.mark.parametrize("brin", [None, "04CY"])
def test_the_database_keeps_no_figure_twice(context, tmp_path, brin):
    path = tmp_path / "figures.csv"
    path.write_text(text(line(brin=brin or "")), encoding="utf-8")
    history_loading.load(path)
    (figure,) = stored()
    names = ("year", "role", "metric", "breakdown", "brin", "value", "unit")
    db.session.add(HistoryFigure(**{name: getattr(figure, name) for name in names}))
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()
