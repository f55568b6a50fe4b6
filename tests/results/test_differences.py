"""Differences: none is named where there is none, and none that the margin of the same figure contradicts."""

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from app.invitations.models import Role
from app.questionnaires import loader
from app.results import differences, figures
from app.results.counting import Tally
from app.results.figures import Base
from app.results.report import Report
from app.results.scopes import Scope
from app.results.thresholds import Precision
from bench import equal_schools

ANSWERS = {
    "grade": st.dictionaries(st.sampled_from([str(grade) for grade in range(1, 11)]), st.integers(1, 60), min_size=1),
    "guidance_school": st.dictionaries(st.sampled_from(["1", "2", "3", "4", "5"]), st.integers(1, 60), min_size=1),
}
BOTH = st.fixed_dictionaries(ANSWERS)


def report(answers: dict[str, dict[str, int]], many: int = 1) -> Report:
    """Return a report of these answers, each given so many times as often, and weighted where many gave them."""
    asked = next(one for one in loader.load_all().values() if one.role == Role.STUDENT)
    tallies = {
        id_: {value: Tally(n * many, n * many, n * many, float(n), n * 2.5) for value, n in counted.items()}
        for id_, counted in answers.items()
    }
    base = Base(weighted=many > 1)
    made = {id_: figures.of_question(asked.question(id_), told, base) for id_, told in tallies.items()}
    now = dt.datetime.now(dt.UTC)
    return Report(0, now, asked, Role.STUDENT, Scope(), 100, 100, True, Precision.FULL, {}, made, ())


def test_schools_that_do_not_differ_are_rarely_said_to():
    assert equal_schools.share_with_findings(80, seed=2) <= equal_schools.MOST


@settings(deadline=None)
@given(ours=BOTH, theirs=BOTH, many=st.sampled_from([1, 3, 40]))
def test_what_is_named_lies_outside_the_margin_that_stands_beside_it(ours, theirs, many):
    for one in differences.named(report(ours), report(theirs, many)):
        assert not one.ours.low <= one.theirs.value <= one.ours.high


def test_how_large_a_difference_shows_depends_on_how_many_answered():
    few, many = (report({"guidance_school": {"5": 6 * n, "2": 4 * n}}) for n in (6, 40))
    theirs = report({"guidance_school": {"5": 6000, "2": 4000}})
    least = [differences.least_that_shows(ours, theirs) for ours in (few, many)]
    assert [question for question, _least in least] == ["guidance_school"] * 2
    assert least[0][1] > 2 * least[1][1] > 0
    graded = report({"grade": {"8": 40}})
    assert differences.least_that_shows(graded, graded) is None
