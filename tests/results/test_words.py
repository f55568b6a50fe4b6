"""Figures in words, where more than a number is said."""

import pytest

from app import languages
from app.invitations.models import Role
from app.questionnaires import loader
from app.results import report, words
from app.results.figures import Figure
from app.results.report import Theme
from app.results.scopes import Scope
from app.results.thresholds import Precision
from tests.builders import SCHOOL
from tests.conftest import on_sqlite
from tests.results import answers

BEST = (0.9, 0.85, 0.95)


@pytest.fixture
def english(context):
    with languages.force_locale("en"):
        yield


def theme(value: float, low: float, high: float, at: int = 0) -> Theme:
    page = next(one for one in loader.load_all().values() if one.role == "student").asked_with().pages[at]
    return Theme(
        page, Figure("grade", "satisfaction", "satisfied", Precision.FULL, 50, value=value, low=low, high=high)
    )


@on_sqlite
def test_themes_whose_margins_do_not_overlap_differ_clearly(english):
    (_title, said), (_other, weakest) = words.extremes((theme(*BEST), theme(0.6, 0.5, 0.7, 1)))
    assert said == "90 % satisfied, margin 85–95 %."
    assert weakest == "60 % satisfied, margin 50–70 %. Clearly lower: the margins do not overlap."


@on_sqlite
def test_themes_whose_margins_overlap_may_differ_by_chance(english):
    found = words.extremes((theme(*BEST), theme(0.8, 0.7, 0.86, 1)))
    assert "may be chance" in found[1][1]


@on_sqlite
def test_without_two_themes_none_is_strongest(english):
    assert words.extremes(None) == []


@on_sqlite
def test_where_nothing_stands_out_it_is_said_how_small_a_difference_cannot_show(english):
    edition = answers.edition(mason=40)
    shown = report.make(edition, Role.STUDENT, Scope("school", SCHOOL))
    said = words.no_difference(shown, report.elsewhere(edition, shown))
    assert (
        "a difference of 25 percentage points on “Guidance by the school” would be found in four of five cases" in said
    )
    assert shown.extremes is not None


@on_sqlite
def test_of_few_persons_no_number_is_named(english):
    shown = report.make(answers.edition(), Role.STUDENT, Scope("school", SCHOOL, pathway="BBL"))
    assert "of 7 persons only a very large difference would show" in words.no_difference(shown, shown)
    assert shown.extremes is None


def test_only_what_is_an_answer_has_a_share():
    figure = Figure("one", "yes_no", "yes", Precision.FULL, shares={"yes": 0.8, "no": 0.2, "unknown": 0.1})
    assert [value for value in (*figure.shares, "skipped") if words.has_share(figure, value)] == ["yes", "no"]
