"""SPSS syntax, from variables to text."""

from app.results.microdata import spss
from app.results.microdata.variables import Variable


def test_a_quotation_mark_in_a_label_is_doubled_and_a_long_one_cut():
    one = Variable("x", "it's\nlong " + "é" * 200, "x", "F2.0", labels={1: "a 'b'"})
    syntax = spss.written("x.csv", [one])
    assert "'it''s long" in syntax
    assert "1 'a ''b'''" in syntax
    assert max(len(line.encode()) for line in syntax.splitlines()) < 250


def test_options_of_one_question_are_a_set():
    options = [Variable(f"q_{n}", f"Why? – {n}", "x", "F2.0", set_="q") for n in "ab"]
    wanted = "MRSETS /MDGROUP NAME=$q\n  LABEL='Why?'\n  VARIABLES=\n    q_a\n    q_b\n  VALUE=1."
    assert wanted in spss.written("x.csv", options)


def test_more_than_three_codes_that_are_no_answer_are_a_range_and_one():
    variables = [Variable("x", "x", "x", "F2.0", missing=codes) for codes in ((97, 98, 99), (9, 97, 98, 99))]
    syntax = spss.written("x.csv", variables)
    assert "MISSING VALUES\n  x (97, 98, 99)\n  /  x (97 THRU 99, 9)." in syntax
