"""Figures of earlier years, read: trends of our questions, what was published, and how many answered."""

import pytest

from app.results.history import loading as history_loading
from app.results.history import metrics
from app.results.history import reading as history
from tests.results.history.figures import line, written


@pytest.fixture
def published(context):
    """The figures the product carries, loaded."""
    history_loading.load()


@pytest.fixture
def load(context, tmp_path):
    """Return a loader of lines."""
    return lambda *lines: history_loading.load(written(tmp_path, *lines))


def trend(*wanted: str, **of: str) -> dict[int, float]:
    return {figure.year: figure.value for figure in history.figures(*wanted, **of)}


@pytest.mark.parametrize(
    ("wanted", "values"),
    [
        (("grade", "mean", "student"), [8.0, 8.0, 8.0, 8.1, 8.1, 8.2, 8.4, 8.4]),
        (("grade", "mean", "trainer"), [7.5, 7.5, 7.5, 7.5, 7.5, 7.6, 7.6, 7.5]),
    ],
)
def test_the_grade_is_there_for_every_year_since_2016(published, wanted, values):
    assert trend(*wanted) == dict(zip(range(2016, 2024), values, strict=True))


@pytest.mark.parametrize(
    ("wanted", "values"),
    [
        (("prepared_by_school", "satisfied", "student"), {2016: 70, 2017: 78, 2022: 61}),
        (("prepared_by_school", "satisfied", "trainer"), {2020: 74, 2022: 77, 2023: 74}),
        (("prepared_by_company", "satisfied", "student"), {2019: 69, 2020: 69}),
        (("guidance_company", "satisfied", "student"), {2020: 91, 2021: 92, 2022: 94, 2023: 93}),
        (("guidance_school", "satisfied", "student"), {2021: 62, 2022: 54, 2023: 55}),
        (("guidance_school", "satisfied", "trainer"), {2022: 68}),
        (("guidance_school", "dissatisfied", "student"), {2023: 12}),
        (("effort_motivation", "satisfied", "trainer"), {2021: 85, 2022: 82, 2023: 81}),
        (("goals_attainable", "satisfied", "student"), {2022: 93, 2023: 93}),
        (("goals_attainable", "satisfied", "trainer"), {2022: 88, 2023: 87}),
        (("work_delivered", "satisfied", "trainer"), {2018: 89}),
        (("learned_enough", "satisfied", "student"), {2018: 92}),
        (("contact_satisfaction", "satisfied", "student"), {2020: 83}),
        (("contact_satisfaction", "satisfied", "trainer"), {2020: 72}),
        (("agreements_made", "value:yes", "all"), {2016: 75}),
        (("contact_amount", "value:too_little", "all"), {2018: 25}),
        (("talk_start", "value:yes", "all"), {2022: 33, 2023: 38}),
        (("safety", "satisfied", "student"), {}),
    ],
)
def test_a_published_trend(published, wanted, values):
    assert trend(*wanted) == values


def test_a_figure_of_several_groups_is_in_no_roles_trend(published):
    assert trend("contact_amount", "value:too_little", "student") == {}
    assert trend("contact_amount", "value:too_little", "trainer") == {}


def test_a_figure_of_one_pathway_is_in_that_pathways_trend_alone(published):
    wanted = ("prepared_by_company", "satisfied", "student")
    assert trend(*wanted, pathway="BOL") == {2017: 64, 2018: 67}
    assert trend(*wanted, pathway="BBL") == {}
    assert trend("level_fits", "satisfied", "student") == {}
    assert trend("level_fits", "satisfied", "student", pathway="BBL") == {2017: 79, 2018: 83}


def test_every_comparable_figure_is_in_exactly_one_list(published):
    """Nothing that is mapped gets lost on its way into a trend, and nothing shows up in two."""
    wanted = {(*key[2:], one.question, one.measure, one.role) for key, one in metrics.meanings().items() if one.measure}
    trends = [
        figure
        for breakdown, question, measure, role in wanted
        if question
        for figure in history.figures(question, measure, role, pathway=breakdown or None)
    ]
    assert len(trends) == 52


def test_a_figure_has_what_a_reader_needs_to_judge_it(published):
    figure = history.figures("goals_attainable", "satisfied", "trainer")[0]
    assert (figure.value, figure.decimals, figure.qualifier) == (88.0, 0, "'bijna'")
    assert figure.source.startswith("https://www.mboraad.nl/")
    assert figure.meaning.note is None


def test_a_loose_match_has_a_note(published):
    figure = history.figures("prepared_by_school", "satisfied", "trainer")[1]
    assert figure.meaning.note.in_("nl", None) == "De bron zegt alleen ‘voorbereiding’."


def test_a_whole_8_is_shown_as_it_was_published(published):
    found = history.figures("grade", "mean", "student")
    assert [figure.decimals for figure in found] == [0, 0, 0, 1, 1, 1, 1, 1]


@pytest.mark.parametrize(
    ("value", "qualifier", "decimals"),
    [
        ("8.0", "", 1),
        ("8,0", "'gemiddeld een 8'", 0),
        ("8.0", "‘gemiddeld een 8’", 0),
        ("8.0", "'een 8,0'", 1),
        ("8.00", "'8.0'", 1),
        ("8", "'8.0'", 0),
        ("8.1", "'een 8'", 1),
        ("8.0", "mean of 8 schools", 1),
        ("8.0", "stated as 'same as 2019' in the release", 1),
        ("92", "'ruim'", 0),
    ],
)
def test_decimals_are_those_written_or_fewer_where_the_sources_own_words_have_fewer(value, qualifier, decimals):
    assert history.decimals(value, qualifier) == decimals


def test_a_school_has_a_trend_of_its_own(load):
    load(line(), line(brin="04CY", value='"7,9"', n=31), line(brin="04CY", value='"7,0"', year=2018), line(brin="25PM"))
    assert trend("grade", "mean", "student") == {2019: 8.1}
    assert trend("grade", "mean", "student", brin="04CY") == {2018: 7.0, 2019: 7.9}


def test_where_two_metrics_say_the_same_of_a_year_the_last_stored_counts(load):
    share = {"unit": "%", "value": 91}
    load(line(metric="satisfied guidance by leerbedrijf", **share))
    load(line(metric="(very) satisfied guidance by leerbedrijf", **(share | {"value": 92})))
    assert trend("guidance_company", "satisfied", "student") == {2019: 92}


def test_how_many_answered_is_there_by_year_and_role(published, load):
    load(line(metric="respondents", unit="n", value=310, brin="04CY"))  # a school's own, which is not the country's
    assert [(one.year, one.meaning.role, one.value, one.qualifier) for one in history.respondents()] == [
        (2011, "trainer", 8816, "predecessor study (ResearchNed/AOC)"),
        (2011, "student", 2202, "predecessor study"),
        (2016, "trainer", 32000, "'bijna'"),
        (2016, "student", 10000, "'ruim'"),
        (2018, "trainer", 40000, "'ruim'"),
        (2018, "student", 9000, "'bijna'"),
        (2021, "trainer", 51000, "'ruim'"),
        (2021, "student", 9000, "'bijna'"),
    ]
