"""Values, words and cleaning, kind by kind."""

from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wtforms import Form

from app.questionnaires.definition import KindName
from app.questionnaires.kinds import KINDS, TEXT_LIMIT, tidy

from .samples import question

ASKED = {kind: question(kind, *(["one", "two"] if KINDS[kind].needs_options else [])) for kind in KINDS}
CLOSED = [kind for kind in KINDS if kind not in ("multi", "text")]

languages = st.sampled_from(["nl", "en"])
anything = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text())


def bound(asked, data=None, language="nl"):
    field = KINDS[asked.kind].field(asked, language, "BOL")
    return type("OneField", (Form,), {"asked": field})(data=data)["asked"]


def test_every_kind_that_a_definition_may_name_exists():
    assert set(KINDS) == set(get_args(KindName))


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("satisfaction", ("1", "2", "3", "4", "5", "na")),
        ("yes_no", ("yes", "no", "unknown")),
        ("held", ("yes", "planned", "not_planned", "no", "unknown")),
        ("amount", ("too_little", "right", "too_much")),
        ("grade", (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)),
        ("choice", ("one", "two")),
        ("multi", ("one", "two")),
        ("text", ()),
    ],
)
def test_each_kind_knows_its_values(kind, values):
    assert KINDS[kind].values(ASKED[kind]) == values


def test_only_choice_and_multi_need_options_of_their_own():
    assert [name for name, kind in KINDS.items() if kind.needs_options] == ["choice", "multi"]


@pytest.mark.parametrize("kind", CLOSED)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_value_cleans_to_itself_and_has_words(kind, language):
    for value in KINDS[kind].values(ASKED[kind]):
        assert KINDS[kind].clean(ASKED[kind], value) == value
        assert KINDS[kind].label(ASKED[kind], value, language, "BOL")


@pytest.mark.parametrize("kind", CLOSED)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_two_answers_read_the_same(kind, language):
    labels = KINDS[kind].labels(ASKED[kind], language, "BOL").values()
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("kind", KINDS)
@settings(deadline=None)
@given(raw=anything)
def test_cleaning_gives_an_answer_or_none_whatever_comes_in(kind, raw):
    value = KINDS[kind].clean(ASKED[kind], raw)
    assert value is None or KINDS[kind].label(ASKED[kind], value, "nl", "BOL")


@pytest.mark.parametrize("kind", KINDS)
@settings(deadline=None)
@given(raw=anything)
def test_cleaning_twice_is_cleaning_once(kind, raw):
    value = KINDS[kind].clean(ASKED[kind], raw)
    assert KINDS[kind].clean(ASKED[kind], value) == value


def test_the_satisfaction_scale_runs_from_very_dissatisfied_to_very_satisfied():
    labels = KINDS["satisfaction"].labels(ASKED["satisfaction"], "nl", "BOL")
    assert labels["1"] == "Zeer ontevreden"
    assert labels["5"] == "Zeer tevreden"


def test_a_label_of_no_answer_is_a_key_error():
    with pytest.raises(KeyError):
        KINDS["yes_no"].label(ASKED["yes_no"], "perhaps", "nl", "BOL")


@pytest.mark.parametrize(("raw", "grade"), [("8", 8), (8, 8), ("10", 10), ("1", 1)])
def test_a_grade_is_an_int(raw, grade):
    assert KINDS["grade"].clean(ASKED["grade"], raw) == grade


@pytest.mark.parametrize("raw", ["0", "11", "7.5", "", None, True, 8.0, "acht", "٨"])
def test_what_is_no_whole_grade_from_1_to_10_is_none(raw):
    assert KINDS["grade"].clean(ASKED["grade"], raw) is None


@settings(deadline=None)
@given(st.lists(st.sampled_from(["one", "two", "three", ""])), languages)
def test_several_answers_come_once_each_in_order_and_without_strangers(raw, language):
    value = KINDS["multi"].clean(ASKED["multi"], raw)
    assert value == ([one for one in ("one", "two") if one in raw] or None)


def test_a_single_text_is_one_answer_and_not_its_letters():
    assert KINDS["multi"].clean(ASKED["multi"], "two") == ["two"]
    assert KINDS["multi"].clean(ASKED["multi"], "one two") is None


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (["one", "nobody"], None),
        (["nobody", "secret"], None),
        (["nobody"], ["nobody"]),
        (["nobody", "nobody", "stranger"], ["nobody"]),
        (["two", "one"], ["one", "two"]),
    ],
)
def test_an_exclusive_answer_goes_with_no_other(raw, value):
    asked = question("multi", "one", "two", "nobody", exclusive="nobody")
    secret = asked.options[-1].model_copy(update={"id": "secret"})
    asked = asked.model_copy(update={"options": (*asked.options, secret)})
    assert KINDS["multi"].clean(asked, raw) == value


def test_several_answers_are_read_out_with_semicolons():
    assert KINDS["multi"].label(ASKED["multi"], ["one", "two"], "en", "BOL") == "en one; en two"


def test_a_text_is_its_own_label():
    assert KINDS["text"].label(ASKED["text"], "Leuk team", "nl", "BOL") == "Leuk team"


INVISIBLE = ["\u200b", "\ufeff \u2060", "\u200d\ufe0f", "\xad", "\u034f", "\u061c", "\u3164", "\u2800", "\U000e0041"]


@pytest.mark.parametrize("raw", ["", "  \r\n ", None, "a" * (TEXT_LIMIT + 1), *INVISIBLE])
def test_an_empty_or_too_long_text_is_none(raw):
    assert KINDS["text"].clean(ASKED["text"], raw) is None


def test_a_text_of_exactly_the_limit_is_kept_also_with_line_ends_of_two_characters():
    text = "a" * (TEXT_LIMIT - 2) + "\r\nb"
    assert len(KINDS["text"].clean(ASKED["text"], text)) == TEXT_LIMIT


def test_tidying_takes_out_what_a_database_refuses():
    assert tidy(" een\x00 twee\ud800\r\ndrie\t\U0001f600 ") == "een twee\ndrie\t\U0001f600"


@pytest.mark.parametrize("text", ["\U0001f469\u200d\U0001f527 ok", "\u2764\ufe0f", "1\ufe0f\u20e3", "?", "می‌خواهم"])
def test_what_can_be_seen_stays_whole(text):
    assert tidy(f" {text}\n") == text


@settings(deadline=None)
@given(st.text())
def test_a_tidied_text_can_be_stored_as_utf_8(raw):
    assert "\x00" not in tidy(raw).encode().decode()


@pytest.mark.parametrize("kind", KINDS)
def test_a_field_carries_the_question_as_its_label(kind):
    assert bound(ASKED[kind]).label.text == "Vraag?"
    assert bound(ASKED[kind], language="en").label.text == "Question?"


@pytest.mark.parametrize("kind", CLOSED)
def test_a_field_shows_the_stored_answer_as_selected(kind):
    for value in KINDS[kind].values(ASKED[kind]):
        checked = [option.data for option in bound(ASKED[kind], {"asked": value}) if option.checked]
        assert checked == [str(value)]


def test_checkboxes_show_all_stored_answers_as_selected():
    assert [box.checked for box in bound(ASKED["multi"], {"asked": ["one", "two"]})] == [True, True]


@pytest.mark.parametrize("kind", KINDS)
def test_a_field_renders(kind):
    assert 'name="asked"' in str(bound(ASKED[kind])())


def test_an_open_question_asks_to_name_no_people():
    assert bound(ASKED["text"]).description == "Noem geen namen van mensen."
    assert bound(ASKED["text"], language="en").description == "Do not name any people."


def test_help_comes_before_the_note_of_the_kind():
    helped = ASKED["multi"].model_copy(update={"help": ASKED["multi"].text})
    assert bound(helped).description == "Vraag? Meer antwoorden zijn mogelijk."


def test_a_question_without_help_or_note_has_no_description():
    assert bound(ASKED["yes_no"]).description == ""
