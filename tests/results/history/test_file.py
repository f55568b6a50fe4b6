"""Files of earlier years' figures: the ways in which they may be written, and every mistake with line and column."""

import pytest

from app.results.history import file as history_file
from app.results.history.file import HistoryFault, Known
from app.results.models import HistoryFigure
from tests.results.history.figures import HEADING, line, text

KNOWN = Known(frozenset({"04CY", "25PM"}), 2026)


def read(content: str | bytes) -> list:
    return history_file.read(content.encode() if isinstance(content, str) else content, KNOWN)


def mistakes_in(content: str | bytes) -> tuple[str, ...]:
    with pytest.raises(HistoryFault) as caught:
        read(content)
    return caught.value.mistakes


def test_a_line_becomes_a_figure():
    (row,) = read(text(line(n=9000, qualifier="'ruim'")))
    assert (row.key, row.value, row.unit) == ((2019, "student", "grade", "", None), "8.1", "1-10")
    assert (row.n, row.qualifier, row.source) == (9000, "'ruim'", "https://news.example/2019")


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
def test_a_file_may_start_with_the_mark_of_utf_8(start):
    (row,) = read(start + text(line(role="één rol")).encode())
    assert row.role == "één rol"


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_semicolons_and_decimal_commas_are_read(ending):
    content = ending.join([HEADING.replace(",", ";"), line(value="8.1").replace(",", ";").replace("8.1", "8,1"), ""])
    (row,) = read(content)
    assert row.value == "8,1"
    assert history_file.number(row.value) == 8.1


def test_columns_may_stand_in_any_order_and_the_optional_ones_may_lack():
    (row,) = read("source,value,breakdown,metric,Role,YEAR\nreport,8,,grade,student,2019\n")
    assert (row.year, row.unit, row.n, row.qualifier, row.brin) == (2019, "1-10", None, "", None)


@pytest.mark.parametrize("name", ["brin", "school", "School"])
def test_a_column_names_the_school_a_figure_is_of(name):
    (row,) = read(text(line(brin="04cy")).replace("brin", name))
    assert row.brin == "04CY"


def test_the_unit_of_a_metric_we_know_need_not_be_given():
    units = {"grade": "1-10", "satisfied guidance by school": "%", "invited": "n"}
    rows = read(text(*(line(metric=metric, unit="", value=9) for metric in units)))
    assert [row.unit for row in rows] == list(units.values())


def test_empty_lines_are_passed_over():
    assert len(read(text(line(), ",,,,,,,,,", "", line(year=2020)))) == 2


def test_the_lengths_are_those_of_the_table():
    columns = HistoryFigure.__table__.c
    assert {name: columns[name].type.length for name in history_file.LENGTHS} == history_file.LENGTHS


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"year": "19"}, "year: '19' is no year; write four digits"),
        ({"year": "2019-2020"}, "year: '2019-2020' is no year; write four digits"),
        ({"year": 2027}, "year: 2027 is yet to come; correct it"),
        ({"value": ""}, "value: '' is no number; write it like 7,5 or 7.5"),
        ({"value": "8.1x"}, "value: '8.1x' is no number; write it like 7,5 or 7.5"),
        ({"value": "nan"}, "value: 'nan' is no number; write it like 7,5 or 7.5"),
        ({"value": "0.9"}, "value: 0.9 is not between 1 and 10; correct the value or the unit"),
        ({"value": "10.1"}, "value: 10.1 is not between 1 and 10; correct the value or the unit"),
        ({"metric": "other", "unit": "%", "value": 101}, "value: 101 is not between 0 and 100; correct the value or"),
        ({"metric": "other", "unit": "%", "value": -1}, "value: -1 is not between 0 and 100; correct the value or"),
        ({"metric": "invited", "unit": "n", "value": "164.000"}, "value: '164.000' is no count; write digits only"),
        ({"metric": "invited", "unit": "n", "value": "-1"}, "value: '-1' is no count; write digits only"),
        ({"unit": "%"}, "unit: this metric is in 1-10, not in %; correct it"),
        ({"unit": "euro"}, "unit: 'euro' is no unit; write one of %, 1-10, n"),
        ({"metric": "other", "unit": ""}, "unit: '' is no unit; write one of %, 1-10, n"),
        ({"n": "0"}, "n: '0' is no number of answers; write a whole number above 0, or nothing"),
        ({"n": "-9"}, "n: '-9' is no number of answers"),
        ({"n": "12.5"}, "n: '12.5' is no number of answers"),
        ({"n": "9" * 5000}, "is no number of answers"),
        ({"n": str(2**31)}, "is no number of answers"),
        ({"n": 4}, "n: a figure of fewer than 5 answers says something about persons; take the line out"),
        ({"brin": "99XX"}, "brin: there is no school '99XX'; load the reference tables, or check the BRIN"),
        ({"role": " "}, "role: it is empty; fill it in"),
        ({"metric": ""}, "metric: it is empty; fill it in"),
        ({"source": ""}, "source: it is empty; fill it in"),
        ({"metric": "x" * 121}, "metric: it has more than 120 characters; shorten it"),
        ({"qualifier": "x" * 201}, "qualifier: it has more than 200 characters; shorten it"),
        ({"value": "1" * 21}, "value: it has more than 20 characters; shorten it"),
        ({"source": "one,two"}, ": there are 11 values for 10 columns; check commas and quotation marks"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_column_and_what_to_do(changes, words):
    found = mistakes_in(text(line(year=2018), line(**changes)))
    assert any(one.startswith("line 3") and words in one for one in found)


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file():
    found = mistakes_in(text(line(year="x", value="y"), line(), line(year=2018, n="z"), "too,short"))
    assert [one[:7].rstrip(",:") for one in found] == ["line 2", "line 2", "line 4", "line 5"]


def test_two_lines_of_the_same_figure_are_both_named():
    (mistake,) = mistakes_in(text(line(), line(brin="04CY"), line(value=9)))
    assert mistake.startswith("line 4: the same year, role, metric, breakdown and school as line 2")


def test_a_line_is_counted_from_where_its_record_starts():
    (mistake,) = mistakes_in(text(line(qualifier='"over\ntwo lines"'), line(year="x")))
    assert mistake.startswith("line 4, year:")


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        (HEADING.replace("source,", ""), "line 1: column source is missing; add it"),
        (HEADING.replace("brin", "schoolcode"), "line 1: column 'schoolcode' is not known; take it out"),
        (HEADING.replace("n,q", "school,q"), "line 1: column brin stands there twice; take one out"),
        ("", "line 1: column year is missing; add it"),
    ],
)
def test_a_heading_that_cannot_be_used_is_told(heading, words):
    assert any(words in one for one in mistakes_in(text(line()).replace(HEADING, heading)))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (text(), "the file holds no figures"),
        (b"", "column year is missing"),
        (text(line(role="één rol")).encode("cp1252"), "this is not UTF-8; save it as CSV in UTF-8"),
        (text(line(qualifier='"not closed')), "line 2: a quotation mark is not closed"),
    ],
)
def test_a_file_that_is_none_is_told(content, words):
    assert any(words in one for one in mistakes_in(content))
